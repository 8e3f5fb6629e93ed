import Contracts
import Foundation

/// Leads as a spreadsheet reads them: RFC 4180, and no cell is a formula.
enum LeadListCSV {
    private enum Cell {
        /// Of outside origin: anybody may have named his business `=HYPERLINK(...)`.
        case text(String?)
        /// Made by us: a number, a time, an id.
        case plain(String?)
    }

    private static let columns: [(name: String, cell: @Sendable (Lead) -> Cell)] = [
        ("id", { .plain("\($0.id)") }),
        ("name", { .text($0.name) }),
        ("category", { .text($0.category) }),
        ("subcategory", { .text($0.subcategory) }),
        ("gmb_id", { .text($0.gmbID) }),
        ("address", { .text($0.address) }),
        ("city", { .text($0.city) }),
        ("state", { .text($0.state) }),
        ("postal_code", { .text($0.postalCode) }),
        ("country", { .text($0.country) }),
        ("latitude", { .plain($0.latitude.map { "\($0)" }) }),
        ("longitude", { .plain($0.longitude.map { "\($0)" }) }),
        ("phone", { .text($0.phone) }),
        ("email", { .text($0.email) }),
        ("website_url", { .text($0.websiteURL) }),
        ("rating", { .plain($0.rating.map { "\($0)" }) }),
        ("review_count", { .plain($0.reviewCount.map { "\($0)" }) }),
        ("photo_count", { .plain($0.photoCount.map { "\($0)" }) }),
        ("opening_hours", { .text($0.openingHours.map { $0.map { "\($0.day): \($0.hours)" }.joined(separator: "; ") }) }),
        ("first_name", { .text($0.firstName) }),
        ("last_name", { .text($0.lastName) }),
        ("full_name", { .text($0.fullName) }),
        ("title", { .text($0.title) }),
        ("company", { .text($0.company) }),
        ("source", { .plain($0.source.rawValue) }),
        ("acquisition_cost_minor", { .plain($0.acquisitionCost.map { "\($0.minorUnits)" }) }),
        ("acquisition_cost_currency", { .plain($0.acquisitionCost?.currency.code) }),
        ("sales_stage", { .plain($0.salesStage.rawValue) }),
        ("assigned_to", { .text($0.assignedTo) }),
        ("qualification_score", { .plain("\($0.qualificationScore)") }),
        ("lead_score", { .plain($0.leadScore.map { "\($0)" }) }),
        ("is_hot", { .plain($0.isHot ? "true" : "false") }),
        ("conversion_probability", { .plain($0.conversionProbability.map { "\($0)" }) }),
        ("last_contact_at", { .plain($0.lastContactAt.map(RFC3339.string)) }),
        ("next_follow_up_at", { .plain($0.nextFollowUpAt.map(RFC3339.string)) }),
        ("call_attempts", { .plain("\($0.callAttempts ?? 0)") }),
        ("tags", { .text($0.tags.joined(separator: ", ")) }),
        ("created_at", { .plain(RFC3339.string(from: $0.createdAt)) }),
        ("updated_at", { .plain(RFC3339.string(from: $0.updatedAt)) }),
        ("archived_at", { .plain($0.archivedAt.map(RFC3339.string)) }),
        ("slug", { .text($0.slug) }),
        ("version", { .plain("\($0.version)") }),
    ]

    static let header = columns.map(\.name).joined(separator: ",") + "\r\n"

    static func row(_ lead: Lead) -> String {
        columns.map { column in
            switch column.cell(lead) {
            case .plain(let text): text ?? ""
            case .text(let text): text.map(cell) ?? ""
            }
        }.joined(separator: ",") + "\r\n"
    }

    /// By OWASP's "CSV Injection": what a spreadsheet could take for a formula gets an apostrophe in front, and every text is quoted, so that
    /// no separator in it begins a new cell. Telephone numbers too: `+1...` is a formula to it, and would lose its plus.
    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
        return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
    }
}
