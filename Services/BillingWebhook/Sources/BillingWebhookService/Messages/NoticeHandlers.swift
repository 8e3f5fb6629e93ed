import Contracts
import Foundation
import Postgres

/// What a notice does: the verdict, whom it is about, what is to be written and what to be told.
struct Applied: Sendable {
    var verdict: Verdict
    var leadID: LeadID?
    var writes: [SQL] = []
    var events: [(event: any Event, time: Date)] = []

    static func nobody(_ verdict: Verdict) -> Self { Self(verdict: verdict) }
}

/// Loads what a notice is decided by, and decides. Nothing is written here: whoever settles the delivery does, in the same transaction.
extension Transaction {
    func decide(_ notice: ProviderNotice, now: Date) async throws -> Applied {
        switch notice.fact {
        case .charge(let charge): try await decide(charge, at: notice.occurredAt, now: now)
        case .subscription(let change): try await decide(change, at: notice.occurredAt, now: now)
        case .refund(let refund): try await decide(refund, at: notice.occurredAt)
        case .unfollowed: .nobody(.ignored("\(notice.eventType) is not followed"))
        }
    }

    private func decide(_ charge: Charge, at time: Date, now: Date) async throws -> Applied {
        guard let purchase = try await purchase(of: charge.references, subscription: charge.sale.subscriptionID) else {
            let rows = charge.references.rows + (charge.sale.subscriptionID.map { [.subscription($0)] } ?? [])
            guard !rows.isEmpty else { return .nobody(.parked("it names no checkout, subscription or site")) }
            return .nobody(.waiting(for: rows))
        }
        let known = try await lockedKnowledge(of: charge, from: purchase.leadID)
        // Then it is led back to the one that stays.
        if known.isMerged { return try await decide(charge, at: time, now: now) }
        return ChargeDecision(charge, at: time, of: purchase, known, now: now).applied
    }

    private func decide(_ notice: SubscriptionNotice, at time: Date, now: Date) async throws -> Applied {
        // Only what says that it exists makes one: an end or a warning of one that we don't know waits for its beginning.
        let references = notice.change == .created ? notice.references : References()
        guard let purchase = try await purchase(of: references, subscription: notice.providerID) else {
            return .nobody(.waiting(for: [.subscription(notice.providerID)] + references.rows))
        }
        let (known, customer, isMerged) = try await lockedSubscription(providerID: notice.providerID, from: purchase.leadID)
        if isMerged { return try await decide(notice, at: time, now: now) }
        let fact: SubscriptionRecord.Fact =
            switch notice.change {
            case .created: .created
            case .pastDue: .pastDue
            case .cancelled: .cancelled
            case .paused: .paused
            case .resumed: .resumed
            }
        let (record, news) = (known?.record ?? SubscriptionRecord()).adding(fact, at: time)
        let subscription = StoredSubscription(
            known,
            of: purchase,
            customer: customer,
            amount: notice.amount,
            interval: notice.interval,
            record: record
        )
        var applied = Applied(verdict: .done, leadID: purchase.leadID)
        if news.isEmpty, notice.change != .created { applied.verdict = .ignored("it changes nothing that is known") }
        applied.writes = [.save(subscription, providerID: notice.providerID, checkout: purchase.checkoutID)]
        applied.events = news.map(subscription.event)
        if known == nil {
            applied.writes += [
                .adopt(purchase.leadID, customer: customer, subscription: subscription.id, providerID: notice.providerID),
                .wakeDeliveries(waitingFor: [.subscription(notice.providerID)], at: now),
            ]
        }
        return applied
    }

    private func decide(_ refund: Refund, at time: Date) async throws -> Applied {
        guard let paid = try await payment(knownAs: refund.chargeID) else {
            return .nobody(.waiting(for: [.charge(refund.chargeID)]))
        }
        guard try await !isKnown(refund, of: paid.leadID) else {
            return Applied(verdict: .ignored("the refund was counted already"), leadID: paid.leadID)
        }
        let currency = refund.currency ?? paid.amount.currency
        guard currency == paid.amount.currency else {
            return Applied(
                verdict: .parked("it is in \(currency.code), and the payment in \(paid.amount.currency.code)"),
                leadID: paid.leadID
            )
        }
        let refunded = PaymentRefunded(
            leadID: paid.leadID,
            siteID: paid.siteID,
            checkoutID: paid.checkoutID,
            paymentID: paid.id,
            customerID: paid.customerID,
            subscriptionID: paid.subscriptionID,
            amount: Money(minorUnits: refund.minorUnits, currency: currency)
        )
        return Applied(
            verdict: .done,
            leadID: paid.leadID,
            writes: [.insert(refund, of: paid.id, at: time)],
            events: [(refunded, time)]
        )
    }
}

extension Verdict {
    fileprivate static func waiting(for rows: [RowKey]) -> Self {
        .waiting(for: rows, "none of \(rows.map(\.rawValue).joined(separator: ", ")) is known")
    }
}

extension References {
    /// The rows any of which would lead back to a lead.
    fileprivate var rows: [RowKey] {
        [providerCheckoutID.map(RowKey.providerCheckout), checkoutID.map(RowKey.checkout), siteID.map(RowKey.site)].compactMap(\.self)
    }
}
