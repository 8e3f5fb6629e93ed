public import Foundation

/// One row of a predecessor's database: what is taken over is known again by it, however often it is taken over.
public struct AdoptionOrigin: Codable, Hashable, Sendable {
    public var table: String
    /// As the predecessor writes it.
    public var id: String

    public init(_ table: String, _ id: String) {
        self.table = table
        self.id = id
    }
}

extension AdoptionOrigin: CustomStringConvertible {
    public var description: String { "\(table)/\(id)" }
}

/// What became of one row of a predecessor's database.
public struct AdoptionResult: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    public var outcome: Outcome
    /// The lead that it became, or that it belongs to.
    public var leadID: LeadID?
    /// By what an existing lead was recognised.
    public var matchedBy: MatchedBy?
    /// Why it was refused, or what had to be left out or written differently.
    public var remarks: [String]

    /// How it ended.
    public enum Outcome: String, CaseIterable, Codable, Sendable {
        case created, matched
        /// It was taken over before.
        case unchanged
        case refused
    }

    enum CodingKeys: String, CodingKey {
        case origin, outcome
        case leadID = "lead_id"
        case matchedBy = "matched_by"
        case remarks
    }

    public init(
        _ origin: AdoptionOrigin,
        _ outcome: Outcome,
        leadID: LeadID? = nil,
        matchedBy: MatchedBy? = nil,
        remarks: [String] = []
    ) {
        self.origin = origin
        self.outcome = outcome
        self.leadID = leadID
        self.matchedBy = matchedBy
        self.remarks = remarks
    }
}

/// One result for each row that was sent, in their order.
public struct AdoptionAnswer: Codable, Hashable, Sendable {
    public var results: [AdoptionResult]

    public init(results: [AdoptionResult]) {
        self.results = results
    }
}

/// Takes businesses over from a predecessor's database: each becomes a lead, or is found to be one. For admins.
public struct AdoptLeads: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.adopt-leads"
    public static let summary = "Takes businesses over from a predecessor's database: each becomes a lead, or is found to be one."
    public static let patience = Duration.seconds(120)
    public typealias Answer = AdoptionAnswer

    /// 1 to 1,000.
    public var leads: [AdoptedLead]
    /// Only tell what would be done.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case leads
        case dryRun = "dry_run"
    }

    public init(leads: [AdoptedLead], dryRun: Bool? = nil) {
        self.leads = leads
        self.dryRun = dryRun
    }
}

/// A business of a predecessor's database.
public struct AdoptedLead: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    /// The id that it had; kept where no other lead has it.
    public var id: LeadID?
    public var business: LeadDraft
    public var createdAt: Date?
    /// The row as it was found, as JSON: kept with the lead.
    public var record: String?

    enum CodingKeys: String, CodingKey {
        case origin, id, business
        case createdAt = "created_at"
        case record
    }

    public init(origin: AdoptionOrigin, id: LeadID? = nil, business: LeadDraft, createdAt: Date? = nil, record: String? = nil) {
        self.origin = origin
        self.id = id
        self.business = business
        self.createdAt = createdAt
        self.record = record
    }
}

/// The leads that rows of a predecessor's database have become. For admins.
public struct FindAdopted: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.find-adopted"
    public static let summary = "The leads that rows of a predecessor's database have become."

    /// Up to 1,000.
    public var origins: [AdoptionOrigin]

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// Those that are known; of a lead that was merged, the one that stays.
        public var leads: [Found]

        public init(leads: [Found]) {
            self.leads = leads
        }
    }

    /// One row, and its lead.
    public struct Found: Codable, Hashable, Sendable {
        public var origin: AdoptionOrigin
        public var leadID: LeadID

        enum CodingKeys: String, CodingKey {
            case origin
            case leadID = "lead_id"
        }

        public init(origin: AdoptionOrigin, leadID: LeadID) {
            self.origin = origin
            self.leadID = leadID
        }
    }

    public init(origins: [AdoptionOrigin]) {
        self.origins = origins
    }
}

/// Takes over what a predecessor's database says about leads, as notes: messages, tickets, requests. For admins.
public struct AdoptNotes: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.adopt-notes"
    public static let summary = "Takes over what a predecessor's database says about leads, as notes: messages, tickets, requests."
    public static let patience = Duration.seconds(60)
    public typealias Answer = AdoptionAnswer

    /// 1 to 1,000.
    public var notes: [AdoptedNote]
    /// Only tell what would be done.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case notes
        case dryRun = "dry_run"
    }

    public init(notes: [AdoptedNote], dryRun: Bool? = nil) {
        self.notes = notes
        self.dryRun = dryRun
    }
}

/// Something that a predecessor's database says about a lead.
public struct AdoptedNote: Codable, Hashable, Sendable {
    public var origin: AdoptionOrigin
    public var leadID: LeadID
    /// What is about a message is an `email`, all else `system`.
    public var type: NoteType
    /// What is behind 10,000 characters is cut off.
    public var text: String
    public var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case origin
        case leadID = "lead_id"
        case type, text
        case createdAt = "created_at"
    }

    public init(origin: AdoptionOrigin, leadID: LeadID, type: NoteType = .system, text: String, createdAt: Date) {
        self.origin = origin
        self.leadID = leadID
        self.type = type
        self.text = text
        self.createdAt = createdAt
    }
}
