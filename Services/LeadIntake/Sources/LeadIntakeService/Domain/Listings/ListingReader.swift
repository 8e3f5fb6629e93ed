package import Contracts

/// What one row of a file says of a business, as it was found.
package struct FoundListing: Sendable {
    package var draft: LeadDraft
    package var profiles: [String]
    package var work: LeadWork
    package var warnings: [Finding]
}

/// Makes drafts from the records of an export, whatever its columns are called.
package struct ListingReader: Sendable {
    private var columns: ListingColumns?
    private let preset: MappingPreset?
    private let mapping: ColumnMapping?
    /// Whose telephone numbers are expected where the country is not known.
    private let assumedCountry: String
    private var writer = RecordWriter(header: [])
    /// The mapping of the first row; `nil` before there was one.
    package private(set) var used: UsedMapping?
    /// What about the columns may not be as it was meant.
    package private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - assumedCountry: whose telephone numbers are expected where the country is not known.
    ///   - preset: `nil` to pick it by the header.
    ///   - mapping: what the caller says of the columns, before any preset.
    package init(assumedCountry: String, preset: MappingPreset? = nil, mapping: ColumnMapping? = nil) {
        self.assumedCountry = assumedCountry
        self.preset = preset
        self.mapping = mapping
    }

    package enum Reading: Sendable {
        /// The header: no row.
        case header
        case found(FoundListing)
        /// Why it is no lead, and how to mend it; `field` when it is about one.
        case rejected(String, field: String?)
    }

    /// The names of the columns of a table, as they stand in the file.
    package var header: [String] { columns?.header ?? [] }

    package func raw(_ record: SourceRecord) -> String? { writer.text(of: record) }

    /// - Throws: `Problem` of status 422 when the header can't be read or names no column for the business, or when the caller's mapping
    ///   names a column that is not there: nothing of such a file can be imported.
    package mutating func read(_ record: SourceRecord) throws -> Reading {
        switch record.content {
        case .broken(let reason):
            if columns == nil, record.isOfTable { throw Self.brokenHeader(line: record.line, reason) }
            return .rejected(reason, field: nil)
        case .cells(let cells):
            guard let columns else {
                try begin(with: (0..<cells.count).map { cells.text($0) })
                return .header
            }
            if cells.isBlank { return .rejected("the row is empty: leave it out", field: nil) }
            let width = columns.header.count
            if cells.count > width, (width..<cells.count).contains(where: { !cells.isBlank($0) }) {
                return .rejected(
                    "the row has \(cells.count) cells and the header \(width): put a cell with the separator in it in quotes",
                    field: nil
                )
            }
            return reading(ListingRow(columns: columns) { cells.text($0) })
        case .json(let bytes):
            guard let flat = FlatJSON(bytes[...]) else {
                return .rejected("the object is not valid JSON: check it with a JSON validator", field: nil)
            }
            if flat.values.isEmpty { return .rejected("the object is empty: leave it out", field: nil) }
            let header = flat.values.map(\.name)
            if columns?.header != header {
                let named = mapping?.resolvedAsFar(as: header) ?? [:]
                let columns = ListingColumns(header: header, preset: preset ?? kept(for: header), named: named)
                self.columns = columns
                used = used ?? columns.used
            }
            guard let columns else { return .header }
            return reading(ListingRow(columns: columns, elementCounts: flat.counts) { flat.values[$0].text })
        }
    }

    private mutating func begin(with header: [String]) throws {
        let named = try mapping?.resolved(in: header) ?? [:]
        let columns = ListingColumns(header: header, preset: preset, named: named)
        guard columns.nameBusiness else { throw Self.noName(header) }
        self.columns = columns
        used = columns.used
        warnings = columns.warnings
        writer = RecordWriter(header: header)
    }

    /// The preset of the objects before, for one that lacks what it is known by: an absent value is often an absent key.
    private func kept(for header: [String]) -> MappingPreset? {
        let own = MappingPreset.of(Set(header))
        return own == .byName ? columns?.preset : own
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
        draft.company = row.company(besides: name)
        draft.acquisitionCost = row.acquisitionCost(country: address.country, warnings: &warnings)
        draft.tags = row.tags
        let isFromGoogle = row.isFromGoogle(placeID: draft.gmbID)
        draft.source = row.text(.source).map(ListingWords.source) ?? (isFromGoogle ? .googleBusiness : .import)
        return .found(FoundListing(draft: draft, profiles: row.profiles, work: row.work, warnings: warnings))
    }

    private static let closed = "the business is closed permanently: nothing can be sold to it; leave the row out, or mend its status"
    private static let nameless = "name is required: every lead has the name of its business; fill it in, or leave the row out"

    private static func noName(_ header: [String]) -> Problem {
        let names = header.prefix(12).map { "'\($0.prefix(30))'" }.joined(separator: ", ")
        return Problem(
            "unknown-columns",
            "The file has no column for the name of the business",
            status: 422,
            detail:
                "The header is \(names). One of 'name', 'title' or 'company' is needed, or a mapping that says which column is the name."
        )
    }

    private static func brokenHeader(line: Int, _ reason: String) -> Problem {
        Problem("broken-header", "The header of the file can't be read", status: 422, detail: "Line \(line): \(reason)")
    }
}
