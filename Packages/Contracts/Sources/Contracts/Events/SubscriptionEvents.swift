public import Foundation

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

/// A subscription was paid for one more period: also one that was cancelled, which goes on until then.
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
    /// The end of what was paid for: where the period begins that isn't.
    public var paidUntil: Date?
    /// When it was last paid, or began: the same in all that is told until it is paid again.
    public var unpaidSince: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
        case paidUntil = "paid_until"
        case unpaidSince = "unpaid_since"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil,
        paidUntil: Date? = nil,
        unpaidSince: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
        self.paidUntil = paidUntil
        self.unpaidSince = unpaidSince
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

/// Nothing is charged for a subscription for a while; it is not cancelled.
public struct SubscriptionPaused: LeadEvent {
    public static let subject: Subject = "crm.subscription.paused"
    public static let summary = "Nothing is charged for a subscription for a while; it is not cancelled."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var subscriptionID: SubscriptionID
    public var customerID: CustomerID?
    /// For each period.
    public var amount: Money?
    /// The end of what was paid for, where it is known: it may have passed.
    public var paidUntil: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
        case paidUntil = "paid_until"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil,
        paidUntil: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
        self.paidUntil = paidUntil
    }
}

/// A subscription that was cancelled or paused goes on: its end, if there was one, is void.
public struct SubscriptionReactivated: LeadEvent {
    public static let subject: Subject = "crm.subscription.reactivated"
    public static let summary = "A subscription that was cancelled or paused goes on."

    public var leadID: LeadID
    public var siteID: SiteID?
    public var subscriptionID: SubscriptionID
    public var customerID: CustomerID?
    /// For each period.
    public var amount: Money?
    /// The end of what was paid for, where it is known: it may have passed.
    public var paidUntil: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case subscriptionID = "subscription_id"
        case customerID = "customer_id"
        case amount
        case paidUntil = "paid_until"
    }

    public init(
        leadID: LeadID,
        siteID: SiteID? = nil,
        subscriptionID: SubscriptionID,
        customerID: CustomerID? = nil,
        amount: Money? = nil,
        paidUntil: Date? = nil
    ) {
        self.leadID = leadID
        self.siteID = siteID
        self.subscriptionID = subscriptionID
        self.customerID = customerID
        self.amount = amount
        self.paidUntil = paidUntil
    }
}
