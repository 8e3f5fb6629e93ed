/// A site as a command left it.
public struct SiteChange: Codable, Hashable, Sendable {
    public var site: Site
    /// Of its lead.
    public var websiteStatus: WebsiteStatus
    /// None when it was never deployed.
    public var deployment: SiteDeployment?

    enum CodingKeys: String, CodingKey {
        case site
        case websiteStatus = "website_status"
        case deployment
    }

    public init(site: Site, websiteStatus: WebsiteStatus, deployment: SiteDeployment? = nil) {
        self.site = site
        self.websiteStatus = websiteStatus
        self.deployment = deployment
    }
}

/// Changes what stands on a site: a version of its own, made from the current one.
public struct EditSiteContent: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.edit-site-content"
    public static let summary = "Changes what stands on a site: a version of its own, made from the current one."
    public typealias Answer = SiteChange

    public var siteID: SiteID
    public var changes: SiteContentChanges
    /// The version of the site that was seen: refused with 409 when there is another by now.
    public var expectedVersion: Int?

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case changes
        case expectedVersion = "expected_version"
    }

    public init(siteID: SiteID, changes: SiteContentChanges, expectedVersion: Int? = nil) {
        self.siteID = siteID
        self.changes = changes
        self.expectedVersion = expectedVersion
    }
}

/// Brings an earlier version of a site back, as a version of its own.
public struct RestoreVersion: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.restore-version"
    public static let summary = "Brings an earlier version of a site back, as a version of its own."
    public typealias Answer = SiteChange

    public var siteID: SiteID
    public var version: Int
    /// The version of the site that was seen: refused with 409 when there is another by now.
    public var expectedVersion: Int?

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case version
        case expectedVersion = "expected_version"
    }

    public init(siteID: SiteID, version: Int, expectedVersion: Int? = nil) {
        self.siteID = siteID
        self.version = version
        self.expectedVersion = expectedVersion
    }
}

/// Has a site written anew; done in the background, told by `crm.site.generated`. What people wrote stays in the versions before.
public struct RegenerateSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.regenerate-site"
    public static let summary =
        "Has a site written anew; done in the background, told by `crm.site.generated`. What people wrote stays in the versions before."
    public typealias Answer = SiteChange

    public var siteID: SiteID
    /// The site's own where it isn't said.
    public var theme: String?
    public var tone: Tone?
    /// The version of the site that was seen: refused with 409 when there is another by now.
    public var expectedVersion: Int?

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case theme
        case tone
        case expectedVersion = "expected_version"
    }

    public init(siteID: SiteID, theme: String? = nil, tone: Tone? = nil, expectedVersion: Int? = nil) {
        self.siteID = siteID
        self.theme = theme
        self.tone = tone
        self.expectedVersion = expectedVersion
    }
}

/// Publishes a site as files and keeps them up to date from then on; done in the background, told by `crm.site.deployed`.
public struct DeploySite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.deploy-site"
    public static let summary =
        "Publishes a site as files and keeps them up to date from then on; done in the background, told by `crm.site.deployed`."
    public typealias Answer = SiteChange

    public var siteID: SiteID
    /// What its visitors are to type, `cedar-plumbing.com`: a missing key keeps it, an explicit null clears it.
    public var customDomain: Edit<String>

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case customDomain = "custom_domain"
    }

    public init(siteID: SiteID, customDomain: Edit<String> = .keep) {
        self.siteID = siteID
        self.customDomain = customDomain
    }
}

/// Takes a site down: its page answers 410, and its files go. A customer's site needs a manager, and is not taken down while its
/// subscription goes on.
public struct ArchiveSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.archive-site"
    public static let summary =
        "Takes a site down: its page answers 410, and its files go. Refused with 409 while its subscription goes on, unless that is cancelled too."
    /// The payment provider may be asked meanwhile.
    public static let patience = Duration.seconds(30)
    public typealias Answer = SiteChange

    public var siteID: SiteID
    /// Why, for the history.
    public var reason: String
    /// Whether the subscription that pays for it is cancelled at the payment provider first. Nothing is paid back.
    public var cancelSubscription: Bool?
    /// The version of the site that was seen: refused with 409 when there is another by now.
    public var expectedVersion: Int?

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case reason
        case cancelSubscription = "cancel_subscription"
        case expectedVersion = "expected_version"
    }

    public init(siteID: SiteID, reason: String, cancelSubscription: Bool? = nil, expectedVersion: Int? = nil) {
        self.siteID = siteID
        self.reason = reason
        self.cancelSubscription = cancelSubscription
        self.expectedVersion = expectedVersion
    }
}

/// Takes a customer's site off the net for a while: its page answers 503, and its files go. Needs a manager.
public struct SuspendSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.suspend-site"
    public static let summary = "Takes a customer's site off the net for a while: its page answers 503, and its files go. Needs a manager."
    public typealias Answer = SiteChange

    public var siteID: SiteID
    /// Why, for the history.
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case reason
    }

    public init(siteID: SiteID, reason: String) {
        self.siteID = siteID
        self.reason = reason
    }
}

/// Shows a suspended site again, at the addresses that it had. Needs a manager.
public struct ResumeSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.resume-site"
    public static let summary = "Shows a suspended site again, at the addresses that it had. Needs a manager."
    public typealias Answer = SiteChange

    public var siteID: SiteID
    /// Why, for the history.
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case reason
    }

    public init(siteID: SiteID, reason: String) {
        self.siteID = siteID
        self.reason = reason
    }
}
