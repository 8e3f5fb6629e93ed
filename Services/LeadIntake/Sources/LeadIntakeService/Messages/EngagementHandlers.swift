import Contracts
import Foundation
import Messaging
import Postgres

/// Follows what leads do with our messages, for their lead score.
///
/// Nothing comes back from here: of the events that are published for a changed score, none makes another message or status.
struct EngagementHandlers: Sendable {
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    var handlers: [EventHandler] {
        [
            .onBatch(
                stream: Catalogue.campaigns,
                subjects: [MessageOpened.subject, MessageClicked.subject, MessageReplied.subject, MessageBounced.subject]
            ) { batch, transaction in
                try await follow(try batch.compactMap(Self.messageFact), in: transaction)
            },
            .onBatch(
                stream: Catalogue.status,
                subjects: [ContactStatus.replied, .interested].map { ContactStatusChanged.subject.appending($0.rawValue) }
            ) { batch, transaction in
                try await follow(try batch.compactMap { EngagementFact.of(try $0.decode(ContactStatusChanged.self)) }, in: transaction)
            },
        ]
    }

    private static func messageFact(_ event: ReceivedAny) throws -> EngagementFact? {
        switch event.subject {
        case MessageOpened.subject.description: .of(try event.decode(MessageOpened.self))
        case MessageClicked.subject.description: .of(try event.decode(MessageClicked.self))
        case MessageReplied.subject.description: .of(try event.decode(MessageReplied.self))
        case MessageBounced.subject.description: .of(try event.decode(MessageBounced.self))
        default: nil
        }
    }

    /// Keeps what is new, and makes the scores of those leads anew: a handful of statements for a batch.
    private func follow(_ facts: [EngagementFact], in transaction: Transaction) async throws {
        guard !facts.isEmpty else { return }
        let survivors = try await transaction.survivors(of: Set(facts.map(\.leadID)))
        let told = Dictionary(grouping: facts) { survivors[$0.leadID] ?? $0.leadID }
        let leads = try await transaction.lockedLeads(Set(survivors.values).sorted(), onlyLiving: true)
        let standings = try await transaction.scoreStandings(of: leads.map(\.id))

        var news: [String: [Rescoring]] = [:]
        for lead in leads {
            let before = standings[lead.id] ?? ScoreStanding()
            let standing = before.adding(told[lead.id] ?? [], to: lead)
            let new = standing.engagement.subtracting(before.engagement)
            if !new.isEmpty { news[Engagement.reason(of: new), default: []].append(Rescoring(lead: lead, standing: standing)) }
        }
        let moved = news.values.flatMap(\.self)
        try await transaction.keepEngagement(
            Dictionary(moved.map { ($0.lead.id, $0.standing.engagement) }) { first, _ in first }
        )
        let time = now()
        for (reason, rescorings) in news.sorted(by: { $0.key < $1.key }) {
            try await transaction.rescore(rescorings, by: models, .intake(reason), at: time)
        }
    }
}
