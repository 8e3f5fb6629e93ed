import Contracts
import Foundation
import Postgres

/// Which rows of `leads` are meant: a filter, what is searched for in it, and who asks.
struct LeadSelection: Sendable {
    var filter: LeadFilter
    var search: LeadListSearch?
    /// Only the own and the unassigned ones of this member of the staff.
    var staff: String?
    /// What was searched for has no word: nothing is found.
    var isEmpty = false

    /// One thing that is said about a lead.
    struct Condition: Sendable {
        var sql: SQL
        /// What it says is all in the index of this column.
        var column: LeadSort.Column?
        /// There is an index of the leads with this value, by when they were made.
        var isOneValue = false
        /// How many facts must come together for it, which the planner takes for independent.
        var facts = 1
    }

    /// The same rows, looked up otherwise.
    func with(_ search: LeadListSearch?) -> LeadSelection {
        var selection = self
        selection.search = search
        return selection
    }

    var condition: SQL { .joined([living] + conditions.map(\.sql), separator: " AND ") }

    /// As the indexes say it.
    var living: SQL {
        filter.isArchived == true ? "archived_at IS NOT NULL AND erased_at IS NULL AND merged_into IS NULL" : "archived_at IS NULL"
    }

    /// What is said about single columns, in the words of the indexes: a condition that the planner can't look into is guessed at, and its
    /// guess decides between 1 ms and 1 s. Those with one value come first that fewest leads have.
    var conditions: [Condition] {
        var all: [Condition] = []
        func add(_ sql: SQL, of column: LeadSort.Column? = nil, isOneValue: Bool = false, facts: Int = 1) {
            all.append(Condition(sql: sql, column: column, isOneValue: isOneValue, facts: facts))
        }
        /// `plain`: letters as people compare them. One by one, not as an array, so that the planner folds each before it looks at the statistics.
        func list(_ column: LeadSort.Column, _ values: [String]?, plain: Bool = false) {
            guard let values, let first = values.first else { return }
            func term(_ value: String) -> SQL { plain ? "plain_letters(\(value)::text)" : "\(value)::text" }
            if values.count == 1 {
                add("\(fragment: column.expression) = \(fragment: term(first))", of: column, isOneValue: true)
            } else {
                add("\(fragment: column.expression) IN (\(fragment: .joined(values.map(term), separator: ", ")))", of: column)
            }
        }
        func range(_ column: LeadSort.Column, from low: SQL?, to high: SQL?) {
            let ends = [low.map { ">= \(fragment: $0)" as SQL }, high].compactMap(\.self).map {
                "\(fragment: column.expression) \(fragment: $0)" as SQL
            }
            if !ends.isEmpty { add(.joined(ends, separator: " AND "), of: column) }
        }
        func times(_ column: LeadSort.Column, _ from: Date?, _ before: Date?) {
            range(column, from: from.map { "\($0)" }, to: before.map { "< \($0)" })
        }
        func flag(_ isWanted: Bool?, _ yes: SQL, _ no: SQL) { if let isWanted { add(isWanted ? yes : no) } }

        if isEmpty { add("false") }
        list(.city, cleaned(filter.cities), plain: true)
        list(.category, cleaned(filter.categories), plain: true)
        assignment(add)
        list(.state, cleaned(filter.states)?.flatMap(Self.spellings), plain: true)
        list(.source, filter.sources?.map(\.rawValue))
        list(.salesStage, filter.stages?.map(\.rawValue))
        if let search {
            // Word by word: the index then passes over the entries of one in leads that don't have another.
            add(.joined(search.indexed.map { "search @@ \($0)::text::tsquery" }, separator: " AND "))
            // Said so that no index is looked into.
            if let checked = search.checked { add("(search @@ \(checked)::text::tsquery) IS NOT FALSE") }
        }
        times(.created, filter.createdFrom, filter.createdBefore)
        times(.updated, filter.updatedFrom, filter.updatedBefore)
        times(.lastContact, filter.lastContactFrom, filter.lastContactBefore)
        times(.nextFollowUp, filter.nextFollowUpFrom, filter.nextFollowUpBefore)
        range(
            .qualificationScore,
            from: filter.minQualificationScore.map { "\($0)" },
            to: filter.maxQualificationScore.map { "<= \($0)" }
        )
        range(.leadScore, from: filter.minLeadScore.map { "\($0)" }, to: filter.maxLeadScore.map { "<= \($0)" })
        range(.rating, from: filter.minRating.map { "\($0)" }, to: filter.maxRating.map { "<= \($0)" })
        flag(filter.hasEmail, "email IS NOT NULL", "email IS NULL")
        flag(filter.hasPhone, "phone IS NOT NULL", "phone IS NULL")
        flag(filter.hasWebsite, "website_url IS NOT NULL", "website_url IS NULL")
        if let isHot = filter.isHot {
            if isHot { add("lead_score > 70", of: .leadScore) } else { add("(lead_score <= 70 OR lead_score IS NULL)") }
        }
        if let tags = filter.tagsAny, !tags.isEmpty { add("tags && \(Self.asKept(tags))::text[]") }
        if !tagsOfAll.isEmpty { add("tags @> \(tagsOfAll)::text[]", facts: tagsOfAll.count) }
        return all
    }

    /// The tags that each lead must have.
    var tagsOfAll: [String] { Self.asKept(filter.tagsAll ?? []) }

    /// As leads have them. What is nothing stays, and is found nowhere: to leave it out would widen what is meant.
    private func cleaned(_ texts: [String]?) -> [String]? { texts?.map { $0.cleaned() ?? $0 } }
    private static func asKept(_ tags: [String]) -> [String] { tags.map { Tags.normalised([$0]).first ?? $0 } }

    /// Leads in the United States have their state's code: one that is asked for by its name is meant by both.
    private static func spellings(ofState text: String) -> [String] {
        [text] + [USState.code(of: text)].compactMap(\.self).filter { $0 != text.uppercased() }
    }

    private func assignment(_ add: (SQL, LeadSort.Column?, Bool, Int) -> Void) {
        let wanted = LeadListAssignment(filter)
        switch staff.map(wanted.seen) ?? wanted {
        case .anybody: break
        case .somebody: add("assigned_to IS NOT NULL", nil, false, 1)
        case .of(let staff, orNobody: true) where staff.isEmpty: add("assigned_to IS NULL", nil, false, 1)
        case .of(let staff, orNobody: true): add("(assigned_to IS NULL OR assigned_to = ANY (\(staff)::text[]))", nil, false, 1)
        case .of(let staff, orNobody: false) where staff.count == 1: add("assigned_to = \(staff[0])", .assignedTo, true, 1)
        case .of(let staff, orNobody: false): add("assigned_to = ANY (\(staff)::text[])", .assignedTo, false, 1)
        }
    }
}

extension LeadSort.Column {
    /// As it stands in the index that keeps this order.
    var expression: SQL {
        switch self {
        case .created: "created_at"
        case .updated: "updated_at"
        case .name: "plain_name"
        case .category: "plain_category"
        case .city: "plain_city"
        case .state: "plain_state"
        case .source: "source"
        case .salesStage: "sales_stage"
        case .assignedTo: "assigned_to"
        case .rating: "rating"
        case .qualificationScore: "qualification_score"
        case .leadScore: "lead_score"
        case .lastContact: "last_contact_at"
        case .nextFollowUp: "next_follow_up_at"
        }
    }

    /// What the order is total by: of leads with the same value those come first that were made first. As the indexes have it, which so serve
    /// filters by a value too.
    var keys: [SQL] { self == .created ? [expression, "id"] : [expression, "created_at", "id"] }

    /// Behind `place` in the list; leads without a value come last, whichever way.
    func isBehind(_ place: LeadListPlace, descending: Bool, allParts: Bool) -> SQL {
        let behind = compared(place, descending ? "<" : ">")
        guard place.key != nil else { return allParts ? "\(fragment: expression) IS NULL AND \(fragment: behind)" : behind }
        return allParts && mayBeNull ? "(\(fragment: behind) OR \(fragment: expression) IS NULL)" : behind
    }

    /// In the same part of the list as `place`, and not behind it.
    func isUpTo(_ place: LeadListPlace, descending: Bool) -> SQL {
        let isBefore = compared(place, descending ? ">=" : "<=")
        return place.key == nil ? "\(fragment: expression) IS NULL AND \(fragment: isBefore)" : isBefore
    }

    private func compared(_ place: LeadListPlace, _ sign: SQL) -> SQL {
        let ties: [SQL] = keys.count == 3 ? ["\(place.created)::timestamptz", "\(place.id)::uuid"] : ["\(place.id)::uuid"]
        let columns = place.key == nil ? Array(keys.dropFirst()) : keys
        let values = (place.key.map { [$0.value] } ?? []) + ties
        return "(\(fragment: .joined(columns, separator: ", "))) \(fragment: sign) (\(fragment: .joined(values, separator: ", ")))"
    }

    var isTime: Bool {
        switch self {
        case .created, .updated, .lastContact, .nextFollowUp: true
        case .name, .category, .city, .state, .source, .salesStage, .assignedTo, .rating, .qualificationScore, .leadScore: false
        }
    }

    var mayBeNull: Bool {
        switch self {
        case .category, .city, .state, .assignedTo, .rating, .leadScore, .lastContact, .nextFollowUp: true
        case .created, .updated, .name, .source, .salesStage, .qualificationScore: false
        }
    }
}

extension LeadListKey {
    var value: SQL {
        switch self {
        case .text(let text): "\(text)::text"
        case .integer(let number): "\(number)::int8"
        case .number(let number): "\(number)::float8"
        case .time(let time): "\(time)::timestamptz"
        }
    }

    init?(_ column: LeadSort.Column, from row: Row) throws {
        func value<Value: PostgresDecodable>(_ wrap: (Value) -> Self) throws -> Self? { try row.decodeIfPresent("sort_key").map(wrap) }
        let key: Self? =
            switch column {
            case .created, .updated, .lastContact, .nextFollowUp: try value(Self.time)
            case .rating: try value(Self.number)
            case .qualificationScore, .leadScore: try value(Self.integer)
            default: try value(Self.text)
            }
        guard let key else { return nil }
        self = key
    }
}
