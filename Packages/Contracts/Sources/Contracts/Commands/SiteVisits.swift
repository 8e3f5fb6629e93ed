public import Foundation

/// How often the previews made for a lead were looked at.
public struct GetSiteVisits: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-site-visits"
    public static let summary = "How often the previews made for a lead were looked at, by people and by machines."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    public typealias Answer = SiteVisits

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// The visits to a lead's previews, counted without cookies: who comes twice counts twice. Each is counted a moment after it was made.
public struct SiteVisits: Codable, Hashable, Sendable {
    public var leadID: LeadID
    /// By what calls itself a browser.
    public var persons: Int
    /// By crawlers, link previews, scanners and what doesn't say.
    public var machines: Int
    public var firstPersonAt: Date?
    public var lastPersonAt: Date?
    public var lastMachineAt: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case persons, machines
        case firstPersonAt = "first_person_at"
        case lastPersonAt = "last_person_at"
        case lastMachineAt = "last_machine_at"
    }

    public init(
        leadID: LeadID,
        persons: Int,
        machines: Int,
        firstPersonAt: Date? = nil,
        lastPersonAt: Date? = nil,
        lastMachineAt: Date? = nil
    ) {
        self.leadID = leadID
        self.persons = persons
        self.machines = machines
        self.firstPersonAt = firstPersonAt
        self.lastPersonAt = lastPersonAt
        self.lastMachineAt = lastMachineAt
    }
}

/// The address under which a lead's site shows its owner what concerns nobody else: that a payment failed.
public struct GetOwnerLink: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-owner-link"
    public static let summary = "The address under which a lead's site shows its owner what concerns nobody else; for managers."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// A secret of the customer's.
        public var url: String

        public init(url: String) {
            self.url = url
        }
    }

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}
