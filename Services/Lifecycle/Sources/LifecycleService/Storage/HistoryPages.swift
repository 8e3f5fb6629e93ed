import Contracts
import Foundation
import Postgres

/// Which decisions of a lead are wanted, and from where on.
struct HistoryPage: Sendable {
    var lead: LeadID
    var field: StatusField?
    var cause: String?
    var outcome: StatusOutcome?
    var newestFirst = false
    /// The number of the last decision that was seen.
    var cursor: Int64?
    var limit: Int

    fileprivate var condition: SQL {
        let from: SQL =
            newestFirst ? "id < \(cursor ?? .max)" : "id > \(cursor ?? 0)"
        let outcome: SQL =
            switch outcome {
            case nil: ""
            case .applied: "AND to_status IS NOT NULL"
            case .ignored: "AND to_status IS NULL"
            }
        return """
            lead_id = \(lead) AND \(fragment: from) \(fragment: outcome)
                AND (\(field == nil) OR field = \(field?.rawValue)) AND (\(cause == nil) OR cause_type = \(cause))
            """
    }

    fileprivate var order: SQL { newestFirst ? "id DESC" : "id" }
}

/// A decision with its number, which ascends with the time of deciding.
struct NumberedDecision: Sendable {
    var number: Int64
    var decision: Explanation.Decision

    /// About how many bytes it takes in an answer.
    var weight: Int { 600 + 2 * (decision.entry.cause.reason?.utf8.count ?? 0) }
}

extension SQLExecutor {
    func decisions(_ page: HistoryPage) async throws -> [NumberedDecision] {
        try await rows(
            """
            SELECT \(fragment: decisionColumns)
            FROM status_history
            WHERE \(fragment: page.condition)
            ORDER BY \(fragment: page.order)
            LIMIT \(page.limit)
            """
        ).map(NumberedDecision.init)
    }

    /// How one of the lead's statuses came to be, without reading more of a long history into memory than a few rows.
    func explanation(of standing: LeadStanding) async throws -> [Explanation.Standing] {
        func latest(_ field: StatusField) -> SQL {
            """
            SELECT \(fragment: decisionColumns)
            FROM status_history
            WHERE lead_id = \(standing.leadID) AND field = \(field.rawValue) AND to_status IS NOT NULL
            ORDER BY id DESC
            LIMIT 10
            """
        }
        let results = try await pipeline([
            """
            SELECT field, ignored_because, count(*) AS count
            FROM status_history
            WHERE lead_id = \(standing.leadID)
            GROUP BY field, ignored_because
            """,
            latest(.contact),
            latest(.website),
        ])
        let counts = try results[0].rows.map { row in
            (
                field: try row.word("field", as: StatusField.self), because: try row.decodeIfPresent("ignored_because", as: String.self),
                count: try row.decode("count", as: Int.self)
            )
        }
        func explained(_ field: StatusField, _ status: String, _ moves: [Row]) throws -> Explanation.Standing {
            let own = counts.filter { $0.field == field }
            return Explanation.Standing(
                field: field,
                status: status,
                latestMoves: try moves.map { try NumberedDecision($0).decision },
                moves: own.first { $0.because == nil }?.count ?? 0,
                ignored: Dictionary(own.compactMap { count in count.because.map { ($0, count.count) } }) { first, _ in first }
            )
        }
        return [
            try explained(.contact, standing.contact.status.rawValue, results[1].rows),
            try explained(.website, standing.website.status.rawValue, results[2].rows),
        ]
    }
}

private let decisionColumns: SQL =
    """
    id, lead_id, field, from_status, to_status, ignored_because, trigger, channel, cause_event_id, cause_type, actor, reason,
    occurred_at, recorded_at
    """

extension NumberedDecision {
    fileprivate init(_ row: Row) throws {
        number = try row.decode("id")
        let trigger: String = try row.decode("trigger")
        let field: StatusField = try row.word("field")
        decision = Explanation.Decision(
            trigger: trigger,
            channel: try row.wordIfPresent("channel"),
            entry: StatusHistoryEntry(
                leadID: try row.decode("lead_id"),
                field: field,
                from: try row.decode("from_status"),
                to: try row.decodeIfPresent("to_status"),
                ignoredBecause: try row.decodeIfPresent("ignored_because"),
                byMachine: field == .contact ? ContactTrigger(rawValue: trigger)?.byMachine : WebsiteTrigger(rawValue: trigger)?.byMachine,
                cause: try StatusCause(row),
                occurredAt: try row.decode("occurred_at"),
                recordedAt: try row.decode("recorded_at")
            )
        )
    }
}
