import Contracts
import Foundation
import Messaging
import Synchronization

/// Answers about follow-ups on the real NATS as lifecycle does: once for each key, and once for each follow-up.
final class LifecycleDouble: Sendable {
    struct Decision: Hashable, Sendable {
        var lead: LeadID
        var rule: String
        var state: FollowUpState
        var text: String?
        var actor: Actor
        var key: IdempotencyKey
    }

    private struct State {
        var decisions: [Decision] = []
        var refusal: Problem?
    }

    private let state = Mutex(State())

    /// What was done, in its order; what was only repeated isn't in it.
    var decisions: [Decision] { state.withLock { $0.decisions } }

    /// What it answers from now on.
    func refuse(_ problem: Problem?) { state.withLock { $0.refusal = problem } }

    var handlers: [CommandHandler] {
        [
            .answer(ListFollowUps.self) { _ in ListFollowUps.Answer(followUps: []) },
            .answer(CompleteFollowUp.self) { asked in
                let command = asked.command
                return try self.take(
                    Decision(
                        lead: command.leadID,
                        rule: command.rule,
                        state: .completed,
                        text: command.note,
                        actor: asked.actor,
                        key: asked.key
                    )
                )
            },
            .answer(DismissFollowUp.self) { asked in
                let command = asked.command
                guard !command.reason.isEmpty else {
                    throw Problem.invalid([.init(pointer: "/reason", detail: "must have 1 to 1000 characters")])
                }
                return try self.take(
                    Decision(
                        lead: command.leadID,
                        rule: command.rule,
                        state: .dismissed,
                        text: command.reason,
                        actor: asked.actor,
                        key: asked.key
                    )
                )
            },
        ]
    }

    private func take(_ decision: Decision) throws -> FollowUp {
        try state.withLock { state in
            if let refusal = state.refusal { throw refusal }
            let known = state.decisions.first { $0.lead == decision.lead && $0.rule == decision.rule }
            guard known == nil || known?.key == decision.key else {
                throw Problem.conflict("The follow-up was \(known?.state.rawValue ?? "") by \(known?.actor.id ?? "").")
            }
            if known == nil { state.decisions.append(decision) }
            return FollowUp(
                leadID: decision.lead,
                rule: decision.rule,
                title: "Clicked, and has not bought",
                dueAt: someTime,
                raisedAt: someTime,
                state: decision.state,
                closedAt: someTime + 100,
                closedBy: decision.actor.id,
                reason: decision.text
            )
        }
    }
}
