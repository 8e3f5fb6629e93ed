import Contracts
import Foundation
import Postgres

/// A page of a list, as it was read.
struct LeadListPage: Sendable {
    var leads: [(lead: Lead, key: LeadListKey?)]
    /// `nil` when it wasn't asked for.
    var total: LeadListTotal?
}

/// All SQL of the lists.
extension Database {
    /// The words that were searched for, each with those that it may be a mistyped form of.
    func searchWords(_ text: String) async throws -> [LeadListSearch.Word] {
        try await rows(
            """
            SELECT given.word, ARRAY(
                SELECT close.word
                FROM (
                    SELECT known.word, similarity(known.word, given.word) AS likeness, max(similarity(known.word, given.word)) OVER () AS best
                    FROM lead_words AS known
                    WHERE known.word % given.word AND length(given.word) > 3
                        AND NOT EXISTS (SELECT FROM lead_words AS begun WHERE begun.word ^@ given.word)
                    GROUP BY known.word
                ) AS close
                WHERE likeness > 0.8 * best
                ORDER BY likeness DESC, word
                LIMIT 10
            ) AS similar
            FROM unnest(plain_words(\(text))) WITH ORDINALITY AS given (word, number)
            ORDER BY number
            """
        ).map { row in LeadListSearch.Word(text: try row.decode("word"), similar: try row.decode("similar")) }
    }

    /// `limit` leads in order, from behind `cursor` on; counted too when there is none. Those without a value in the order's column come last,
    /// whichever way: a part of the list of their own, read when the first one is used up.
    func leads(
        _ selection: LeadSelection,
        sort: LeadSort,
        limit: Int,
        after cursor: LeadListCursor?
    ) async throws -> LeadListPage {
        try await transaction { transaction in
            let isLastPart = cursor.map { $0.key == nil } ?? false
            let page = selection.page(sort, limit: limit, behind: cursor.map { ($0.key, $0.id) }, lastPart: isLastPart)
            let results = try await transaction.pipeline(LeadSelection.planning + (cursor == nil ? [selection.estimate, page] : [page]))
            var rows = results.last?.rows ?? []
            if !isLastPart, sort.by.mayBeNull, rows.count < limit {
                rows += try await transaction.rows(selection.page(sort, limit: limit - rows.count, behind: nil, lastPart: true))
            }
            let leads = try rows.map { (lead: try $0.decode(Lead.self), key: try LeadListKey(sort.by, from: $0)) }
            guard cursor == nil, let plan = results.dropLast().last?.rows.first else { return LeadListPage(leads: leads) }
            let estimate = try plan.decode("QUERY PLAN", as: JSONB<[ExplainedPlan]>.self).value.first?.plan.rows ?? 0
            return LeadListPage(leads: leads, total: try await transaction.total(selection, estimate: estimate))
        }
    }
}

extension Database {
    /// The next leads in the order of a column that each of them has, for who goes through all of them.
    func leads(
        _ selection: LeadSelection,
        sort: LeadSort,
        limit: Int,
        behind last: (key: LeadListKey?, id: LeadID)?
    ) async throws -> [(lead: Lead, key: LeadListKey?)] {
        try await transaction { transaction in
            let page = selection.page(sort, limit: limit, behind: last, lastPart: false)
            let rows = try await transaction.pipeline(LeadSelection.planning + [page]).last?.rows ?? []
            return try rows.map { (lead: try $0.decode(Lead.self), key: try LeadListKey(sort.by, from: $0)) }
        }
    }
}

extension Transaction {
    fileprivate func total(_ selection: LeadSelection, estimate: Int) async throws -> LeadListTotal {
        // With so many the count stops soon, if it counts while it reads; a bitmap is made of all of them first.
        let isLikelyMany = estimate > 5 * LeadListTotal.countedUpTo
        let statements: [SQL] = isLikelyMany ? ["SET LOCAL enable_bitmapscan = off", selection.count] : [selection.count]
        let count = try await pipeline(statements).last?.rows.first?.decode("count", as: Int.self) ?? 0
        guard count > LeadListTotal.countedUpTo else { return LeadListTotal(count: count, isEstimated: false) }
        return LeadListTotal(count: max(count, estimate), isEstimated: true)
    }
}

/// The one figure that is read of `EXPLAIN (FORMAT JSON)`.
private struct ExplainedPlan: Codable {
    var plan: Plan

    struct Plan: Codable {
        var rows: Int

        enum CodingKeys: String, CodingKey {
            case rows = "Plan Rows"
        }
    }

    enum CodingKeys: String, CodingKey {
        case plan = "Plan"
    }
}

extension LeadSelection {
    /// The best plan depends on the values. Leads that people work with are in memory, or on a disk that needs no arm to move. And to compile
    /// a plan takes longer than to run it.
    static let planning: [SQL] = [
        "SET LOCAL plan_cache_mode = force_custom_plan", "SET LOCAL random_page_cost = 1.1", "SET LOCAL jit = off",
    ]

    /// What the planner believes; the condition alone decides.
    fileprivate var estimate: SQL { "EXPLAIN (FORMAT JSON) SELECT FROM leads WHERE \(fragment: condition)" }

    fileprivate var count: SQL {
        "SELECT count(*) FROM (SELECT FROM leads WHERE \(fragment: condition) LIMIT \(LeadListTotal.countedUpTo + 1)) AS matching"
    }

    fileprivate func page(_ sort: LeadSort, limit: Int, behind last: (key: LeadListKey?, id: LeadID)?, lastPart: Bool) -> SQL {
        let column = sort.by.expression
        var conditions = [condition]
        if sort.by.mayBeNull { conditions.append(lastPart ? "\(fragment: column) IS NULL" : "\(fragment: column) IS NOT NULL") }
        if let last {
            let sign: SQL = sort.descending ? "<" : ">"
            if let key = last.key {
                conditions.append("(\(fragment: column), id) \(fragment: sign) (\(fragment: key.value), \(last.id)::uuid)")
            } else {
                conditions.append("id \(fragment: sign) \(last.id)::uuid")
            }
        }
        let direction: SQL = sort.descending ? "DESC" : "ASC"
        return """
            SELECT \(fragment: LeadColumns.all), \(fragment: column) AS sort_key
            FROM leads
            WHERE \(fragment: .joined(conditions, separator: " AND "))
            ORDER BY \(fragment: column) \(fragment: direction), id \(fragment: direction)
            LIMIT \(limit)
            """
    }
}
