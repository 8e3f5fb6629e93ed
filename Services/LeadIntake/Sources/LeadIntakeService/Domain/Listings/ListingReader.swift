package import Contracts

/// Makes drafts from the records of an export, whatever its columns are called.
package struct ListingReader: Sendable {
    private var columns: ListingColumns?
    /// Whose telephone numbers are expected where the country is not known.
    private let assumedCountry: String

    package init(assumedCountry: String) {
        self.assumedCountry = assumedCountry
    }

    package enum Reading: Sendable {
        /// The header: no row.
        case header
        case draft(LeadDraft, profiles: [String], warnings: [Finding])
        /// Why it is no lead, and how to mend it; `field` when it is about one.
        case rejected(String, field: String?)
    }

    /// The names of the columns of a table, as they stand in the file.
    package var header: [String] { columns?.header ?? [] }

    /// - Throws: `Problem` of status 422 when the header names no column for the business: nothing of such a file can be imported.
    package mutating func read(_ record: SourceRecord) throws -> Reading {
        switch record.content {
        case .broken(let reason):
            return .rejected(reason, field: nil)
        case .cells(let cells):
            guard let columns else {
                let header = (0..<cells.count).map { cells.text($0) }
                let columns = ListingColumns(header: header)
                guard columns.nameBusiness else { throw Self.noName(header) }
                self.columns = columns
                return .header
            }
            if cells.isBlank { return .rejected("the row is empty: leave it out", field: nil) }
            return reading(ListingRow(columns: columns) { cells.text($0) })
        case .json(let bytes):
            guard let flat = FlatJSON(bytes[...]) else {
                return .rejected("the object is not valid JSON: check it with a JSON validator", field: nil)
            }
            if flat.values.isEmpty { return .rejected("the object is empty: leave it out", field: nil) }
            let header = flat.values.map(\.name)
            let columns = columns?.header == header ? columns : nil
            let known = columns ?? ListingColumns(header: header)
            self.columns = known
            return reading(ListingRow(columns: known, elementCounts: flat.counts) { flat.values[$0].text })
        }
    }

    private func reading(_ row: ListingRow) -> Reading {
        if row.isClosedForGood { return .rejected(Self.closed, field: "business_status") }
        guard let name = row.name else { return .rejected(Self.nameless, field: "name") }
        var warnings: [Finding] = []
        var draft = LeadDraft(name: name)
        draft.category = row.text(.category)
        draft.subcategory = row.subcategory(besides: draft.category)
        let address = row.place
        draft.address = address.street
        draft.city = address.city
        draft.state = address.state
        draft.postalCode = address.postalCode
        draft.country = address.country
        draft.latitude = address.latitude
        draft.longitude = address.longitude
        draft.gmbID = row.placeID
        draft.phone = row.phone(country: address.country ?? assumedCountry)
        draft.websiteURL = row.text(.website)
        draft.email = row.email(warnings: &warnings)?.text
        draft.rating = row.text(.rating).flatMap(CellValue.decimal)
        draft.reviewCount = row.text(.reviews).flatMap(CellValue.count)
        draft.photoCount = row.photoCount
        draft.openingHours = row.openingHours
        (draft.firstName, draft.lastName) = row.person
        draft.title = row.text(.personTitle)
        draft.source = row.isFromGoogle ? .googleBusiness : .import
        return .draft(draft, profiles: row.profiles, warnings: warnings)
    }

    private static let closed = "the business is closed permanently: nothing can be sold to it; leave the row out, or mend its status"
    private static let nameless = "name is required: every lead has the name of its business; fill it in, or leave the row out"

    private static func noName(_ header: [String]) -> Problem {
        let names = header.prefix(12).map { "'\($0.prefix(30))'" }.joined(separator: ", ")
        return Problem(
            "unknown-columns",
            "The file has no column for the name of the business",
            status: 422,
            detail: "The header is \(names). One of 'name', 'title' or 'company' is needed."
        )
    }
}
