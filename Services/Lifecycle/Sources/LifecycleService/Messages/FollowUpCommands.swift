import Contracts
import Foundation
import Messaging
import Postgres

/// Follow-ups as tasks for people.
struct FollowUpCommands: Sendable {
    let database: Database
    let rules: [FollowUpRule]

    func list(_ asked: Asked<ListFollowUps>) async throws -> ListFollowUps.Answer {
        let command = asked.command
        let limit = command.limit ?? 100
        let cursor = command.cursor.map { FollowUpKey($0) }
        var errors: [Problem.FieldError] = []
        if !(1...1_000).contains(limit) { errors.append(.init(pointer: "/limit", detail: "must be 1 to 1000")) }
        if case .some(nil) = cursor { errors.append(.init(pointer: "/cursor", detail: "must be a page's next_cursor")) }
        guard errors.isEmpty else { throw Problem.invalid(errors) }

        var wanted = FollowUpQuery(
            state: command.state ?? .open,
            rule: command.rule,
            assignedTo: command.assignedTo,
            agent: asked.actor.role < .manager ? asked.actor.id : nil,
            cursor: cursor ?? nil,
            limit: limit + 1
        )
        if let lead = command.leadID {
            guard let standing = try await database.standingIfKnown(of: lead) else { throw Problem.leadNotFound(lead) }
            wanted.lead = standing.leadID
        }
        let query = wanted
        let found = try await database.transaction { try await $0.followUps(query, by: rules) }
        // Not more than fit into one NATS message, even if people wrote much.
        var weight = 0
        let page = found.prefix(limit).prefix { followUp in
            weight += 600 + 2 * ((followUp.reason?.utf8.count ?? 0) + (followUp.leadName?.utf8.count ?? 0) + followUp.title.utf8.count)
            return weight <= 900_000
        }
        return ListFollowUps.Answer(
            followUps: Array(page),
            nextCursor: page.count < found.count ? page.last.map { FollowUpKey($0).text } : nil
        )
    }

    func complete(_ asked: Asked<CompleteFollowUp>) async throws -> FollowUp {
        let note = try Self.text(asked.command.note ?? "", at: "/note", isNeeded: false)
        return try await close(asked.command.rule, of: asked.command.leadID, as: .completed, note, by: asked.actor, asked.key)
    }

    func dismiss(_ asked: Asked<DismissFollowUp>) async throws -> FollowUp {
        let reason = try Self.text(asked.command.reason, at: "/reason", isNeeded: true)
        return try await close(asked.command.rule, of: asked.command.leadID, as: .dismissed, reason, by: asked.actor, asked.key)
    }

    private func close(
        _ rule: String,
        of asked: LeadID,
        as state: FollowUpState,
        _ reason: String?,
        by actor: Actor,
        _ key: IdempotencyKey
    ) async throws -> FollowUp {
        try await database.transaction { transaction in
            try await transaction.once(key) {
                let now = Date.recordable
                guard let lead = try await transaction.standingIfKnown(of: asked)?.leadID else { throw Problem.leadNotFound(asked) }
                if actor.role < .manager { try await transaction.lead(lead)?.authorize(actor) }
                let isClosed = try await transaction.close(rule, of: lead, as: state, by: actor, reason: reason, at: now)
                guard let followUp = try await transaction.followUp(of: lead, rule, by: rules) else {
                    throw Problem(
                        "follow-up-not-found",
                        "There is no such follow-up",
                        status: 404,
                        detail: "Nothing was raised for the lead \(lead) by the rule \(rule)."
                    )
                }
                guard isClosed else { throw Problem.conflict(Self.over(followUp)) }
                try await transaction.publish(FollowUpClosed(leadID: lead, rule: rule, state: state, actor: actor.id), at: now)
                return followUp
            }
        }
    }

    private static func over(_ followUp: FollowUp) -> String {
        let by = followUp.closedBy.map { " by \($0)" } ?? followUp.reason.map { " (\($0))" } ?? ""
        return "The follow-up was \(followUp.state.rawValue)\(by) at \(followUp.closedAt.map(RFC3339.string) ?? "a time unknown")."
    }

    /// - Throws: a `Problem` that says how long the text may be.
    private static func text(_ text: String, at pointer: String, isNeeded: Bool) throws -> String? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines).replacing("\0", with: "")
        guard text.count <= 1_000, !isNeeded || !text.isEmpty else {
            throw Problem.invalid([.init(pointer: pointer, detail: "must have \(isNeeded ? "1 to " : "at most ")1000 characters")])
        }
        return text.isEmpty ? nil : text
    }
}
