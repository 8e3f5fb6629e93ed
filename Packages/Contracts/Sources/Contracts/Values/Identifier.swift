public import Foundation

/// The identity of one `Entity`, typed so that a lead's id can't be passed where a message's is meant.
///
/// New ones are UUIDv7 (RFC 9562), so that an index on them grows at its end.
public struct Identifier<Entity>: Hashable, Sendable {
    public let rawValue: UUID

    public init(_ rawValue: UUID) {
        self.rawValue = rawValue
    }

    /// A new identity, in the order of `time` to the millisecond; within one process strictly ascending.
    public static func make(at time: Date = Date()) -> Self {
        Self(UUIDv7.make(at: time))
    }
}

extension Identifier: CustomStringConvertible {
    /// Lower case, as PostgreSQL prints it.
    public var description: String { rawValue.plain }
}

extension Identifier: LosslessStringConvertible {
    public init?(_ description: String) {
        guard let uuid = UUID(uuidString: description) else { return nil }
        self.init(uuid)
    }
}

extension Identifier: Comparable {
    /// As PostgreSQL orders them.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue.isBelow(b.rawValue) }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self.init(try container.decode(UUID.self))
        } catch DecodingError.dataCorrupted {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "must be a UUID such as 0198c2de-7a30-7c51-9b1e-2f4d6a8c0e12"
            )
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What an identifier may be of. ``Lead`` and ``Site`` are values too; these have no other use.
public enum Campaign {}
public enum Message {}
public enum Checkout {}
public enum Customer {}
public enum Payment {}
public enum Subscription {}
public enum EventMark {}
public enum APIKey {}
public enum Import {}
public enum NoteMark {}
public enum BulkCommand {}
public enum GenerationMark {}

public typealias LeadID = Identifier<Lead>
public typealias SiteID = Identifier<Site>
public typealias CampaignID = Identifier<Campaign>
public typealias MessageID = Identifier<Message>
public typealias CheckoutID = Identifier<Checkout>
public typealias CustomerID = Identifier<Customer>
public typealias PaymentID = Identifier<Payment>
public typealias SubscriptionID = Identifier<Subscription>
public typealias EventID = Identifier<EventMark>
public typealias APIKeyID = Identifier<APIKey>
public typealias ImportID = Identifier<Import>
public typealias NoteID = Identifier<NoteMark>
public typealias BulkCommandID = Identifier<BulkCommand>
public typealias GenerationJobID = Identifier<GenerationMark>
