import Contracts
import Foundation
import Postgres

/// Which rows of `leads` are meant: a filter, what is searched for in it, and who asks.
struct LeadSelection: Sendable {
    var filter: LeadFilter
    /// Of ``LeadListSearch``.
    var search: String?
    /// Only the own and the unassigned ones of this member of the staff.
    var staff: String?
    /// What was searched for has no word: nothing is found.
    var isEmpty = false

    /// What is said about single columns, in the words of the indexes: a condition that the planner can't look into is guessed at, and its
    /// guess decides between 1 ms and 1 s.
    var condition: SQL {
        var all: [SQL] = [filter.isArchived == true ? "archived_at IS NOT NULL AND erased_at IS NULL" : "archived_at IS NULL"]
        func add(_ condition: SQL, if isWanted: Bool = true) { if isWanted { all.append(condition) } }
        func list(_ values: [String]?, _ condition: ([String]) -> SQL) { if let values, !values.isEmpty { all.append(condition(values)) } }
        func bound<Value>(_ value: Value?, _ condition: (Value) -> SQL) { if let value { all.append(condition(value)) } }

        add("false", if: isEmpty)
        add("merged_into IS NULL", if: filter.isArchived == true)
        bound(search) { "search @@ \($0)::text::tsquery" }
        list(filter.stages?.map(\.rawValue)) { "sales_stage = ANY (\($0)::text[])" }
        list(filter.sources?.map(\.rawValue)) { "source = ANY (\($0)::text[])" }
        bound(assignment) { $0 }
        bound(staff) { "(assigned_to IS NULL OR assigned_to = \($0))" }
        bound(filter.createdFrom) { "created_at >= \($0)" }
        bound(filter.createdBefore) { "created_at < \($0)" }
        bound(filter.updatedFrom) { "updated_at >= \($0)" }
        bound(filter.updatedBefore) { "updated_at < \($0)" }
        bound(filter.lastContactFrom) { "last_contact_at >= \($0)" }
        bound(filter.lastContactBefore) { "last_contact_at < \($0)" }
        bound(filter.nextFollowUpFrom) { "next_follow_up_at >= \($0)" }
        bound(filter.nextFollowUpBefore) { "next_follow_up_at < \($0)" }
        bound(filter.minQualificationScore) { "qualification_score >= \($0)" }
        bound(filter.maxQualificationScore) { "qualification_score <= \($0)" }
        bound(filter.minLeadScore) { "lead_score >= \($0)" }
        bound(filter.maxLeadScore) { "lead_score <= \($0)" }
        bound(filter.minRating) { "rating >= \($0)" }
        bound(filter.maxRating) { "rating <= \($0)" }
        list(filter.categories) { "plain_category IN (\(fragment: Self.plain($0)))" }
        list(filter.cities) { "plain_city IN (\(fragment: Self.plain($0)))" }
        list(filter.states) { "plain_state IN (\(fragment: Self.plain($0)))" }
        bound(filter.hasEmail) { $0 ? "email IS NOT NULL" : "email IS NULL" }
        bound(filter.hasPhone) { $0 ? "phone IS NOT NULL" : "phone IS NULL" }
        bound(filter.hasWebsite) { $0 ? "website_url IS NOT NULL" : "website_url IS NULL" }
        bound(filter.isHot) { $0 ? "lead_score > 70" : "(lead_score <= 70 OR lead_score IS NULL)" }
        list(filter.tagsAny?.map { $0.lowercased() }) { "tags && \($0)::text[]" }
        list(filter.tagsAll?.map { $0.lowercased() }) { "tags @> \($0)::text[]" }
        return .joined(all, separator: " AND ")
    }

    private var assignment: SQL? {
        let staff = filter.assignedTo.flatMap { $0.isEmpty ? nil : $0 }
        return switch (staff, filter.isUnassigned) {
        case (let staff?, true): "(assigned_to IS NULL OR assigned_to = ANY (\(staff)::text[]))"
        case (let staff?, _): "assigned_to = ANY (\(staff)::text[])"
        case (nil, true): "assigned_to IS NULL"
        case (nil, false): "assigned_to IS NOT NULL"
        case (nil, nil): nil
        }
    }

    /// One by one, not as an array: so the planner folds each before it looks at the statistics.
    private static func plain(_ values: [String]) -> SQL {
        .joined(values.map { "plain_letters(\($0)::text)" }, separator: ", ")
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
