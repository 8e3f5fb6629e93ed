import Contracts
import Postgres

/// All SQL that looks for leads that may be one business.
extension Database {
    /// Groups of leads with the same `sign`, in the order of what they have in common, read from the index that has this order: a page ends
    /// as soon as it is full, or when so many leads were looked at that somebody would wait for it in vain.
    func duplicates(by sign: DuplicateSign, limit: Int, after cursor: DuplicatesCursor?, staff: String?) async throws -> DuplicatesPage {
        guard let column = sign.column else { return try await similarNames(limit: limit, after: cursor, staff: staff) }
        let condition = LeadSelection(filter: LeadFilter(), staff: staff).condition
        let rows = try await planned(
            """
            WITH shared AS (
                SELECT value, count(*) AS count
                FROM (
                    SELECT \(fragment: column) AS value
                    FROM leads
                    WHERE \(fragment: condition) AND \(fragment: column) > \(cursor?.value ?? "")
                    ORDER BY \(fragment: column)
                    FETCH FIRST \(fragment: Self.looks) ROWS WITH TIES
                ) AS part
                GROUP BY value
                HAVING count(*) > 1
                ORDER BY value
                LIMIT \(limit)
            )
            SELECT shared.value, shared.count, \(fragment: Self.shown)
            FROM shared
            CROSS JOIN LATERAL (
                SELECT * FROM leads WHERE \(fragment: condition) AND \(fragment: column) = shared.value ORDER BY id LIMIT 10
            ) AS leads
            ORDER BY shared.value, leads.id
            """
        )
        let groups = try Self.groups(rows)
        guard groups.count < limit else {
            return DuplicatesPage(groups: groups, end: groups.last.map { DuplicatesCursor(by: sign, value: $0.value) })
        }
        let end = try await planned(
            """
            SELECT \(fragment: column) AS value
            FROM leads
            WHERE \(fragment: condition) AND \(fragment: column) > \(cursor?.value ?? "")
            ORDER BY \(fragment: column)
            OFFSET \(fragment: Self.looks) - 1 LIMIT 1
            """
        )
        return DuplicatesPage(groups: groups, end: try end.first.map { DuplicatesCursor(by: sign, value: try $0.decode("value")) })
    }

    /// Leads that stand beside each other when those of a city are sorted by their names, and whose names are alike: one look at each, where
    /// to compare all with all would take a look at each pair. It misses those that differ in their first letters.
    private func similarNames(limit: Int, after cursor: DuplicatesCursor?, staff: String?) async throws -> DuplicatesPage {
        let condition = LeadSelection(filter: LeadFilter(), staff: staff).condition
        let (city, name, id) = (cursor?.value ?? "", cursor?.name ?? "", cursor?.id)
        let part: SQL = """
            SELECT plain_city, plain_name, id
            FROM leads
            WHERE \(fragment: condition) AND plain_city IS NOT NULL
                AND (plain_city, plain_name, id) > (\(city), \(name), coalesce(\(id)::uuid, '00000000-0000-0000-0000-000000000000'))
            ORDER BY plain_city, plain_name, id
            """
        let rows = try await planned(
            """
            WITH pairs AS (
                SELECT plain_city, plain_name, id, next_id
                FROM (
                    SELECT plain_city, plain_name, id, lead(id) OVER neighbours AS next_id, lead(plain_name) OVER neighbours AS next_name
                    FROM (\(fragment: part) LIMIT \(fragment: Self.looks)) AS part
                    WINDOW neighbours AS (PARTITION BY plain_city ORDER BY plain_name, id)
                ) AS sorted
                WHERE left(plain_name, 3) = left(next_name, 3) AND similarity(plain_name, next_name) >= \(Self.likeness)
                ORDER BY plain_city, plain_name, id
                LIMIT \(limit)
            )
            SELECT pairs.id::text AS value, 2::int8 AS count, pairs.plain_city AS pair_city, pairs.plain_name AS pair_name, \(fragment: Self.shown)
            FROM pairs
            JOIN leads ON leads.id IN (pairs.id, pairs.next_id)
            ORDER BY pairs.plain_city, pairs.plain_name, pairs.id, leads.id <> pairs.id
            """
        )
        var page = DuplicatesPage(groups: try Self.groups(rows))
        for index in page.groups.indices { page.groups[index].value = try rows[2 * index].decode("pair_city") }
        // The last of a part is the first of the next, so that it is compared with both who stand beside it.
        let ends =
            page.groups.count < limit ? try await planned("\(fragment: part) OFFSET \(fragment: Self.looks) - 2 LIMIT 1") : []
        if let end = ends.first {
            page.end = DuplicatesCursor(
                by: .name,
                value: try end.decode("plain_city"),
                name: try end.decode("plain_name"),
                id: try end.decode("id")
            )
        } else if page.groups.count == limit, let last = rows.dropLast().last {
            page.end = DuplicatesCursor(
                by: .name,
                value: try last.decode("pair_city"),
                name: try last.decode("pair_name"),
                id: try last.decode("id")
            )
        }
        return page
    }

    /// The leads that have `sign` in common with `lead`, itself left out; the most similar first.
    func duplicates(of lead: LeadID, by sign: DuplicateSign, staff: String?) async throws -> [DuplicateGroup] {
        let condition = LeadSelection(filter: LeadFilter(), staff: staff).condition
        guard let column = sign.column else {
            return try Self.groups(
                await planned(
                    """
                    WITH given AS MATERIALIZED (SELECT plain_city AS given_city, plain_name AS given_name FROM leads WHERE id = \(lead))
                    SELECT given_city AS value, count(*) OVER () AS count, \(fragment: Self.shown)
                    FROM given, leads
                    WHERE \(fragment: condition) AND plain_city = given_city AND similarity(plain_name, given_name) >= \(Self.likeness)
                        AND leads.id <> \(lead)
                    ORDER BY similarity(plain_name, given_name) DESC, id
                    LIMIT 10
                    """
                )
            )
        }
        return try Self.groups(
            await planned(
                """
                WITH given AS MATERIALIZED (SELECT \(fragment: column) AS value FROM leads WHERE id = \(lead))
                SELECT given.value, count(*) OVER () AS count, \(fragment: Self.shown)
                FROM given, leads
                WHERE \(fragment: condition) AND \(fragment: column) = given.value AND id <> \(lead)
                ORDER BY id
                LIMIT 10
                """
            )
        )
    }

    /// How many leads one page looks at; a tenth of a second of one like the other, or half of one where names are compared.
    private static let looks: SQL = "100000"
    /// From here on two names are alike: by the share of trigrams that both have.
    private static let likeness = 0.6
    private static let shown: SQL =
        "leads.id, leads.name, leads.address, leads.city, leads.phone, leads.email, leads.website_url"

    private func planned(_ sql: SQL) async throws -> [Row] {
        try await pipeline([LeadSelection.planning, sql]).last?.rows ?? []
    }

    private static func groups(_ rows: [Row]) throws -> [DuplicateGroup] {
        try rows.reduce(into: []) { groups, row in
            let (value, lead) = (try row.decode("value", as: String.self), try row.decode(DuplicateLead.self))
            if groups.last?.value == value {
                groups[groups.count - 1].leads.append(lead)
            } else {
                groups.append(DuplicateGroup(value: value, count: try row.decode("count"), leads: [lead]))
            }
        }
    }
}

extension DuplicateSign {
    /// What is the same; `nil` of names, which are only alike.
    fileprivate var column: SQL? {
        switch self {
        case .phone: "phone"
        case .email: "email"
        case .websiteHost: "website_host"
        case .name: nil
        }
    }
}
