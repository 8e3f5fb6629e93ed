import Contracts

/// One row of an export, asked by meaning instead of by column.
struct ListingRow {
    let columns: ListingColumns
    /// How many elements the row's lists have (JSON only).
    var elementCounts: [String: Int] = [:]
    let cell: (Int) -> String

    init(columns: ListingColumns, elementCounts: [String: Int] = [:], cell: @escaping (Int) -> String) {
        self.columns = columns
        self.elementCounts = elementCounts
        self.cell = cell
    }

    /// The first cell for `field` that says something.
    func text(_ field: ListingField) -> String? {
        for column in columns[field] {
            if let text = CellValue.text(cell(column)) { return text }
        }
        return nil
    }

    func texts(_ field: ListingField) -> [String] {
        columns[field].compactMap { CellValue.text(cell($0)) }
    }

    var name: String? {
        if let name = text(.name) { return name }
        guard columns.isCalledByPerson else { return nil }
        let person = person
        return [person.first, person.last].compactMap(\.self).joined(separator: " ").cleaned()
    }

    /// Where it isn't the name already.
    func company(besides name: String) -> String? {
        texts(.company).first { $0.lowercased() != name.lowercased() }
    }

    /// What was done with it elsewhere.
    var work: LeadWork {
        let stages = texts(.salesStage)
        return LeadWork(
            salesStage: stages.isEmpty ? nil : ListingWords.salesStage(stages),
            assignedTo: text(.assignedTo)?.cleaned(limit: 120),
            note: text(.notes)
        )
    }

    var tags: [String]? {
        let tags = texts(.tags).flatMap(ListingWords.tags)
        return tags.isEmpty ? nil : tags
    }

    func acquisitionCost(country: String?, warnings: inout [Finding]) -> Money? {
        guard let text = text(.cost) else { return nil }
        let money = ListingWords.money(text, currency: self.text(.currency), country: country)
        if money == nil {
            warnings.append(
                Finding("acquisition_cost", "'\(text.prefix(40))' is no amount with its currency, as 12.50 USD; it was left out")
            )
        }
        return money
    }

    var isClosedForGood: Bool {
        if let flag = text(.closedFlag), CellValue.isTrue(flag) { return true }
        return texts(.businessStatus).contains { status in
            let plain = ColumnName.plain(status)
            return plain == "closedpermanently" || plain == "permanentlyclosed"
        }
    }

    func subcategory(besides category: String?) -> String? {
        let single = texts(.subcategory).first { $0 != category }
        return single ?? texts(.subtypes).lazy.flatMap { $0.split(separator: ",") }.compactMap { $0.cleaned() }.first { $0 != category }
    }

    /// From its own column, else out of a link. Never a `cid`: spreadsheets round it.
    var placeID: String? {
        texts(.placeID).lazy.compactMap { PlaceID($0) }.first?.text ?? texts(.link).lazy.compactMap { PlaceID(link: $0) }.first?.text
    }

    func isFromGoogle(placeID: String?) -> Bool {
        placeID != nil || texts(.link).contains { $0.contains("google.") && $0.contains("/maps") }
    }

    /// The first number that is possible; if none is, the first at all, for the warning.
    func phone(country: String?) -> String? {
        let all = texts(.phone)
        if all.count < 2 { return all.first }
        return all.first { PhoneNumber($0, country: country) != nil } ?? all.first
    }

    var websiteHost: String? {
        text(.website).flatMap { WebAddress($0) }.flatMap { $0.isProfile ? nil : $0.host }
    }

    func email(warnings: inout [Finding]) -> EmailAddress? {
        let cells = texts(.email)
        if let verdict = text(.emailVerdict)?.uppercased(), ["INVALID", "BLACKLISTED"].contains(verdict), let first = cells.first {
            warnings.append(Finding("email", "'\(first.prefix(80))' is \(verdict) by the export's own check; it was left out"))
            return nil
        }
        let found = EmailFinder.best(of: cells.flatMap(EmailFinder.addresses), websiteHost: websiteHost)
        if found == nil, let text = cells.first(where: { $0.utf8.contains(UInt8(ascii: "@")) }) {
            warnings.append(Finding("email", "there is no usable address in '\(text.prefix(80))'; it was left out"))
        }
        return found
    }

    var profiles: [String] {
        texts(.profile).filter { WebAddress($0) != nil }
    }

    var photoCount: Int? {
        if let count = text(.photos).flatMap(CellValue.count) { return count }
        // gosom writes the images themselves.
        guard let list = columns[.photos].lazy.map(cell).first(where: { $0.hasPrefix("[") }) else { return elementCounts["images"] }
        return FlatJSON(list)?.counts[""]
    }

    var openingHours: [DayHours]? {
        let listed = columns.dayHours.compactMap { day(CellValue.text(cell($0.day)), cell($0.hours)) }
        if !listed.isEmpty { return listed }
        let named = columns.hoursByDay.compactMap { day($0.day, cell($0.column)) }
        if !named.isEmpty { return named }
        guard let json = text(.hours), json.hasPrefix("{"), let flat = FlatJSON(json) else { return nil }
        let byName = ListingColumns(header: flat.values.map { "workinghours" + $0.name }).hoursByDay
        let parsed = byName.compactMap { day($0.day, flat.values[$0.column].text) }
        return parsed.isEmpty ? nil : parsed
    }

    private func day(_ day: String?, _ hours: String) -> DayHours? {
        guard let day, let hours = CellValue.text(hours) else { return nil }
        return DayHours(day: day, hours: hours)
    }

    var person: (first: String?, last: String?) {
        if let first = text(.firstName) { return (first, text(.lastName)) }
        guard let full = text(.person) else { return (nil, text(.lastName)) }
        guard let space = full.lastIndex(of: " ") else { return (full, nil) }
        return (String(full[..<space]), String(full[space...].dropFirst()))
    }
}
