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
