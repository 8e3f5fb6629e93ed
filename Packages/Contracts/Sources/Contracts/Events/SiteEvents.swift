/// A lead got a site, still without pages.
public struct SiteCreated: LeadEvent {
    public static let subject: Subject = "crm.site.created"
    public static let summary = "A lead got a site, still without pages."

    public var leadID: LeadID
    public var siteID: SiteID
    public var slug: String
    public var title: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case slug, title
    }

    public init(leadID: LeadID, siteID: SiteID, slug: String, title: String) {
        self.leadID = leadID
        self.siteID = siteID
        self.slug = slug
        self.title = title
    }
}

/// A site's pages were made, for the first time or anew.
public struct SiteGenerated: LeadEvent {
    public static let subject: Subject = "crm.site.generated"
    public static let summary = "A site's pages were made, for the first time or anew."

    public var leadID: LeadID
    public var siteID: SiteID
    public var slug: String
    public var version: Int
    public var theme: String
    /// Where the preview is seen.
    public var url: String
    /// A picture of it; drawn until one was taken.
    public var screenshotURL: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case slug, version, theme, url
        case screenshotURL = "screenshot_url"
    }

    public init(leadID: LeadID, siteID: SiteID, slug: String, version: Int, theme: String, url: String, screenshotURL: String? = nil) {
        self.leadID = leadID
        self.siteID = siteID
        self.slug = slug
        self.version = version
        self.theme = theme
        self.url = url
        self.screenshotURL = screenshotURL
    }
}

/// A site's pages could not be made.
public struct SiteGenerationFailed: LeadEvent {
    public static let subject: Subject = "crm.site.generation_failed"
    public static let summary = "A site's pages could not be made."

    public var leadID: LeadID
    public var siteID: SiteID
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case reason
    }

    public init(leadID: LeadID, siteID: SiteID, reason: String) {
        self.leadID = leadID
        self.siteID = siteID
        self.reason = reason
    }
}

/// A site was published.
public struct SiteDeployed: LeadEvent {
    public static let subject: Subject = "crm.site.deployed"
    public static let summary = "A site was published."

    public var leadID: LeadID
    public var siteID: SiteID
    public var url: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case url
    }

    public init(leadID: LeadID, siteID: SiteID, url: String) {
        self.leadID = leadID
        self.siteID = siteID
        self.url = url
    }
}

/// Somebody, or a machine, looked at a site's preview.
public struct SiteVisited: LeadEvent {
    public static let subject: Subject = "crm.site.visited"
    public static let summary = "Somebody, or a machine, looked at a site's preview."

    public var leadID: LeadID
    public var siteID: SiteID
    public var byMachine: Bool

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case byMachine = "by_machine"
    }

    public init(leadID: LeadID, siteID: SiteID, byMachine: Bool) {
        self.leadID = leadID
        self.siteID = siteID
        self.byMachine = byMachine
    }
}

/// A site was bought.
public struct SiteSold: LeadEvent {
    public static let subject: Subject = "crm.site.sold"
    public static let summary = "A site was bought."

    public var leadID: LeadID
    public var siteID: SiteID
    public var customerID: CustomerID?
    public var subscriptionID: SubscriptionID?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case customerID = "customer_id"
        case subscriptionID = "subscription_id"
    }

    public init(leadID: LeadID, siteID: SiteID, customerID: CustomerID? = nil, subscriptionID: SubscriptionID? = nil) {
        self.leadID = leadID
        self.siteID = siteID
        self.customerID = customerID
        self.subscriptionID = subscriptionID
    }
}

/// A site is no longer shown.
public struct SiteArchived: LeadEvent {
    public static let subject: Subject = "crm.site.archived"
    public static let summary = "A site is no longer shown."

    public var leadID: LeadID
    public var siteID: SiteID
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case reason
    }

    public init(leadID: LeadID, siteID: SiteID, reason: String) {
        self.leadID = leadID
        self.siteID = siteID
        self.reason = reason
    }
}

/// A customer's site was taken off the net for a while.
public struct SiteSuspended: LeadEvent {
    public static let subject: Subject = "crm.site.suspended"
    public static let summary = "A customer's site was taken off the net for a while."

    public var leadID: LeadID
    public var siteID: SiteID
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case reason
    }

    public init(leadID: LeadID, siteID: SiteID, reason: String) {
        self.leadID = leadID
        self.siteID = siteID
        self.reason = reason
    }
}

/// A site is there again: brought back from the archive, taken back from its customer, or no longer suspended.
public struct SiteRestored: LeadEvent {
    public static let subject: Subject = "crm.site.restored"
    public static let summary =
        "A site is there again: brought back from the archive, taken back from its customer, or no longer suspended."

    public var leadID: LeadID
    public var siteID: SiteID
    /// What it is again: a `preview`, which can be bought, or `active`, its customer's.
    public var state: SiteState
    public var reason: String
    /// Where it is seen; none while it has no page.
    public var url: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case state, reason, url
    }

    public init(leadID: LeadID, siteID: SiteID, state: SiteState, reason: String, url: String? = nil) {
        self.leadID = leadID
        self.siteID = siteID
        self.state = state
        self.reason = reason
        self.url = url
    }
}

/// Of the sites that a lead has since leads were merged, this one is its site now.
public struct SiteChosen: LeadEvent {
    public static let subject: Subject = "crm.site.chosen"
    public static let summary = "Of the sites that a lead has since leads were merged, this one is its site now."

    public var leadID: LeadID
    public var siteID: SiteID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
    }

    public init(leadID: LeadID, siteID: SiteID) {
        self.leadID = leadID
        self.siteID = siteID
    }
}
