public import Foundation

/// Customers, subscriptions and money in all.
public struct GetBillingFigures: Command, Hashable {
    public static let subject: Subject = "rpc.billing-webhook.get-figures"
    public static let summary = "Customers, subscriptions and money in all."

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var customers: Int
        public var checkouts: Int
        public var payments: Int
        public var activeSubscriptions: Int
        /// Paid less refunded, one sum for each currency.
        public var revenue: [Money]

        enum CodingKeys: String, CodingKey {
            case customers, checkouts, payments
            case activeSubscriptions = "active_subscriptions"
            case revenue
        }

        public init(customers: Int, checkouts: Int, payments: Int, activeSubscriptions: Int, revenue: [Money]) {
            self.customers = customers
            self.checkouts = checkouts
            self.payments = payments
            self.activeSubscriptions = activeSubscriptions
            self.revenue = revenue
        }
    }

    public init() {}
}

/// What a lead has bought.
public struct GetCustomer: Command, Hashable {
    public static let subject: Subject = "rpc.billing-webhook.get-customer"
    public static let summary = "What a lead has bought."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// None as long as nothing was paid.
        public var customerID: CustomerID?
        public var email: String?
        public var checkouts: [CheckoutSummary]
        public var payments: [PaymentSummary]
        public var subscriptions: [SubscriptionSummary]

        enum CodingKeys: String, CodingKey {
            case customerID = "customer_id"
            case email, checkouts, payments, subscriptions
        }

        public init(
            customerID: CustomerID? = nil,
            email: String? = nil,
            checkouts: [CheckoutSummary],
            payments: [PaymentSummary],
            subscriptions: [SubscriptionSummary]
        ) {
            self.customerID = customerID
            self.email = email
            self.checkouts = checkouts
            self.payments = payments
            self.subscriptions = subscriptions
        }
    }

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// One checkout.
public struct CheckoutSummary: Codable, Hashable, Sendable {
    public var id: CheckoutID
    public var providerID: String?
    /// `created`, `paid` or `expired`.
    public var state: String
    public var amount: Money
    public var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case id
        case providerID = "provider_id"
        case state, amount
        case createdAt = "created_at"
    }

    public init(id: CheckoutID, providerID: String? = nil, state: String, amount: Money, createdAt: Date) {
        self.id = id
        self.providerID = providerID
        self.state = state
        self.amount = amount
        self.createdAt = createdAt
    }
}

/// One payment.
public struct PaymentSummary: Codable, Hashable, Sendable {
    public var id: PaymentID
    /// `pending`, `succeeded`, `failed` or `refunded`.
    public var state: String
    public var amount: Money
    public var fee: Money?
    public var occurredAt: Date

    enum CodingKeys: String, CodingKey {
        case id, state, amount, fee
        case occurredAt = "occurred_at"
    }

    public init(id: PaymentID, state: String, amount: Money, fee: Money? = nil, occurredAt: Date) {
        self.id = id
        self.state = state
        self.amount = amount
        self.fee = fee
        self.occurredAt = occurredAt
    }
}

/// One subscription.
public struct SubscriptionSummary: Codable, Hashable, Sendable {
    public var id: SubscriptionID
    public var providerID: String
    public var state: SubscriptionState
    public var currentPeriodEnd: Date?
    public var cancelledAt: Date?

    enum CodingKeys: String, CodingKey {
        case id
        case providerID = "provider_id"
        case state
        case currentPeriodEnd = "current_period_end"
        case cancelledAt = "cancelled_at"
    }

    public init(
        id: SubscriptionID,
        providerID: String,
        state: SubscriptionState,
        currentPeriodEnd: Date? = nil,
        cancelledAt: Date? = nil
    ) {
        self.id = id
        self.providerID = providerID
        self.state = state
        self.currentPeriodEnd = currentPeriodEnd
        self.cancelledAt = cancelledAt
    }
}

/// Ends a subscription at the payment provider: nothing is taken any more, nothing is paid back. Needs a manager; one that has ended
/// already is answered as it is.
public struct CancelSubscription: Command, Hashable {
    public static let subject: Subject = "rpc.billing-webhook.cancel-subscription"
    public static let summary =
        "Ends a subscription at the payment provider: nothing is taken any more, nothing is paid back. Needs a manager."
    /// The provider is asked meanwhile.
    public static let patience = Duration.seconds(20)
    public typealias Answer = SubscriptionSummary

    public var subscriptionID: SubscriptionID

    enum CodingKeys: String, CodingKey {
        case subscriptionID = "subscription_id"
    }

    public init(subscriptionID: SubscriptionID) {
        self.subscriptionID = subscriptionID
    }
}
