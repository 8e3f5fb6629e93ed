public import Foundation

/// Takes over whom a predecessor may not write to any more. For admins.
public struct AdoptSuppressions: Command, Hashable {
    public static let subject: Subject = "rpc.campaign.adopt-suppressions"
    public static let summary = "Takes over whom a predecessor may not write to any more."
    public static let patience = Duration.seconds(60)
    public typealias Answer = AdoptionAnswer

    /// 1 to 1,000.
    public var suppressions: [AdoptedSuppression]
    /// Only tell what would be done.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case suppressions
        case dryRun = "dry_run"
    }

    public init(suppressions: [AdoptedSuppression], dryRun: Bool? = nil) {
        self.suppressions = suppressions
        self.dryRun = dryRun
    }
}

/// An address that a predecessor may not write to any more.
public struct AdoptedSuppression: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    public var channel: Channel
    /// An e-mail address, or a telephone number as E.164.
    public var address: String
    /// The address is dead; else somebody said no.
    public var isBounce: Bool
    public var at: Date

    enum CodingKeys: String, CodingKey {
        case origin, channel, address
        case isBounce = "is_bounce"
        case at
    }

    public init(origin: AdoptionOrigin, channel: Channel, address: String, isBounce: Bool = false, at: Date) {
        self.origin = origin
        self.channel = channel
        self.address = address
        self.isBounce = isBounce
        self.at = at
    }
}

/// Takes customers, subscriptions and payments over from a predecessor's database, as the provider knows them. For admins.
public struct AdoptBilling: Command, Hashable {
    public static let subject: Subject = "rpc.billing-webhook.adopt-billing"
    public static let summary =
        "Takes customers, subscriptions and payments over from a predecessor's database, as the provider knows them."
    public static let patience = Duration.seconds(120)
    public typealias Answer = AdoptionAnswer

    /// In this order; together 1 to 1,000.
    public var customers: [AdoptedCustomer]
    public var subscriptions: [AdoptedSubscription]
    public var payments: [AdoptedPayment]
    /// Only tell what would be done.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case customers, subscriptions, payments
        case dryRun = "dry_run"
    }

    public init(
        customers: [AdoptedCustomer] = [],
        subscriptions: [AdoptedSubscription] = [],
        payments: [AdoptedPayment] = [],
        dryRun: Bool? = nil
    ) {
        self.customers = customers
        self.subscriptions = subscriptions
        self.payments = payments
        self.dryRun = dryRun
    }
}

/// A customer of a predecessor's: the lead that pays.
public struct AdoptedCustomer: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    /// The id that it had; kept where no other customer has it.
    public var id: CustomerID?
    public var leadID: LeadID
    public var providerID: String?
    public var email: String?
    public var name: String?
    public var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case origin, id
        case leadID = "lead_id"
        case providerID = "provider_id"
        case email, name
        case createdAt = "created_at"
    }

    public init(
        origin: AdoptionOrigin,
        id: CustomerID?,
        leadID: LeadID,
        providerID: String?,
        email: String?,
        name: String?,
        createdAt: Date
    ) {
        self.origin = origin
        self.id = id
        self.leadID = leadID
        self.providerID = providerID
        self.email = email
        self.name = name
        self.createdAt = createdAt
    }
}

/// A subscription of a predecessor's.
public struct AdoptedSubscription: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    public var id: SubscriptionID?
    public var leadID: LeadID
    public var siteID: SiteID?
    /// By which the provider's notices name it from now on.
    public var providerID: String
    public var state: SubscriptionState
    public var amount: Money?
    public var startedAt: Date
    public var currentPeriodStart: Date?
    public var currentPeriodEnd: Date?
    public var cancelledAt: Date?

    enum CodingKeys: String, CodingKey {
        case origin, id
        case leadID = "lead_id"
        case siteID = "site_id"
        case providerID = "provider_id"
        case state, amount
        case startedAt = "started_at"
        case currentPeriodStart = "current_period_start"
        case currentPeriodEnd = "current_period_end"
        case cancelledAt = "cancelled_at"
    }

    public init(
        origin: AdoptionOrigin,
        id: SubscriptionID?,
        leadID: LeadID,
        siteID: SiteID?,
        providerID: String,
        state: SubscriptionState,
        amount: Money?,
        startedAt: Date,
        currentPeriodStart: Date?,
        currentPeriodEnd: Date?,
        cancelledAt: Date?
    ) {
        self.origin = origin
        self.id = id
        self.leadID = leadID
        self.siteID = siteID
        self.providerID = providerID
        self.state = state
        self.amount = amount
        self.startedAt = startedAt
        self.currentPeriodStart = currentPeriodStart
        self.currentPeriodEnd = currentPeriodEnd
        self.cancelledAt = cancelledAt
    }
}

/// A payment of a predecessor's.
public struct AdoptedPayment: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    public var id: PaymentID?
    public var leadID: LeadID
    public var siteID: SiteID?
    public var providerID: String
    public var providerCheckoutID: String?
    public var providerSubscriptionID: String?
    public var amount: Money
    public var fee: Money?
    public var paidAt: Date?
    public var failedAt: Date?
    public var refundedAt: Date?

    enum CodingKeys: String, CodingKey {
        case origin, id
        case leadID = "lead_id"
        case siteID = "site_id"
        case providerID = "provider_id"
        case providerCheckoutID = "provider_checkout_id"
        case providerSubscriptionID = "provider_subscription_id"
        case amount, fee
        case paidAt = "paid_at"
        case failedAt = "failed_at"
        case refundedAt = "refunded_at"
    }

    public init(
        origin: AdoptionOrigin,
        id: PaymentID?,
        leadID: LeadID,
        siteID: SiteID?,
        providerID: String,
        providerCheckoutID: String?,
        providerSubscriptionID: String?,
        amount: Money,
        fee: Money?,
        paidAt: Date?,
        failedAt: Date?,
        refundedAt: Date?
    ) {
        self.origin = origin
        self.id = id
        self.leadID = leadID
        self.siteID = siteID
        self.providerID = providerID
        self.providerCheckoutID = providerCheckoutID
        self.providerSubscriptionID = providerSubscriptionID
        self.amount = amount
        self.fee = fee
        self.paidAt = paidAt
        self.failedAt = failedAt
        self.refundedAt = refundedAt
    }
}
