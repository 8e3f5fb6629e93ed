public import Foundation

/// Takes sites over from a predecessor's database, with their pages and statuses: each hangs on a lead. For admins.
public struct AdoptSites: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.adopt-sites"
    public static let summary = "Takes sites over from a predecessor's database, with their pages and statuses: each hangs on a lead."
    public static let patience = Duration.seconds(120)
    public typealias Answer = AdoptionAnswer

    /// 1 to 1,000.
    public var sites: [AdoptedSite]
    /// Only tell what would be done.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case sites
        case dryRun = "dry_run"
    }

    public init(sites: [AdoptedSite], dryRun: Bool? = nil) {
        self.sites = sites
        self.dryRun = dryRun
    }
}

/// A site of a predecessor's database.
public struct AdoptedSite: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    /// The id that it had; kept where no other site has it.
    public var id: SiteID?
    /// The lead that it is to hang on; may be missing in a dry run, where the lead isn't made.
    public var leadID: LeadID?
    /// Kept where it is free, in the form that slugs have here.
    public var slug: String
    public var title: String
    public var state: SiteState
    /// How far it had come: each becomes a row of the lead's history, if the site is the lead's.
    public var statuses: [AdoptedStatus]
    /// Its page as it was, and nothing of it is run.
    public var html: String?
    public var customDomain: String?
    public var createdAt: Date?
    public var purchasedAt: Date?
    public var archivedAt: Date?

    enum CodingKeys: String, CodingKey {
        case origin, id
        case leadID = "lead_id"
        case slug, title, state, statuses, html
        case customDomain = "custom_domain"
        case createdAt = "created_at"
        case purchasedAt = "purchased_at"
        case archivedAt = "archived_at"
    }

    public init(
        origin: AdoptionOrigin,
        id: SiteID? = nil,
        leadID: LeadID? = nil,
        slug: String,
        title: String,
        state: SiteState,
        statuses: [AdoptedStatus] = [],
        html: String? = nil,
        customDomain: String? = nil,
        createdAt: Date? = nil,
        purchasedAt: Date? = nil,
        archivedAt: Date? = nil
    ) {
        self.origin = origin
        self.id = id
        self.leadID = leadID
        self.slug = slug
        self.title = title
        self.state = state
        self.statuses = statuses
        self.html = html
        self.customDomain = customDomain
        self.createdAt = createdAt
        self.purchasedAt = purchasedAt
        self.archivedAt = archivedAt
    }
}

/// What a predecessor's database says about one of a lead's two statuses.
public struct AdoptedStatus: Codable, Hashable, Sendable {
    public var field: StatusField
    /// One of that field's statuses.
    public var to: String
    public var at: Date
    /// Where it is said.
    public var reason: String

    public init(_ field: StatusField, to: String, at: Date, reason: String) {
        self.field = field
        self.to = to
        self.at = at
        self.reason = reason
    }
}

/// Takes statuses of leads over from a predecessor's database as history: each moves its lead on, or is recorded as ignored. For admins.
public struct AdoptStatuses: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.adopt-statuses"
    public static let summary = "Takes statuses of leads over from a predecessor's database as history."
    public static let patience = Duration.seconds(120)
    public typealias Answer = AdoptionAnswer

    /// 1 to 1,000.
    public var rows: [AdoptedStatuses]
    /// Only tell what would be done.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case rows
        case dryRun = "dry_run"
    }

    public init(rows: [AdoptedStatuses], dryRun: Bool? = nil) {
        self.rows = rows
        self.dryRun = dryRun
    }
}

/// What one row of a predecessor's database says about a lead's statuses, in its order.
public struct AdoptedStatuses: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    /// May be missing in a dry run, where the lead isn't made.
    public var leadID: LeadID?
    public var statuses: [AdoptedStatus]

    enum CodingKeys: String, CodingKey {
        case origin
        case leadID = "lead_id"
        case statuses
    }

    public init(origin: AdoptionOrigin, leadID: LeadID?, statuses: [AdoptedStatus]) {
        self.origin = origin
        self.leadID = leadID
        self.statuses = statuses
    }
}

/// The sites that rows of a predecessor's database have become, and their leads. For admins.
public struct FindAdoptedSites: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.find-adopted-sites"
    public static let summary = "The sites that rows of a predecessor's database have become, and their leads."

    /// 1 to 1,000.
    public var origins: [AdoptionOrigin]

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// Those that are known.
        public var sites: [Found]

        public init(sites: [Found]) {
            self.sites = sites
        }
    }

    /// One row, its site, and whose that is now.
    public struct Found: Codable, Hashable, Sendable {
        public var origin: AdoptionOrigin
        public var siteID: SiteID
        public var leadID: LeadID

        enum CodingKeys: String, CodingKey {
            case origin
            case siteID = "site_id"
            case leadID = "lead_id"
        }

        public init(origin: AdoptionOrigin, siteID: SiteID, leadID: LeadID) {
            self.origin = origin
            self.siteID = siteID
            self.leadID = leadID
        }
    }

    public init(origins: [AdoptionOrigin]) {
        self.origins = origins
    }
}
