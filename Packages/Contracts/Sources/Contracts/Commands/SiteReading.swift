public import Foundation

/// A site with what stands on it: by its id, by its slug, or the one that a lead has.
public struct GetSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-site"
    public static let summary = "A site with what stands on it: by its id, by its slug, or the one that a lead has."

    public var siteID: SiteID?
    public var slug: String?
    public var leadID: LeadID?
    /// The current one where it isn't said.
    public var version: Int?
    /// Whether the page itself is answered too.
    public var withHTML: Bool?

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case slug
        case leadID = "lead_id"
        case version
        case withHTML = "with_html"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var site: Site
        /// None until the first is made.
        public var version: SiteVersion?
        /// None where the page is all there is of the version.
        public var content: SiteTexts?
        public var html: String?
        /// None when it was never deployed.
        public var deployment: SiteDeployment?

        enum CodingKeys: String, CodingKey {
            case site, version, content, html, deployment
        }

        public init(
            site: Site,
            version: SiteVersion? = nil,
            content: SiteTexts? = nil,
            html: String? = nil,
            deployment: SiteDeployment? = nil
        ) {
            self.site = site
            self.version = version
            self.content = content
            self.html = html
            self.deployment = deployment
        }
    }

    public init(siteID: SiteID? = nil, slug: String? = nil, leadID: LeadID? = nil, version: Int? = nil, withHTML: Bool? = nil) {
        self.siteID = siteID
        self.slug = slug
        self.leadID = leadID
        self.version = version
        self.withHTML = withHTML
    }
}

/// The versions of a site, the newest first.
public struct ListSiteVersions: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.list-site-versions"
    public static let summary = "The versions of a site, the newest first."

    public var siteID: SiteID
    /// 1 to 200; 50 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case siteID = "site_id"
        case limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var versions: [SiteVersion]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case versions
            case nextCursor = "next_cursor"
        }

        public init(versions: [SiteVersion], nextCursor: String? = nil) {
            self.versions = versions
            self.nextCursor = nextCursor
        }
    }

    public init(siteID: SiteID, limit: Int? = nil, cursor: String? = nil) {
        self.siteID = siteID
        self.limit = limit
        self.cursor = cursor
    }
}

/// One version of a site: how it came about.
public struct SiteVersion: Codable, Hashable, Sendable {
    public var version: Int
    public var isCurrent: Bool
    public var theme: String
    public var tone: Tone
    public var language: String
    public var madeBy: SiteMaker
    /// What a language model was asked, and what it took.
    public var writer: WriterRecord?
    /// Of a version that was brought back: which one it was.
    public var restoredFrom: Int?
    public var requestedBy: String
    public var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case version
        case isCurrent = "is_current"
        case theme, tone, language
        case madeBy = "made_by"
        case writer
        case restoredFrom = "restored_from"
        case requestedBy = "requested_by"
        case createdAt = "created_at"
    }

    public init(
        version: Int,
        isCurrent: Bool,
        theme: String,
        tone: Tone,
        language: String,
        madeBy: SiteMaker,
        writer: WriterRecord? = nil,
        restoredFrom: Int? = nil,
        requestedBy: String,
        createdAt: Date
    ) {
        self.version = version
        self.isCurrent = isCurrent
        self.theme = theme
        self.tone = tone
        self.language = language
        self.madeBy = madeBy
        self.writer = writer
        self.restoredFrom = restoredFrom
        self.requestedBy = requestedBy
        self.createdAt = createdAt
    }
}

/// A site as files: what is published of it, and what is still to be.
public struct SiteDeployment: Codable, Hashable, Sendable {
    /// False while something of it is to be published, or taken down.
    public var isUpToDate: Bool
    /// Where its files are; none while nothing is published.
    public var url: String?
    public var publishedVersion: Int?
    public var publishedAt: Date?
    /// Since it was last up to date.
    public var attempts: Int
    public var lastError: String?

    enum CodingKeys: String, CodingKey {
        case isUpToDate = "is_up_to_date"
        case url
        case publishedVersion = "published_version"
        case publishedAt = "published_at"
        case attempts
        case lastError = "last_error"
    }

    public init(
        isUpToDate: Bool,
        url: String? = nil,
        publishedVersion: Int? = nil,
        publishedAt: Date? = nil,
        attempts: Int,
        lastError: String? = nil
    ) {
        self.isUpToDate = isUpToDate
        self.url = url
        self.publishedVersion = publishedVersion
        self.publishedAt = publishedAt
        self.attempts = attempts
        self.lastError = lastError
    }
}
