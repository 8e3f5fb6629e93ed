import Contracts
import Foundation
import Postgres

/// All SQL that keeps the follow-ups up to date. What is over stays over, and of each lead and rule there is one, ever: so it does not matter
/// in which order, or how often, its beginning and its end are told.
extension Transaction {
    func keep(_ due: [FollowUpDue]) async throws {
        let due = Dictionary(due.map { (FollowUpName($0.leadID, $0.rule), $0) }) { first, _ in first }
            .sorted { $0.key < $1.key }.map(\.value)
        guard !due.isEmpty else { return }
        try await execute(
            """
            INSERT INTO follow_ups AS f (lead_id, rule, title, due_at)
            SELECT * FROM unnest(\(due.map(\.leadID.rawValue)), \(due.map(\.rule)), \(due.map(\.title)), \(due.map(\.dueAt)))
            ON CONFLICT (lead_id, rule) DO UPDATE SET
                title = coalesce(f.title, excluded.title),
                due_at = coalesce(f.due_at, excluded.due_at)
            WHERE f.title IS NULL OR f.due_at IS NULL
            """
        )
    }

    func keep(_ ends: [FollowUpEnd]) async throws {
        let ends = Dictionary(ends.map { (FollowUpName($0.lead, $0.rule), $0) }) { $1.at < $0.at ? $1 : $0 }
            .sorted { $0.key < $1.key }.map(\.value)
        guard !ends.isEmpty else { return }
        try await execute(
            """
            INSERT INTO follow_ups AS f (lead_id, rule, state, closed_at, closed_by, cancelled_because)
            SELECT * FROM unnest(
                \(ends.map(\.lead.rawValue)), \(ends.map(\.rule)), \(ends.map(\.state.rawValue)), \(ends.map(\.at)), \(ends.map(\.by)),
                \(ends.map(\.because))
            )
            ON CONFLICT (lead_id, rule) DO UPDATE SET
                state = excluded.state,
                closed_at = excluded.closed_at,
                closed_by = excluded.closed_by,
                cancelled_because = excluded.cancelled_because
            WHERE f.state = 'open'
            """
        )
    }
}

/// Locked in this order by all, so that batches can't deadlock.
private struct FollowUpName: Hashable, Comparable {
    let lead: LeadID
    let rule: String

    init(_ lead: LeadID, _ rule: String) { (self.lead, self.rule) = (lead, rule) }

    static func < (a: Self, b: Self) -> Bool { a.lead == b.lead ? a.rule < b.rule : a.lead < b.lead }
}
