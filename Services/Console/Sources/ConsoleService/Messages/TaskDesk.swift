import Contracts
import Crypto
import Foundation
import Messaging
import Postgres

/// What somebody does about a task.
enum TaskDecision: Hashable, Sendable {
    case done(note: String?)
    case dismissed(reason: String)

    fileprivate var name: String {
        switch self {
        case .done: "done"
        case .dismissed: "dismissed"
        }
    }
}

/// Hands what people do about tasks to lifecycle, who owns the follow-ups and decides.
struct TaskDesk: Sendable {
    let database: Database
    let commands: CommandClient

    /// Sends the command, and keeps its answer.
    ///
    /// The page is true at once for whoever did it: the answer is what the event will say, and is kept as that would be. What is over stays
    /// over, so that neither this nor an event that is late can undo the other.
    ///
    /// - Throws: a `Problem` of status 404 when `account` may not see the lead; else what lifecycle answers.
    @discardableResult
    func decide(_ decision: TaskDecision, _ lead: LeadID, _ rule: String, by account: Account, key: String?) async throws -> LeadTask {
        guard var task = try await database.task(of: lead, rule, for: account.actor) else { throw Self.unknown }
        let key = key.map { Self.key($0, decision, lead, rule, account) } ?? .make()
        let answer: FollowUp =
            switch decision {
            case .done(let note):
                try await commands.call(CompleteFollowUp(leadID: lead, rule: rule, note: note), as: account.actor, key: key)
            case .dismissed(let reason):
                try await commands.call(DismissFollowUp(leadID: lead, rule: rule, reason: reason), as: account.actor, key: key)
            }
        // A lead that was merged meanwhile is answered for as the one that stays.
        let ends = Set([lead, answer.leadID]).map { id in
            FollowUpEnd(lead: id, rule: rule, state: answer.state, at: answer.closedAt ?? Date(), by: answer.closedBy)
        }
        try await database.transaction { try await $0.keep(ends) }
        (task.state, task.closedAt, task.closedBy) = (answer.state, answer.closedAt, answer.closedBy)
        return task
    }

    /// Of one account, one task and one decision: nobody is given the answer of somebody else who chose the same key.
    private static func key(
        _ given: String,
        _ decision: TaskDecision,
        _ lead: LeadID,
        _ rule: String,
        _ account: Account
    ) -> IdempotencyKey {
        let whole = [account.id.description, decision.name, lead.description, rule, given].joined(separator: "\n")
        return IdempotencyKey(rawValue: "console:" + Data(SHA256.hash(data: Data(whole.utf8))).base64URL)
    }

    static let unknown = Problem(
        "task-not-found",
        "There is no such task",
        status: 404,
        detail: "It was never raised, its lead is gone, or the lead is somebody else's."
    )
}
