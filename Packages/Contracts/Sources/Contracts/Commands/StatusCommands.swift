public import Foundation

/// A lead's two statuses and its site.
public struct GetStatus: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-status"
    public static let summary = "A lead's two statuses and its site."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    public typealias Answer = LeadStatus

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// A lead's two statuses and its site, as they stand.
public struct LeadStatus: Codable, Hashable, Sendable {
    public var leadID: LeadID
    public var contactStatus: ContactStatus
    public var websiteStatus: WebsiteStatus
    /// Counts the changes of both.
    public var version: Int
    public var changedAt: Date
    /// The current one.
    public var site: Site?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case contactStatus = "contact_status"
        case websiteStatus = "website_status"
        case version
        case changedAt = "changed_at"
        case site
    }

    public init(
        leadID: LeadID,
        contactStatus: ContactStatus,
        websiteStatus: WebsiteStatus,
        version: Int,
        changedAt: Date,
        site: Site? = nil
    ) {
        self.leadID = leadID
        self.contactStatus = contactStatus
        self.websiteStatus = websiteStatus
        self.version = version
        self.changedAt = changedAt
        self.site = site
    }
}

/// Sets one of the two statuses by hand: a manager or admin, with a reason.
public struct OverrideStatus: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.override-status"
    public static let summary = "Sets one of the two statuses by hand: a manager or admin, with a reason."

    public var leadID: LeadID
    public var field: StatusField
    /// One of that field's statuses.
    public var to: String
    public var reason: String
    /// Refused with 409 when the statuses have changed since; the refusal says what they are now.
    public var expectedVersion: Int?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, to, reason
        case expectedVersion = "expected_version"
    }

    public typealias Answer = LeadStatus

    public init(leadID: LeadID, field: StatusField, to: String, reason: String, expectedVersion: Int? = nil) {
        self.leadID = leadID
        self.field = field
        self.to = to
        self.reason = reason
        self.expectedVersion = expectedVersion
    }
}
