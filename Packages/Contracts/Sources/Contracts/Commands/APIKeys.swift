public import Foundation

/// A new key for the intake endpoints.
public struct CreateAPIKey: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.create-api-key"
    public static let summary = "A new key for the intake endpoints."

    /// For people, to know it again.
    public var name: String
    public var scopes: [String]
    /// Requests a second that it may send for long; the service's own setting, if nothing is said.
    public var rate: Double?
    /// Requests that it may send at once, after a pause; the service's own setting, if nothing is said.
    public var burst: Int?

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var id: APIKeyID
        /// The secret: shown once, stored as a hash.
        public var key: String
        public var scopes: [String]

        public init(id: APIKeyID, key: String, scopes: [String]) {
            self.id = id
            self.key = key
            self.scopes = scopes
        }
    }

    public init(name: String, scopes: [String], rate: Double? = nil, burst: Int? = nil) {
        self.name = name
        self.scopes = scopes
        self.rate = rate
        self.burst = burst
    }
}

/// What may be shown of a key: never the secret, which nobody has but its owner.
public struct APIKeyListing: Codable, Hashable, Sendable {
    public var id: APIKeyID
    public var name: String
    public var scopes: [String]
    /// Requests a second, and at once; none where the service's own setting holds.
    public var rate: Double?
    public var burst: Int?
    /// The id of who made it.
    public var createdBy: String
    public var createdAt: Date
    /// To the minute; none, if it was never used.
    public var lastUsedAt: Date?
    /// Since when it is refused.
    public var revokedAt: Date?

    enum CodingKeys: String, CodingKey {
        case id, name, scopes, rate, burst
        case createdBy = "created_by"
        case createdAt = "created_at"
        case lastUsedAt = "last_used_at"
        case revokedAt = "revoked_at"
    }

    public init(
        id: APIKeyID,
        name: String,
        scopes: [String],
        rate: Double? = nil,
        burst: Int? = nil,
        createdBy: String,
        createdAt: Date,
        lastUsedAt: Date? = nil,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.rate = rate
        self.burst = burst
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}

/// The keys of the intake endpoints, newest first, the revoked ones too.
public struct ListAPIKeys: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.list-api-keys"
    public static let summary = "The keys of the intake endpoints, newest first, the revoked ones too."

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var keys: [APIKeyListing]

        public init(keys: [APIKeyListing]) {
            self.keys = keys
        }
    }

    public init() {}
}

/// Ends a key for good: within seconds no request is let in by it any more.
public struct RevokeAPIKey: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.revoke-api-key"
    public static let summary = "Ends a key for good: within seconds no request is let in by it any more."
    public typealias Answer = APIKeyListing

    public var keyID: APIKeyID

    enum CodingKeys: String, CodingKey {
        case keyID = "key_id"
    }

    public init(keyID: APIKeyID) {
        self.keyID = keyID
    }
}
