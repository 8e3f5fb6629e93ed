import Contracts
import Foundation
import Postgres

/// What counts of a message's openings and clicks.
struct Engagement: Sendable {
    var message: MessageRow
    var openedAt: Date?
    var openedByMachineAt: Date?
    var clickedAt: Date?
    var clickedByMachineAt: Date?
    var openCount: Int
    var clickCount: Int
}

/// A hit as it is stored.
struct StoredHit: Sendable {
    var id: UUID
    var hit: Hit
}

extension SQLExecutor {
    /// Where a message's numbered link leads; nil when there is no such message or link (any more).
    func target(ofLink link: Int, in message: MessageID) async throws -> String? {
        try await row("SELECT links[\(link + 1)::int] AS target FROM messages WHERE id = \(message.rawValue)")?.decodeIfPresent("target")
    }
}

extension Transaction {
    /// The message and what is known of its engagement, locked: hits of one message are judged one after another.
    func engagementForUpdate(of id: MessageID) async throws -> Engagement? {
        let found = try await row(
            """
            SELECT \(fragment: MessageRow.columns),
                opened_at, opened_by_machine_at, clicked_at, clicked_by_machine_at, open_count, click_count
            FROM messages
            WHERE id = \(id.rawValue)
            FOR UPDATE
            """
        )
        return try found.map { row in
            Engagement(
                message: try MessageRow(row: row),
                openedAt: try row.decodeIfPresent("opened_at"),
                openedByMachineAt: try row.decodeIfPresent("opened_by_machine_at"),
                clickedAt: try row.decodeIfPresent("clicked_at"),
                clickedByMachineAt: try row.decodeIfPresent("clicked_by_machine_at"),
                openCount: try row.decode("open_count"),
                clickCount: try row.decode("click_count")
            )
        }
    }

    /// Counts a hit, whether or not it is stored.
    func countHit(_ kind: Hit.Kind, of message: MessageID) async throws {
        let column = kind == .open ? "open_count" : "click_count"
        try await execute(
            "UPDATE messages SET \(identifier: column) = \(identifier: column) + 1 WHERE id = \(message.rawValue)"
        )
    }

    /// Stores a hit; without a verdict it is judged when `judgeAt` has come.
    func insertHit(_ hit: Hit, of message: MessageID, verdict: HitVerdict?, judgeAt: Date) async throws {
        try await execute(
            """
            INSERT INTO hits (message_id, kind, link, at, user_agent, class, reasons, judge_at)
            VALUES (
                \(message.rawValue), \(hit.kind.rawValue), \(hit.link), \(hit.at), \(String(hit.userAgent.prefix(500))),
                \(verdict?.class.rawValue), \(verdict?.reasons.map(\.rawValue) ?? []), \(judgeAt)
            )
            """
        )
    }

    func clicks(on message: MessageID) async throws -> [StoredHit] {
        try await rows(
            """
            SELECT id, kind, link, at, user_agent
            FROM hits
            WHERE message_id = \(message.rawValue) AND kind = 'click'
            ORDER BY at, id
            """
        ).map(StoredHit.init)
    }

    /// The messages with clicks that can be judged now.
    func messagesWithUnjudgedHits(limit: Int) async throws -> [MessageID] {
        try await rows(
            """
            SELECT DISTINCT message_id
            FROM hits
            WHERE class IS NULL AND judge_at <= statement_timestamp()
            LIMIT \(limit)
            """
        ).map { try $0.id("message_id") }
    }

    func unjudgedHits(of message: MessageID) async throws -> [StoredHit] {
        try await rows(
            """
            SELECT id, kind, link, at, user_agent
            FROM hits
            WHERE message_id = \(message.rawValue) AND class IS NULL AND judge_at <= statement_timestamp()
            ORDER BY at, id
            """
        ).map(StoredHit.init)
    }

    func setVerdict(_ verdict: HitVerdict, of hit: UUID) async throws {
        try await execute(
            "UPDATE hits SET class = \(verdict.class.rawValue), reasons = \(verdict.reasons.map(\.rawValue)) WHERE id = \(hit)"
        )
    }

    /// Notes the first open or click of a person, or of a machine.
    func markEngagement(_ kind: Hit.Kind, byMachine: Bool, of message: MessageID, at time: Date) async throws {
        let column = "\(kind == .open ? "opened" : "clicked")\(byMachine ? "_by_machine" : "")_at"
        try await execute("UPDATE messages SET \(identifier: column) = \(time) WHERE id = \(message.rawValue)")
    }
}

extension StoredHit {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row.decode("id"),
            hit: Hit(
                try row.value("kind"),
                link: try row.decodeIfPresent("link"),
                at: try row.decode("at"),
                userAgent: try row.decode("user_agent")
            )
        )
    }
}
