public import Foundation

/// Somebody went to buy a site.
public struct CheckoutCreated: LeadEvent {
    public static let subject: Subject = "crm.checkout.created"
    public static let summary = "Somebody went to buy a site."

    public var leadID: LeadID
    public var siteID: SiteID
    public var checkoutID: CheckoutID
    public var amount: Money

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
        case amount
    }

    public init(leadID: LeadID, siteID: SiteID, checkoutID: CheckoutID, amount: Money) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
        self.amount = amount
    }
}

/// A checkout ran out unpaid.
public struct CheckoutExpired: LeadEvent {
    public static let subject: Subject = "crm.checkout.expired"
    public static let summary = "A checkout ran out unpaid."

    public var leadID: LeadID
    public var siteID: SiteID
    public var checkoutID: CheckoutID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
    }

    public init(leadID: LeadID, siteID: SiteID, checkoutID: CheckoutID) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
    }
}

/// Money arrived; counted once, however often the provider tells.
public struct PaymentSucceeded: LeadEvent {
    public static let subject: Subject = "crm.payment.succeeded"
    public static let summary = "Money arrived; counted once, however often the provider tells."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var checkoutID: CheckoutID?
    public var paymentID: PaymentID
    public var customerID: CustomerID?
    public var subscriptionID: SubscriptionID?
    public var amount: Money
    /// The provider's.
    public var fee: Money?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
        case paymentID = "payment_id"
        case customerID = "customer_id"
        case subscriptionID = "subscription_id"
        case amount, fee
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        checkoutID: CheckoutID? = nil,
        paymentID: PaymentID,
        customerID: CustomerID? = nil,
        subscriptionID: SubscriptionID? = nil,
        amount: Money,
        fee: Money? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
        self.paymentID = paymentID
        self.customerID = customerID
        self.subscriptionID = subscriptionID
        self.amount = amount
        self.fee = fee
    }
}

/// A payment was refused.
public struct PaymentFailed: LeadEvent {
    public static let subject: Subject = "crm.payment.failed"
    public static let summary = "A payment was refused."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var checkoutID: CheckoutID?
    public var paymentID: PaymentID
    public var customerID: CustomerID?
    public var subscriptionID: SubscriptionID?
    public var amount: Money
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
        case paymentID = "payment_id"
        case customerID = "customer_id"
        case subscriptionID = "subscription_id"
        case amount, reason
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        checkoutID: CheckoutID? = nil,
        paymentID: PaymentID,
        customerID: CustomerID? = nil,
        subscriptionID: SubscriptionID? = nil,
        amount: Money,
        reason: String? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
        self.paymentID = paymentID
        self.customerID = customerID
        self.subscriptionID = subscriptionID
        self.amount = amount
        self.reason = reason
    }
}

/// Money went back.
public struct PaymentRefunded: LeadEvent {
    public static let subject: Subject = "crm.payment.refunded"
    public static let summary = "Money went back."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var checkoutID: CheckoutID?
    public var paymentID: PaymentID
    public var customerID: CustomerID?
    public var subscriptionID: SubscriptionID?
    public var amount: Money

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
        case paymentID = "payment_id"
        case customerID = "customer_id"
        case subscriptionID = "subscription_id"
        case amount
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        checkoutID: CheckoutID? = nil,
        paymentID: PaymentID,
        customerID: CustomerID? = nil,
        subscriptionID: SubscriptionID? = nil,
        amount: Money
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
        self.paymentID = paymentID
        self.customerID = customerID
        self.subscriptionID = subscriptionID
        self.amount = amount
    }
}

/// A customer subscribed.
public struct SubscriptionStarted: LeadEvent {
    public static let subject: Subject = "crm.subscription.started"
    public static let summary = "A customer subscribed."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var subscriptionID: SubscriptionID
    public var customerID: CustomerID?
    /// For each period.
    public var amount: Money?
    public var currentPeriodEnd: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
        case currentPeriodEnd = "current_period_end"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil,
        currentPeriodEnd: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
        self.currentPeriodEnd = currentPeriodEnd
    }
}

/// A subscription was paid for one more period.
public struct SubscriptionRenewed: LeadEvent {
    public static let subject: Subject = "crm.subscription.renewed"
    public static let summary = "A subscription was paid for one more period."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var subscriptionID: SubscriptionID
    public var customerID: CustomerID?
    /// For each period.
    public var amount: Money?
    public var currentPeriodEnd: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
        case currentPeriodEnd = "current_period_end"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil,
        currentPeriodEnd: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
        self.currentPeriodEnd = currentPeriodEnd
    }
}

/// A subscription was not paid in time; the provider tries again.
public struct SubscriptionPastDue: LeadEvent {
    public static let subject: Subject = "crm.subscription.past_due"
    public static let summary = "A subscription was not paid in time; the provider tries again."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var subscriptionID: SubscriptionID
    public var customerID: CustomerID?
    /// For each period.
    public var amount: Money?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
    }
}

/// A subscription ended, or ends with the period that is paid for.
public struct SubscriptionCancelled: LeadEvent {
    public static let subject: Subject = "crm.subscription.cancelled"
    public static let summary = "A subscription ended, or ends with the period that is paid for."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var subscriptionID: SubscriptionID
    public var customerID: CustomerID?
    /// For each period.
    public var amount: Money?
    /// The end of what is paid for; at once when it is not known.
    public var endsAt: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
        case endsAt = "ends_at"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil,
        endsAt: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
        self.endsAt = endsAt
    }
}
