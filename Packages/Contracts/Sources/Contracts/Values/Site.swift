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
    /// How its texts speak.
    public var tone: Tone?
    /// Of its pages; 0 until the first is generated.
    public var version: Int
    /// Where people see it.
    public var url: String
    public var createdAt: Date
    public var generatedAt: Date?
    public var purchasedAt: Date?
    public var archivedAt: Date?
    /// What its customer pays by, as billing last told of it.
    public var subscriptionID: SubscriptionID?
    public var subscriptionStatus: SubscriptionState?
    /// Until when it is paid for.
    public var currentPeriodEnd: Date?
    /// When it is archived: of a subscription that was cancelled.
    public var endsAt: Date?
    /// What the customer's visitors type.
    public var customDomain: String?
    /// Where its files were published.
    public var deployedURL: String?
    public var screenshotURL: String?

    enum CodingKeys: String, CodingKey {
        case id
        case leadID = "lead_id"
        case slug, title, state, theme, tone, version, url
        case createdAt = "created_at"
        case generatedAt = "generated_at"
        case purchasedAt = "purchased_at"
        case archivedAt = "archived_at"
        case subscriptionID = "subscription_id"
        case subscriptionStatus = "subscription_status"
        case currentPeriodEnd = "current_period_end"
        case endsAt = "ends_at"
        case customDomain = "custom_domain"
        case deployedURL = "deployed_url"
        case screenshotURL = "screenshot_url"
    }

    public init(
        id: SiteID,
        leadID: LeadID,
        slug: String,
        title: String,
        state: SiteState,
        theme: String,
        tone: Tone? = nil,
        version: Int,
        url: String,
        createdAt: Date,
        generatedAt: Date? = nil,
        purchasedAt: Date? = nil,
        archivedAt: Date? = nil,
        subscriptionID: SubscriptionID? = nil,
        subscriptionStatus: SubscriptionState? = nil,
        currentPeriodEnd: Date? = nil,
        endsAt: Date? = nil,
        customDomain: String? = nil,
        deployedURL: String? = nil,
        screenshotURL: String? = nil
    ) {
        self.id = id
        self.leadID = leadID
        self.slug = slug
        self.title = title
        self.state = state
        self.theme = theme
        self.tone = tone
        self.version = version
        self.url = url
        self.createdAt = createdAt
        self.generatedAt = generatedAt
        self.purchasedAt = purchasedAt
        self.archivedAt = archivedAt
        self.subscriptionID = subscriptionID
        self.subscriptionStatus = subscriptionStatus
        self.currentPeriodEnd = currentPeriodEnd
        self.endsAt = endsAt
        self.customDomain = customDomain
        self.deployedURL = deployedURL
        self.screenshotURL = screenshotURL
    }
}
