import Contracts
import Foundation
import Postgres

extension LeadSelection {
    /// The best plan depends on the values. Leads that people work with are in memory, or on a disk that needs no arm to move: to look at one
    /// then takes as long as some ninety entries of an index (2.5 µs and 27 ns), where the planner thinks of more, and it does not know what
    /// words cost. And to compile a plan takes longer than to run it.
    ///
    /// A setting holds to the end of its transaction, and what is sent together is one: each set of statements has its own in front.
    static let planning: SQL = """
        SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('random_page_cost', '1.1', true),
            set_config('cpu_index_tuple_cost', '0.01', true), set_config('effective_io_concurrency', '0', true), set_config('jit', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true)
        """

    /// By both indexes, even where the leads that one of them finds seem to be quickly looked at: what no other question has just read takes
    /// some three times as long. And words first, whose index knows each lead: PostgreSQL begins with the index that costs less, and if that
    /// one only knows ranges of pages, all leads on them are looked at. To read pages in turn, as it does of the ranges' index alone, is
    /// therefore said to be dear.
    static let slicing: SQL = "SELECT set_config('random_page_cost', '4', true), set_config('seq_page_cost', '100', true)"

    /// In the order of an index, wherever there is one.
    static let walking: SQL = "SELECT set_config('enable_sort', 'off', true)"

    /// By an index, whatever the order.
    static let lookingUp: SQL = "SELECT set_config('enable_seqscan', 'off', true)"
}

/// The statements that a question may take.
extension LeadListQuestion {
    /// How far a page is walked to before another way is tried: some 5 ms. To look for words in a lead takes longer than to look at a column.
    var bounds: [Int] {
        // A vague search is of most leads, or of few: mostly the first thousand tell which.
        isVague ? [1_000, 5_000] : [selection.search == nil ? 15_000 : 5_000]
    }

    func explained(_ statement: SQL) -> SQL { "EXPLAIN (FORMAT JSON) \(fragment: statement)" }

    var matching: SQL { "SELECT FROM leads WHERE \(fragment: selection.condition)" }

    /// To ask the planner about.
    var asExpected: LeadListQuestion {
        var question = self
        question.selection = selection.with(selection.search?.asExpected)
        return question
    }

    /// Whatever the filter.
    var living: SQL { "SELECT FROM leads WHERE \(fragment: selection.living)" }

    var count: SQL {
        "SELECT count(*) FROM (\(fragment: matching) LIMIT \(LeadListPlan.countedUpTo + 1)) AS matching"
    }

    /// The page itself, or the first so many of the leads without a value in the order's column.
    func page(lastPart: Int? = nil) -> SQL {
        """
        SELECT \(fragment: LeadColumns.all), \(fragment: sort.by.expression) AS sort_key
        FROM leads
        WHERE \(fragment: .joined([selection.condition] + position(lastPart: lastPart != nil), separator: " AND "))
        ORDER BY \(fragment: order())
        LIMIT \(lastPart ?? limit)
        """
    }

    /// The same, but of the first leads of the list only. What the index can be read by is said inside: of the order's column, and one
    /// value of another, or a city and a category.
    func boundedPage(_ bound: Int) -> SQL {
        var (inside, outside): ([SQL], [SQL]) = ([], [])
        var valued: LeadSort.Column? = sort.by == .created ? nil : sort.by
        for condition in selection.conditions {
            let isIndexed = valued == nil || (valued == .city && condition.column == .category && sort.by == .created)
            if condition.column == sort.by || (condition.isOneValue && isIndexed) {
                inside.append(condition.sql)
                if condition.isOneValue { valued = valued ?? condition.column }
            } else {
                outside.append(condition.sql)
            }
        }
        return """
            SELECT \(fragment: LeadColumns.all), \(fragment: sort.by.expression) AS sort_key
            FROM (
                SELECT *
                FROM leads
                WHERE \(fragment: .joined([selection.living] + inside + position(lastPart: false), separator: " AND "))
                ORDER BY \(fragment: order())
                LIMIT \(bound)
            ) AS leads
            WHERE \(fragment: outside.isEmpty ? "true" : .joined(outside, separator: " AND "))
            ORDER BY \(fragment: order())
            LIMIT \(limit)
            """
    }

    /// The page out of all that match, with how many these are. It holds only when they are no more than ``collectable``.
    var collected: SQL {
        """
        WITH matching AS MATERIALIZED (
            \(fragment: places(of: selection, limit: collectable + 1))
        ), page AS (
            SELECT * FROM matching ORDER BY \(fragment: order(collected: true)) LIMIT \(limit)
        )
        SELECT \(fragment: LeadColumns.all), sort_key, (SELECT count(*) FROM matching) AS matching
        FROM page JOIN leads ON id = lead_id
        ORDER BY \(fragment: order(collected: true))
        """
    }

    /// The same out of those only that were made `until` there in the order of the list. They are few enough to be kept whole: to look up
    /// those on the page once more takes longer. None is made before `start` in that order.
    func collected(until end: Date, from start: Date) -> SQL {
        var (selection, conditions) = (selection.with(selection.search?.asPlanned), [isUpTo("\(end)")])
        if selection.search != nil, let weeks = LeadListWeeks(start, end) {
            // To read the index of time ranges as well is worth it where a week more is many leads.
            if weeks.numbers.count > 4 { conditions = ["(\(fragment: isUpTo("\(end)"))) IS NOT FALSE"] }
            conditions.append("search @@ \(weeks.query)::text::tsquery")
        }
        if !selection.tagsOfAll.isEmpty, let months = LeadListMonths(start, end) {
            conditions.append(hasTags(in: months))
            selection.filter.tagsAll = nil
        }
        return """
            WITH matching AS MATERIALIZED (
                \(fragment: places(of: selection, whole: true, .joined(conditions, separator: " AND "), limit: collectable + 1))
            )
            SELECT *, (SELECT count(*) FROM matching) AS matching
            FROM matching
            ORDER BY \(fragment: order(collected: true))
            LIMIT \(limit)
            """
    }

    /// That leads have all tags, as the index of the tags by months has it.
    private func hasTags(in months: LeadListMonths) -> SQL {
        let tags = selection.tagsOfAll
        let any: [SQL] = months.entries(of: tags).map { "tag_months(tags, created_at) @> \($0)::text[]" }
        return "tags <> '{}' AND (tags @> \(tags)::text[]) IS NOT FALSE AND (\(fragment: .joined(any, separator: " OR ")))"
    }

    /// How many match, up to one more than ``collectable``, of what stands in one index.
    var counted: SQL { "SELECT count(*) AS matching FROM (\(fragment: places(of: selection, limit: collectable + 1))) AS places" }

    /// The page out of all that match, of what stands in one index: to keep ten thousand places until they are counted and sorted takes longer
    /// than to read them twice, which can be done at once. It may be of more than ``counted`` counts, so that those are in it which only match
    /// since. Of thousands most are passed over within the index: a page of some of them tells where that of all ends at the latest.
    func sorted(ofThousands isEdged: Bool) -> SQL {
        """
        SELECT \(fragment: LeadColumns.all), sort_key
        FROM (
            SELECT *
            FROM (\(fragment: places(of: selection, isEdged ? isUpTo(edge) : nil, limit: 2 * collectable))) AS places
            ORDER BY \(fragment: order(collected: true))
            LIMIT \(limit)
        ) AS page
        JOIN leads ON id = lead_id
        ORDER BY \(fragment: order(collected: true))
        """
    }

    /// When the last one of a page was made that is of some of those which match: of the latest ones by another time, since these were mostly
    /// made latest too.
    private var edge: SQL {
        let direction: SQL = sort.descending ? "DESC" : "ASC"
        let times = selection.conditions.compactMap(\.column).filter(\.isTime)
        let latest: SQL =
            times.isEmpty
            ? "" : "ORDER BY \(fragment: .joined(times.map { "\(fragment: $0.expression) \(fragment: direction)" }, separator: ", "))"
        return """
            coalesce(
                (
                    SELECT created_at
                    FROM (
                        SELECT created_at
                        FROM leads
                        WHERE \(fragment: .joined([selection.condition] + behind, separator: " AND ")) \(fragment: latest)
                        LIMIT \(Self.sample)
                    ) AS sample
                    ORDER BY created_at \(fragment: direction)
                    OFFSET \(limit - 1) LIMIT 1
                ),
                \(fragment: sort.descending ? "'-infinity'" : "'infinity'")
            )
            """
    }

    /// Of so many leads the index is read to find out how far a page goes.
    private static let sample = 1_000

    /// Those made until then, in the order of the list by when they were made.
    private func isUpTo(_ time: SQL) -> SQL { "created_at \(fragment: sort.descending ? ">=" : "<=") \(fragment: time)" }

    /// The same out of the leads that have the rarer of their tags, with how many these are: it holds only when they are no more than
    /// ``LeadListTags/most``.
    func found(by tags: LeadListTags) -> SQL {
        """
        WITH found AS MATERIALIZED (
            SELECT \(fragment: LeadColumns.all), id AS lead_id, created_at AS made_at, \(fragment: sort.by.expression) AS sort_key,
                \(fragment: .joined([selection.condition] + behind, separator: " AND ")) AS matches
            FROM leads
            WHERE \(fragment: selection.living) AND tags @> \(tags.indexed)::text[]
            LIMIT \(LeadListTags.most + 1)
        )
        SELECT *, (SELECT count(*) FROM found) AS found, (SELECT count(*) FROM found WHERE matches) AS matching
        FROM found
        WHERE matches
        ORDER BY \(fragment: order(collected: true))
        LIMIT \(limit)
        """
    }

    /// Of those that match, at the place where the list goes on, what it is sorted by; or all of them.
    private func places(of selection: LeadSelection, whole: Bool = false, _ other: SQL? = nil, limit: Int) -> SQL {
        let lead: SQL = whole ? "\(fragment: LeadColumns.all), " : ""
        return """
            SELECT \(fragment: lead)id AS lead_id, created_at AS made_at, \(fragment: sort.by.expression) AS sort_key
            FROM leads
            WHERE \(fragment: .joined([selection.condition] + behind + [other].compactMap(\.self), separator: " AND "))
            LIMIT \(limit)
            """
    }

    /// Where the list goes on, in all its parts.
    private var behind: [SQL] { place.map { [sort.by.isBehind($0, descending: sort.descending, allParts: true)] } ?? [] }

    /// When the leads behind ``place`` were made, of each hundredth one, as far as the statistics tell; and when the first of them was, which
    /// these may not know of.
    var ends: SQL {
        let (sign, direction): (SQL, SQL) = sort.descending ? ("<", "DESC") : (">", "ASC")
        let behind: SQL = place.map { "AND bound \(fragment: sign) \($0.created)" } ?? ""
        let first: SQL = "SELECT created_at FROM leads ORDER BY created_at \(fragment: direction) LIMIT 1"
        let start: SQL = place.map { "\($0.created)" } ?? "(\(fragment: first))"
        return """
            SELECT bound, \(fragment: start)::timestamptz AS start
            FROM pg_stats, unnest(histogram_bounds::text::timestamptz[]) AS bound
            WHERE schemaname = current_schema AND tablename = 'leads' AND attname = 'created_at' \(fragment: behind)
            ORDER BY bound \(fragment: direction)
            LIMIT \(LeadListPlan.mostHundredths + 1)
            """
    }

    /// How many of all leads have each of the tags that they must have, as far as the statistics know.
    var shares: SQL {
        """
        SELECT tag, share::float8, (SELECT reltuples::float8 FROM pg_class WHERE oid = 'leads'::regclass) AS leads
        FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (tag, share)
        WHERE schemaname = current_schema AND tablename = 'leads' AND attname = 'tags' AND tag = ANY (\(selection.tagsOfAll))
        """
    }

    /// How many leads of the list, whatever the filter, stand up to `place`.
    func walkedUp(to place: LeadListPlace) -> SQL {
        """
        SELECT count(*) FROM (
            SELECT FROM leads
            WHERE \(fragment: selection.living) AND \(fragment: sort.by.isUpTo(place, descending: sort.descending))
            LIMIT \(bounds.max() ?? 0)
        ) AS walked
        """
    }

    func leads(_ rows: [Row]) throws -> [(lead: Lead, place: LeadListPlace)] {
        try rows.map { row in
            let lead = try Lead(row)
            return (lead, LeadListPlace(key: try LeadListKey(sort.by, from: row), created: lead.createdAt, id: lead.id))
        }
    }

    private func position(lastPart: Bool) -> [SQL] {
        let isLastPart = lastPart || place.map { $0.key == nil } ?? false
        let part: SQL? =
            sort.by.mayBeNull
            ? (isLastPart ? "\(fragment: sort.by.expression) IS NULL" : "\(fragment: sort.by.expression) IS NOT NULL") : nil
        let behind = lastPart ? nil : place.map { sort.by.isBehind($0, descending: sort.descending, allParts: false) }
        return [part, behind].compactMap(\.self)
    }

    private func order(collected: Bool = false) -> SQL {
        let direction: SQL = sort.descending ? "DESC" : "ASC"
        guard collected else { return .joined(sort.by.keys.map { "\(fragment: $0) \(fragment: direction)" }, separator: ", ") }
        let ties: [SQL] = sort.by.keys.count == 3 ? ["made_at", "lead_id"] : ["lead_id"]
        return .joined(
            ["sort_key \(fragment: direction) NULLS LAST"] + ties.map { "\(fragment: $0) \(fragment: direction)" },
            separator: ", "
        )
    }
}
