/// A business became a lead.
public struct LeadCreated: LeadEvent {
    public static let subject: Subject = "crm.lead.created"
    public static let summary = "A business became a lead."

    public var snapshot: Lead

    enum CodingKeys: String, CodingKey {
        case snapshot = "lead"
    }

    public var leadID: LeadID { snapshot.id }

    public init(snapshot: Lead) {
        self.snapshot = snapshot
    }
}

/// A lead's data changed.
public struct LeadUpdated: LeadEvent {
    public static let subject: Subject = "crm.lead.updated"
    public static let summary = "A lead's data changed."

    public var snapshot: Lead
    /// The names of the fields that are different now.
    public var changed: [String]

    enum CodingKeys: String, CodingKey {
        case snapshot = "lead"
        case changed
    }

    public var leadID: LeadID { snapshot.id }

    public init(snapshot: Lead, changed: [String]) {
        self.snapshot = snapshot
        self.changed = changed
    }
}

/// Two leads were found to be one business: what hung on the merged one hangs on this one now.
public struct LeadMerged: LeadEvent {
    public static let subject: Subject = "crm.lead.merged"
    public static let summary = "Two leads were found to be one business: what hung on the merged one hangs on this one now."

    /// The lead that stays.
    public var snapshot: Lead
    /// The lead that is no more.
    public var mergedLeadID: LeadID
    public var changed: [String]

    enum CodingKeys: String, CodingKey {
        case snapshot = "lead"
        case mergedLeadID = "merged_lead_id"
        case changed
    }

    public var leadID: LeadID { snapshot.id }

    public init(snapshot: Lead, mergedLeadID: LeadID, changed: [String]) {
        self.snapshot = snapshot
        self.mergedLeadID = mergedLeadID
        self.changed = changed
    }
}

/// A lead was put aside.
public struct LeadArchived: LeadEvent {
    public static let subject: Subject = "crm.lead.archived"
    public static let summary = "A lead was put aside."

    public var snapshot: Lead
    public var changed: [String]

    enum CodingKeys: String, CodingKey {
        case snapshot = "lead"
        case changed
    }

    public var leadID: LeadID { snapshot.id }

    public init(snapshot: Lead, changed: [String]) {
        self.snapshot = snapshot
        self.changed = changed
    }
}

/// A lead that was put aside came back.
public struct LeadRestored: LeadEvent {
    public static let subject: Subject = "crm.lead.restored"
    public static let summary = "A lead that was put aside came back."

    public var snapshot: Lead
    public var changed: [String]

    enum CodingKeys: String, CodingKey {
        case snapshot = "lead"
        case changed
    }

    public var leadID: LeadID { snapshot.id }

    public init(snapshot: Lead, changed: [String]) {
        self.snapshot = snapshot
        self.changed = changed
    }
}

/// A lead's personal data was erased on request (GDPR, article 17): whoever holds a copy erases it too.
public struct LeadErased: LeadEvent {
    public static let subject: Subject = "crm.lead.erased"
    public static let summary = "A lead's personal data was erased on request (GDPR, article 17): whoever holds a copy erases it too."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// A command on many leads has come so far: told when it begins, for each part of the leads once that is committed, and with the last.
public struct BulkProgressed: Event {
    public static let subject: Subject = "crm.bulk.progressed"
    public static let summary =
        "A command on many leads has come so far: told at its beginning, and for each part of the leads that is done."

    public var commandID: BulkCommandID
    /// The last token of the command's subject: `bulk-update-stage`.
    public var command: String
    /// The command's idempotency key: by it the caller knows it again.
    public var key: String
    /// Who asked for it.
    public var actor: String
    /// How many leads it is for.
    public var total: Int
    /// How many of them are changed, unchanged or refused by now.
    public var done: Int
    public var changed: Int
    public var unchanged: Int
    public var refused: Int
    public var isFinished: Bool

    enum CodingKeys: String, CodingKey {
        case commandID = "command_id"
        case command, key, actor, total, done, changed, unchanged, refused
        case isFinished = "is_finished"
    }

    public var concernedLead: LeadID? { nil }
    public var about: String { commandID.description }

    public init(
        commandID: BulkCommandID,
        command: String,
        key: String,
        actor: String,
        total: Int,
        done: Int = 0,
        changed: Int = 0,
        unchanged: Int = 0,
        refused: Int = 0,
        isFinished: Bool
    ) {
        self.commandID = commandID
        self.command = command
        self.key = key
        self.actor = actor
        self.total = total
        self.done = done
        self.changed = changed
        self.unchanged = unchanged
        self.refused = refused
        self.isFinished = isFinished
    }
}
