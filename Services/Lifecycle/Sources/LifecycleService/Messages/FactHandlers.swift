import Contracts
import Foundation
import Messaging
import Postgres

/// Follows what people do with messages and money: the facts that move statuses.
///
/// A batch is one transaction of a few round trips, however many leads it speaks of.
struct FactHandlers: Sendable {
    /// The events of each stream that say something about a status.
    static let campaigns: [any Event.Type] = [
        MessageSent.self, MessageDelivered.self, MessageOpened.self, MessageClicked.self, MessageReplied.self, MessageBounced.self,
        MessageFailed.self, MessageComplained.self, MessageUnsubscribed.self, MessageResubscribed.self,
    ]
    static let billing: [any Event.Type] = [
        CheckoutCreated.self, PaymentSucceeded.self, SubscriptionStarted.self, SubscriptionRenewed.self, SubscriptionPastDue.self,
        SubscriptionCancelled.self, SubscriptionPaused.self, SubscriptionReactivated.self,
    ]

    /// Many messages are told of at once: their leads are parted into lanes, so that PostgreSQL works for more than one batch at a time.
    private static let lanes = 4

    func follow(_ stream: Catalogue.Stream, _ kinds: [any Event.Type]) -> EventHandler {
        let reader = FactReader(kinds)
        return .onBatch(
            stream: stream,
            subjects: reader.subjects,
            following: .inTurn(lanes: stream.name == Catalogue.campaigns.name ? Self.lanes : 1),
            preparing: reader.read
        ) { batch, transaction in
            try await follow(batch, at: .recordable, in: transaction)
        }
    }

    /// Load, decide, record, publish; the deciding is the ledger's.
    func follow(_ received: [ReceivedFact], at now: Date, in transaction: Transaction) async throws {
        let (standings, survivors) = try await transaction.standingsFollowingMerges(of: received.compactMap(\.event.concernedLead))
        func lead(of fact: ReceivedFact) -> LeadID? { fact.event.concernedLead.map { survivors[$0] ?? $0 } }

        let money = received.filter(\.isAboutMoney)
        let turns = try await transaction.follow(money.compactMap { fact in SubscriptionNews(fact, lead: lead(of: fact)) })
        let beside = try await transaction.endsBeside(money.compactMap { fact in EndingSubscription(fact, lead: lead(of: fact)) })
        var ledger = StatusLedger(standings)
        for fact in received {
            guard let lead = lead(of: fact) else { continue }
            for said in Facts.all(fact.event, at: fact.time, now: now, turn: turns[fact.id]) {
                let said = beside[fact.id] == nil ? said : said.besideTheSite
                ledger.follow(said, of: lead, cause: fact.cause, trace: fact.trace)
            }
        }
        let ended = beside.filter { $0.value == .anotherSite }.keys
        try await transaction.record(ledger, sites: siteMoves(ledger, received, turns, ended: Set(ended), at: now))
        for fact in money {
            guard let lead = lead(of: fact) else { continue }
            try await schedule(fact, of: lead, turns[fact.id], now: now, in: transaction)
        }
    }

    /// What ends later, and what ends later than was known.
    private func schedule(
        _ fact: ReceivedFact,
        of lead: LeadID,
        _ turn: SubscriptionTurn?,
        now: Date,
        in transaction: Transaction
    ) async throws {
        if let event = fact.event as? SubscriptionCancelled {
            guard let end = turn?.end ?? event.endsAt, end > now else { return }
            let saidAt = turn?.cancelledAt ?? fact.time
            try await transaction.scheduleEnd(of: lead, site: event.siteID, at: end, saidAt: saidAt, cause: fact.cause)
        } else if let turn, let end = turn.movedEnd, end > now {
            let saidAt = max(turn.after.changedAt, turn.after.since)
            try await transaction.moveEnd(of: lead, site: turn.site, to: end, saidAt: saidAt, cause: fact.cause)
        }
    }

    /// What was sold or has ended changes its site too.
    private func siteMoves(
        _ ledger: StatusLedger,
        _ received: [ReceivedFact],
        _ turns: [EventID: SubscriptionTurn],
        ended: Set<EventID>,
        at now: Date
    ) -> [SiteMove] {
        ledger.entries.compactMap { entry in
            guard case .website(let from, let to) = entry.move else { return nil }
            let event = received.first { $0.id == entry.cause.eventID }?.event
            let payment = event as? PaymentSucceeded
            // A lead that was two may have two sites, and the second is sold though the status can't say so once more.
            let isFurtherSale = to == nil && from == .sold && payment?.siteID != nil
            let cancellation = event as? SubscriptionCancelled
            // The same of its end.
            let isFurtherEnd = entry.cause.eventID.map(ended.contains) == true && cancellation?.endsAt.map { $0 <= now } ?? true
            let reactivation = event as? SubscriptionReactivated
            let turn = entry.cause.eventID.flatMap { turns[$0] }
            // The same of its going on.
            let isFurtherReturn = to == nil && from == .sold && reactivation?.siteID != nil && turn?.after.status == .active
            guard let next = to ?? (isFurtherSale || isFurtherReturn ? .sold : isFurtherEnd ? .archived : nil) else { return nil }
            return SiteMove(
                leadID: entry.leadID,
                to: next,
                at: entry.fact.occurredAt,
                site: payment?.siteID ?? cancellation?.siteID ?? reactivation?.siteID,
                customer: payment?.customerID,
                subscription: payment?.subscriptionID,
                only: isFurtherSale ? .neverBought : isFurtherReturn ? .archived : nil,
                reason: "subscription_ended",
                trace: entry.trace
            )
        }
    }
}

extension EndingSubscription {
    fileprivate init?(_ received: ReceivedFact, lead: LeadID?) {
        guard let lead, let event = received.event as? SubscriptionCancelled else { return nil }
        self.init(cause: received.id, leadID: lead, site: event.siteID, id: event.subscriptionID)
    }
}

extension SubscriptionNews {
    fileprivate init?(_ received: ReceivedFact, lead: LeadID?) {
        guard let lead, let fact = SiteSubscription.Fact(received.event, at: received.time) else { return nil }
        let site: SiteID? =
            switch received.event {
            case let event as SubscriptionStarted: event.siteID
            case let event as SubscriptionRenewed: event.siteID
            case let event as SubscriptionPastDue: event.siteID
            case let event as SubscriptionCancelled: event.siteID
            case let event as SubscriptionPaused: event.siteID
            case let event as SubscriptionReactivated: event.siteID
            case let event as PaymentSucceeded: event.siteID
            default: nil
            }
        self.init(cause: received.id, leadID: lead, site: site, fact: fact)
    }
}
