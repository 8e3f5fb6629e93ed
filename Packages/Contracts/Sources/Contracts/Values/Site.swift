public import Foundation

/// The web site made for one lead, as its owner (lifecycle) describes it.
public struct Site: Codable, Hashable, Sendable {
    public var id: SiteID
    /// Every site hangs on a lead.
    public var leadID: LeadID
    /// Unique; the site is shown at `/sites/{slug}`.
    public var slug: String
    public var title: String
    public var state: SiteState
    public var theme: String
    /// Of its pages; 0 until the first is generated.
    public var version: Int
    /// Where people see it.
    public var url: String
    public var createdAt: Date
    public var generatedAt: Date?
    public var purchasedAt: Date?

    enum CodingKeys: String, CodingKey {
        case id
        case leadID = "lead_id"
        case slug, title, state, theme, version, url
        case createdAt = "created_at"
        case generatedAt = "generated_at"
        case purchasedAt = "purchased_at"
    }

    public init(
        id: SiteID,
        leadID: LeadID,
        slug: String,
        title: String,
        state: SiteState,
        theme: String,
        version: Int,
        url: String,
        createdAt: Date,
        generatedAt: Date? = nil,
        purchasedAt: Date? = nil
    ) {
        self.id = id
        self.leadID = leadID
        self.slug = slug
        self.title = title
        self.state = state
        self.theme = theme
        self.version = version
        self.url = url
        self.createdAt = createdAt
        self.generatedAt = generatedAt
        self.purchasedAt = purchasedAt
    }
}
