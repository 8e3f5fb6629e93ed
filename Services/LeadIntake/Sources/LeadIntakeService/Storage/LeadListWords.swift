import Contracts
import Postgres

/// All SQL that makes a question of what was typed into a search.
extension Database {
    /// The rows that `filter` means when `actor` asks.
    func selection(_ filter: LeadFilter, for actor: Actor) async throws -> LeadSelection {
        var selection = LeadSelection(filter: filter, staff: actor.role == .agent ? actor.id : nil)
        if let text = filter.search?.cleaned(limit: LeadListSearch.longest) {
            let terms = LeadListSearch.terms(try await searchWords(text))
            selection.search = LeadListSearch(terms, counts: try await estimatedCounts(of: terms))
            selection.isEmpty = selection.search == nil
        }
        return selection
    }

    /// In how many leads the planner expects each; a single one that is only looked up in one way needs none.
    private func estimatedCounts(of terms: [LeadListSearch.Term]) async throws -> [Int] {
        guard terms.count > 1 || terms.contains(where: { $0.lookup != nil }) else { return terms.map { _ in 0 } }
        return try await pipeline(
            terms.map { "EXPLAIN (FORMAT JSON) SELECT FROM leads WHERE archived_at IS NULL AND search @@ \($0.query)::text::tsquery" }
        ).map { result in
            try result.rows.first?.decode("QUERY PLAN", as: JSONB<[ExplainedPlan]>.self).value.first?.plan.rows ?? 0
        }
    }

    /// The words that were searched for, each with those that it may be a mistyped form of.
    private func searchWords(_ text: String) async throws -> [LeadListSearch.Word] {
        try await rows(
            """
            SELECT given.word, ARRAY(
                SELECT close.word
                FROM (
                    SELECT known.word, similarity(known.word, given.word) AS likeness, max(similarity(known.word, given.word)) OVER () AS best
                    FROM lead_words AS known
                    WHERE known.word % given.word AND length(given.word) > 3
                        AND NOT EXISTS (
                            SELECT FROM lead_words AS begun WHERE begun.word >= given.word AND begun.word < given.word || chr(1114111)
                        )
                    GROUP BY known.word
                ) AS close
                WHERE likeness > 0.8 * best
                ORDER BY likeness DESC, word
                LIMIT 10
            ) AS similar
            FROM (
                SELECT word COLLATE "C" AS word, number FROM unnest(search_words(\(text))) WITH ORDINALITY AS typed (word, number)
            ) AS given
            ORDER BY number
            """
        ).map { row in LeadListSearch.Word(text: try row.decode("word"), similar: try row.decode("similar")) }
    }
}
