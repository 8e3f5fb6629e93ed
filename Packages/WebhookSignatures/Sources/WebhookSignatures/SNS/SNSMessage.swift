public import Foundation

/// One verified message of Amazon SNS over HTTPS.
public struct SNSMessage: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case notification = "Notification"
        case subscriptionConfirmation = "SubscriptionConfirmation"
        case unsubscribeConfirmation = "UnsubscribeConfirmation"
    }

    public var kind: Kind
    /// The same for every delivery of one message: the key to deduplicate by.
    public var id: String
    public var topicARN: String
    public var subject: String?
    /// The payload; SES puts its event here, as JSON text.
    public var message: String
    public var timestamp: Date
    /// To be fetched with GET to confirm a subscription; present on confirmations only, and checked to be Amazon's.
    public var subscribeURL: URL?
    public var token: String?

    public init(
        kind: Kind = .notification,
        id: String,
        topicARN: String,
        subject: String? = nil,
        message: String,
        timestamp: Date,
        subscribeURL: URL? = nil,
        token: String? = nil
    ) {
        self.kind = kind
        self.id = id
        self.topicARN = topicARN
        self.subject = subject
        self.message = message
        self.timestamp = timestamp
        self.subscribeURL = subscribeURL
        self.token = token
    }
}
