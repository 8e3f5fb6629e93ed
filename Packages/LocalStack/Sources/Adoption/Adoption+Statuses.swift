import Contracts
import Foundation
import LocalStack

/// What the predecessor says about how far leads had come.
extension Adoption {
    /// Each row of `campaigns` is one message: a note with what was written, and steps of the lead's history.
    func messages(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        guard predecessor.has("campaigns") else { return }
        say("campaigns")
        report["campaigns"] = report["campaigns"]
        try await predecessor.rows(of: "campaigns", size: Self.batch) { rows in
            report["campaigns"].read += rows.count
            let leads = try await leads(of: rows.flatMap(\.concerned))
            var notes: [AdoptedNote] = []
            var statuses: [AdoptedStatuses] = []
            for row in rows {
                let lead = row.concerned.lazy.compactMap { leads[$0] }.first
                guard lead != nil || (isDryRun && !row.concerned.isEmpty) else {
                    report.leave(row.origin, because: "it is about no business and no site that is known")
                    continue
                }
                let steps = ContactReading.statuses(ofMessage: row)
                if !steps.isEmpty { statuses.append(AdoptedStatuses(origin: row.origin, leadID: lead, statuses: steps)) }
                if let lead {
                    notes.append(NoteReading.message(row, about: lead))
                } else {
                    // Of a dry run only those rows can be asked about whose leads are there.
                    report["campaigns"].created += 1
                }
            }
            try await keep(statuses, &report)
            for result in try await keep(notes) { report.count(result) }
        }
    }

    /// `businesses.contact_status`, behind all that single messages say.
    func contactStatuses(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        guard predecessor.has("contact_status", in: "businesses") else { return }
        say("contact statuses")
        try await predecessor.rows(of: "businesses", size: Self.batch) { rows in
            let leads = try await leads(of: rows.map(\.origin))
            var statuses: [AdoptedStatuses] = []
            for row in rows {
                let (status, remark) = ContactReading.status(of: row)
                if let remark { report.remark(remark, of: row.origin) }
                if let status, let lead = leads[row.origin] {
                    statuses.append(AdoptedStatuses(origin: row.origin, leadID: lead, statuses: [status]))
                }
            }
            try await keep(statuses, &report)
        }
    }

    func keep(_ statuses: [AdoptedStatuses], _ report: inout AdoptionReport) async throws {
        guard !statuses.isEmpty else { return }
        let results = try await client.ask(AdoptStatuses(rows: statuses, dryRun: isDryRun)).results
        for result in results { for remark in result.remarks { report.remark(remark, of: result.origin) } }
    }

    private func keep(_ notes: [AdoptedNote]) async throws -> [AdoptionResult] {
        guard !notes.isEmpty else { return [] }
        return try await client.ask(AdoptNotes(notes: notes, dryRun: isDryRun)).results
    }

    /// Which city and trade were scraped belongs to no service here: told, so that nobody misses it later.
    func leaveCoverage(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        let count = try await predecessor.count(of: "coverage_grid")
        guard count > 0 else { return }
        report["coverage_grid"].read = count
        report["coverage_grid"].left = count
        report.remark(
            "which places were scraped is not kept here; the leads' records name theirs",
            of: AdoptionOrigin("coverage_grid", "-")
        )
    }
}

extension PredecessorRow {
    /// The rows whose lead this one is about, the surest first.
    var concerned: [AdoptionOrigin] {
        [("businesses", "business_id"), ("sites", "site_id"), ("generated_sites", "site_id")].compactMap { table, column in
            text(column).map { AdoptionOrigin(table, $0) }
        }
    }
}
