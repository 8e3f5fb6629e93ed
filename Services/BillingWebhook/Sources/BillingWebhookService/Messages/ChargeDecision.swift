import Contracts
import Foundation
import Postgres

/// What one notice of a charge comes to, given what is known.
///
/// A repeat of the charge, in whichever format, tells nothing, but what it knows is added: the rows come to the same end in any order.
struct ChargeDecision {
    private(set) var applied: Applied
    private var charge: Charge
    private let time: Date
    private let purchase: Purchase
    private let known: KnownOfCharge

    init(_ charge: Charge, at time: Date, of purchase: Purchase, _ known: KnownOfCharge, now: Date) {
        (self.charge, self.time, self.purchase, self.known) = (charge, time, purchase, known)
        applied = Applied(verdict: .done, leadID: purchase.leadID)
        // In whatever words the bank has put it.
        if known.isErased { self.charge.failureReason = nil }
        let charge = self.charge

        if let sale = known.sale, known.payment?.record.succeededAt == nil {
            applied.verdict = .ignored("the sale was counted already")
            // A refund may name the one that isn't counted.
            applied.writes = Set([charge.key, charge.providerID]).map { .addProviderID($0, to: sale.id) }
            applied.writes.append(.wakeDeliveries(waitingFor: rowsThatAppear, at: now))
            return
        }
        let (record, isNews) = (known.payment?.record ?? PaymentRecord()).adding(charge.outcome, at: time)
        let payment = known.payment?.id ?? .make()
        var customer = known.customerID
        var subscription = known.subscription

        if let succeededAt = record.succeededAt, charge.outcome == .succeeded {
            let paying = customer ?? .make()
            customer = paying
            let payer = known.isErased ? Payer(providerID: charge.payer.providerID) : charge.payer
            applied.writes.append(.save(paying, of: purchase, payer: payer, at: time))
            subscription = pay(subscription, by: paying, at: succeededAt, isNews: isNews)
            if let checkout = purchase.checkoutID {
                applied.writes.append(.markPaid(checkout, providerID: charge.references.providerCheckoutID, at: time))
            }
            if let site = purchase.siteID { applied.writes.append(.markSold(site, at: time, isNews: isNews)) }
        }
        applied.writes.append(.save(charge, as: payment, record, of: purchase, customer: customer, subscription: subscription?.id))
        if charge.outcome == .succeeded {
            applied.writes.append(
                .adopt(purchase.leadID, customer: customer, subscription: subscription?.id, providerID: charge.sale.subscriptionID)
            )
        }
        applied.writes.append(.wakeDeliveries(waitingFor: rowsThatAppear, at: now))
        if isNews {
            let told = event(of: payment, customer: customer, subscription: subscription)
            applied.events.insert(contentsOf: told.map { [($0, time)] } ?? [], at: 0)
        } else {
            applied.verdict = .ignored("the charge was counted already")
        }
    }

    /// Counts the payment for its subscription, once: the notice that came first may not have said that there is one.
    private mutating func pay(
        _ stored: StoredSubscription?,
        by customer: CustomerID,
        at succeededAt: Date,
        isNews: Bool
    ) -> StoredSubscription? {
        guard let providerID = charge.sale.subscriptionID else { return stored }
        var (record, news) = (stored?.record ?? SubscriptionRecord(), [SubscriptionRecord.News]())
        if isNews || known.payment?.subscriptionID == nil { (record, news) = record.adding(.paid, at: time) }
        let others = known.otherPayments
        record = record.paid(min(others?.lowerBound ?? succeededAt, succeededAt)...max(others?.upperBound ?? succeededAt, succeededAt))

        let subscription = StoredSubscription(stored, of: purchase, customer: customer, amount: charge.amount, record: record)
        applied.writes.append(.save(subscription, providerID: providerID, checkout: purchase.checkoutID))
        applied.events = news.map(subscription.event)
        return subscription
    }

    private var rowsThatAppear: [RowKey] {
        var rows: [RowKey] = [.charge(charge.key), .charge(charge.providerID)]
        if charge.outcome == .succeeded, known.subscription == nil, let subscription = charge.sale.subscriptionID {
            rows.append(.subscription(subscription))
        }
        return rows
    }

    private func event(of payment: PaymentID, customer: CustomerID?, subscription: StoredSubscription?) -> (any Event)? {
        switch charge.outcome {
        case .pending: nil
        case .failed:
            PaymentFailed(
                leadID: purchase.leadID,
                siteID: purchase.siteID,
                checkoutID: purchase.checkoutID,
                paymentID: payment,
                customerID: customer,
                subscriptionID: subscription?.id,
                amount: charge.amount,
                reason: charge.failureReason
            )
        case .succeeded:
            PaymentSucceeded(
                leadID: purchase.leadID,
                siteID: purchase.siteID,
                checkoutID: purchase.checkoutID,
                paymentID: payment,
                customerID: customer,
                subscriptionID: subscription?.id,
                amount: charge.amount,
                fee: charge.fee,
                paidUntil: subscription?.interval?.end(from: time)
            )
        }
    }
}

extension Charge.Sale {
    var subscriptionID: String? {
        guard case .subscription(let id) = self else { return nil }
        return id
    }
}

extension StoredSubscription {
    /// The subscription as it is to be stored, with what was agreed in the checkout before what single notices say.
    init(
        _ known: Self?,
        of purchase: Purchase,
        customer: CustomerID?,
        amount: Money?,
        interval: BillingInterval? = nil,
        record: SubscriptionRecord
    ) {
        self.init(
            id: known?.id ?? .make(),
            leadID: known?.leadID ?? purchase.leadID,
            siteID: known?.siteID ?? purchase.siteID,
            customerID: known?.customerID ?? customer,
            amount: known?.amount ?? purchase.price?.amount ?? amount,
            interval: known?.interval ?? purchase.price?.interval ?? interval,
            record: record
        )
    }

    /// `news` as the event that tells it.
    func event(telling news: SubscriptionRecord.News) -> (event: any Event, time: Date) {
        // In all of them stands whose it is and for how much, and then until when.
        func event<Fact: Event>(_ make: (LeadID, SiteID?, SubscriptionID, CustomerID?, Money?, Date?) -> Fact, _ end: Date?) -> Fact {
            make(leadID, siteID, id, customerID, amount, end)
        }
        switch news {
        case .started(let time): return (event(SubscriptionStarted.init, paidUntil), time)
        case .renewed(let time): return (event(SubscriptionRenewed.init, paidUntil), time)
        case .paused(let time): return (event(SubscriptionPaused.init, paidUntil), time)
        case .reactivated(let time): return (event(SubscriptionReactivated.init, paidUntil), time)
        case .cancelled(let time): return (event(SubscriptionCancelled.init, paidUntil.flatMap { $0 > time ? $0 : nil }), time)
        case .pastDue(let time):
            let pastDue = SubscriptionPastDue(
                leadID: leadID,
                siteID: siteID,
                subscriptionID: id,
                customerID: customerID,
                amount: amount,
                paidUntil: paidUntil,
                unpaidSince: record.lastPaidAt ?? record.startedAt
            )
            return (pastDue, time)
        }
    }
}
