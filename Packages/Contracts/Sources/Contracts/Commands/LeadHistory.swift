public import Foundation

/// What was written down about a lead.
public struct LeadNote: Codable, Hashable, Sendable {
    public var id: NoteID
    public var type: NoteType
    /// The id of who wrote it.
    public var author: String
    public var text: String
    public var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case id, type, author, text
        case createdAt = "created_at"
    }

    public init(id: NoteID, type: NoteType, author: String, text: String, createdAt: Date) {
        self.id = id
        self.type = type
        self.author = author
        self.text = text
        self.createdAt = createdAt
    }
}

/// What a note is about. `system` is written by programs only.
public enum NoteType: String, CaseIterable, Codable, Sendable {
    case note, call, email, meeting, system
}

/// Writes a note about a lead.
public struct AddNote: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.add-note"
    public static let summary = "Writes a note about a lead."
    public typealias Answer = LeadNote

    public var leadID: LeadID
    /// A plain note, if nothing is said.
    public var type: NoteType?
    /// Up to 10,000 characters.
    public var text: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case type, text
    }

    public init(leadID: LeadID, type: NoteType? = nil, text: String) {
        self.leadID = leadID
        self.type = type
        self.text = text
    }
}

/// The notes about a lead, newest first, a page at a time.
public struct ListNotes: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.list-notes"
    public static let summary = "The notes about a lead, newest first, a page at a time."

    public var leadID: LeadID
    /// 1 to 1,000; 100 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var notes: [LeadNote]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case notes
            case nextCursor = "next_cursor"
        }

        public init(notes: [LeadNote], nextCursor: String? = nil) {
            self.notes = notes
            self.nextCursor = nextCursor
        }
    }

    public init(leadID: LeadID, limit: Int? = nil, cursor: String? = nil) {
        self.leadID = leadID
        self.limit = limit
        self.cursor = cursor
    }
}

/// One field of a lead that was changed once.
public struct LeadAuditEntry: Codable, Hashable, Sendable {
    /// The field's name on the wire: `phone`.
    public var field: String
    /// The value as text: words as they are, anything else as JSON. None when the field was empty, or its lead was erased.
    public var from: String?
    public var to: String?
    /// The id of who did it.
    public var actor: String
    public var reason: String?
    public var at: Date
    /// The lead's version that it made.
    public var version: Int

    public init(field: String, from: String?, to: String?, actor: String, reason: String?, at: Date, version: Int) {
        self.field = field
        self.from = from
        self.to = to
        self.actor = actor
        self.reason = reason
        self.at = at
        self.version = version
    }
}

/// Who changed what of a lead, when, from what, to what and why; newest first, a page at a time.
public struct GetLeadAudit: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.get-lead-audit"
    public static let summary = "Who changed what of a lead, when, from what, to what and why; newest first, a page at a time."

    public var leadID: LeadID
    /// 1 to 1,000; 100 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var entries: [LeadAuditEntry]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case entries
            case nextCursor = "next_cursor"
        }

        public init(entries: [LeadAuditEntry], nextCursor: String? = nil) {
            self.entries = entries
            self.nextCursor = nextCursor
        }
    }

    public init(leadID: LeadID, limit: Int? = nil, cursor: String? = nil) {
        self.leadID = leadID
        self.limit = limit
        self.cursor = cursor
    }
}
