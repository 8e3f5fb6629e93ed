public import Foundation

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
    /// The end of the period of the subscription that it pays for, where that is known.
    public var paidUntil: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
        case paymentID = "payment_id"
        case customerID = "customer_id"
        case subscriptionID = "subscription_id"
        case amount, fee
        case paidUntil = "paid_until"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        checkoutID: CheckoutID? = nil,
        paymentID: PaymentID,
        customerID: CustomerID? = nil,
        subscriptionID: SubscriptionID? = nil,
        amount: Money,
        fee: Money? = nil,
        paidUntil: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
        self.paymentID = paymentID
        self.customerID = customerID
        self.subscriptionID = subscriptionID
        self.amount = amount
        self.fee = fee
        self.paidUntil = paidUntil
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
