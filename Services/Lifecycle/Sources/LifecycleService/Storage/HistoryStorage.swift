package import Contracts
import Foundation
package import Postgres

/// All SQL on `status_history` and `milestones`.
extension Transaction {
    static func append(_ entries: [StatusLedger.Entry]) -> SQL {
        let rows = entries.map(HistoryRow.init)
        return """
            INSERT INTO status_history (
                lead_id, field, from_status, to_status, ignored_because, trigger, channel, address, asked, said_at,
                cause_event_id, cause_type, actor, reason, occurred_at
            )
            SELECT lead_id, field, from_status, to_status, ignored_because, trigger, channel, address, asked, said_at,
                cause_event_id, cause_type, actor, reason, occurred_at
            FROM unnest(
                \(entries.map(\.leadID))::uuid[], \(rows.map(\.field.rawValue))::text[],
                \(rows.map(\.from))::text[], \(rows.map(\.to))::text[], \(entries.map(\.ignoredBecause?.rawValue))::text[],
                \(entries.map(\.fact.trigger))::text[], \(rows.map(\.channel))::text[], \(rows.map(\.address))::text[],
                \(rows.map(\.asked))::text[], \(rows.map(\.saidAt))::timestamptz[],
                \(entries.map(\.cause.eventID))::uuid[], \(entries.map(\.cause.type))::text[],
                \(entries.map(\.cause.actor))::text[], \(entries.map(\.cause.reason))::text[],
                \(entries.map(\.fact.occurredAt))::timestamptz[]
            ) WITH ORDINALITY AS given (
                lead_id, field, from_status, to_status, ignored_because, trigger, channel, address, asked, said_at,
                cause_event_id, cause_type, actor, reason, occurred_at, number
            )
            ORDER BY number
            """
    }

    /// The milestones of the entries that are new, if they prove any.
    static func reach(_ entries: [StatusLedger.Entry]) -> SQL? {
        let reached = entries.compactMap { entry in entry.milestone.map { (entry.leadID, $0, entry.fact.occurredAt) } }
        guard !reached.isEmpty else { return nil }
        return """
            INSERT INTO milestones (milestone, lead_id, reached_at)
            SELECT milestone, lead_id, min(reached_at)
            FROM unnest(
                \(reached.map { $0.1.rawValue })::text[], \(reached.map { $0.0 })::uuid[], \(reached.map { $0.2 })::timestamptz[]
            ) AS given (milestone, lead_id, reached_at)
            GROUP BY milestone, lead_id
            ORDER BY milestone, lead_id
            ON CONFLICT (milestone, lead_id) DO UPDATE SET reached_at = excluded.reached_at
            WHERE milestones.reached_at > excluded.reached_at
            """
    }

    /// Everything that was told of a lead, as the rules read it, in the order in which it was decided on.
    package func recordedFacts(of lead: LeadID) async throws -> [(fact: LeadFact, cause: StatusCause)] {
        try await rows(
            """
            SELECT field, trigger, channel, address, asked, said_at, occurred_at, cause_event_id, cause_type, actor, reason
            FROM status_history
            WHERE lead_id = \(lead)
            ORDER BY id
            """
        ).map { (try LeadFact($0), try StatusCause($0)) }
    }
}

extension SQLExecutor {
    /// How many leads have reached each step, how many there are, and how many sites are running.
    func funnel() async throws -> (reached: [Milestone: Int], leads: Int, activeSites: Int) {
        let results = try await pipeline([
            "SELECT milestone, count(*) AS count FROM milestones GROUP BY milestone",
            "SELECT count(*) AS count FROM lead_statuses WHERE merged_into IS NULL",
            "SELECT count(*) AS count FROM sites WHERE state = 'active'",
        ])
        let reached = try results[0].rows.map { (try $0.word("milestone", as: Milestone.self), try $0.decode("count", as: Int.self)) }
        let totals = try results[1...].map { try $0.rows.first?.decode("count", as: Int.self) ?? 0 }
        return (Dictionary(uniqueKeysWithValues: reached), totals[0], totals[1])
    }
}

/// The columns that differ by field.
private struct HistoryRow {
    var field: StatusField
    var from: String
    var to: String?
    var channel: String?
    var address: String?
    var asked: String?
    var saidAt: Date?

    init(_ entry: StatusLedger.Entry) {
        switch entry.move {
        case .contact(let from, let to): (field, self.from, self.to) = (.contact, from.rawValue, to?.rawValue)
        case .website(let from, let to): (field, self.from, self.to) = (.website, from.rawValue, to?.rawValue)
        }
        switch entry.fact {
        case .contact(let fact): (channel, address, asked) = (fact.channel?.rawValue, fact.address, fact.asked?.rawValue)
        case .website(let fact): (asked, saidAt) = (fact.asked?.rawValue, fact.saidAt == fact.occurredAt ? nil : fact.saidAt)
        }
    }
}

extension LeadFact {
    init(_ row: Row) throws {
        let time: Date = try row.decode("occurred_at")
        switch try row.word("field", as: StatusField.self) {
        case .contact:
            self = .contact(
                ContactFact(
                    try row.word("trigger"),
                    at: time,
                    channel: try row.wordIfPresent("channel"),
                    address: try row.decodeIfPresent("address"),
                    asked: try row.wordIfPresent("asked")
                )
            )
        case .website:
            self = .website(
                WebsiteFact(
                    try row.word("trigger"),
                    at: time,
                    saidAt: try row.decodeIfPresent("said_at"),
                    asked: try row.wordIfPresent("asked")
                )
            )
        }
    }
}

extension StatusCause {
    init(_ row: Row) throws {
        self.init(
            eventID: try row.decodeIfPresent("cause_event_id"),
            type: try row.decode("cause_type"),
            actor: try row.decodeIfPresent("actor"),
            reason: try row.decodeIfPresent("reason")
        )
    }
}
