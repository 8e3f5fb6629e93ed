/// Which leads a command on many is for: these, or all that match a filter; one of the two, up to 100,000.
public struct LeadTargets: Codable, Hashable, Sendable {
    public var ids: [LeadID]?
    public var filter: LeadFilter?

    public init(ids: [LeadID]) {
        self.ids = ids
    }

    public init(filter: LeadFilter) {
        self.filter = filter
    }
}

/// What a command on many leads did: each of them is counted once.
public struct BulkChange: Codable, Hashable, Sendable {
    public var changed: Int
    /// They were so already.
    public var unchanged: Int
    public var refused: [BulkRefusal]

    public init(changed: Int = 0, unchanged: Int = 0, refused: [BulkRefusal] = []) {
        self.changed = changed
        self.unchanged = unchanged
        self.refused = refused
    }
}

extension BulkChange {
    /// 100,000 leads take some seconds; a machine that has much else to do takes longer.
    static let patience = Duration.seconds(600)
}

/// Why leads were left as they are.
public struct BulkRefusal: Codable, Hashable, Sendable {
    public var reason: String
    public var count: Int
    /// The first 100 of them.
    public var leadIDs: [LeadID]

    enum CodingKeys: String, CodingKey {
        case reason, count
        case leadIDs = "lead_ids"
    }

    public init(reason: String, count: Int, leadIDs: [LeadID]) {
        self.reason = reason
        self.count = count
        self.leadIDs = leadIDs
    }
}

/// Puts many leads into a stage.
public struct BulkUpdateStage: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.bulk-update-stage"
    public static let summary = "Puts many leads into a stage."
    public static let patience = BulkChange.patience
    public typealias Answer = BulkChange

    public var targets: LeadTargets
    public var stage: SalesStage
    /// Why, for the audit trail.
    public var reason: String?

    public init(targets: LeadTargets, stage: SalesStage, reason: String? = nil) {
        self.targets = targets
        self.stage = stage
        self.reason = reason
    }
}

/// Gives many leads to a member of the staff, or to nobody.
public struct AssignLeads: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.assign-leads"
    public static let summary = "Gives many leads to a member of the staff, or to nobody."
    public static let patience = BulkChange.patience
    public typealias Answer = BulkChange

    public var targets: LeadTargets
    /// None: to nobody. An agent may name only himself.
    public var assignedTo: String?
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case targets
        case assignedTo = "assigned_to"
        case reason
    }

    public init(targets: LeadTargets, assignedTo: String? = nil, reason: String? = nil) {
        self.targets = targets
        self.assignedTo = assignedTo
        self.reason = reason
    }
}

/// Adds tags to many leads, and takes others from them.
public struct BulkTag: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.bulk-tag"
    public static let summary = "Adds tags to many leads, and takes others from them."
    public static let patience = BulkChange.patience
    public typealias Answer = BulkChange

    public var targets: LeadTargets
    public var add: [String]?
    public var remove: [String]?
    /// Why, for the audit trail.
    public var reason: String?

    public init(targets: LeadTargets, add: [String]? = nil, remove: [String]? = nil, reason: String? = nil) {
        self.targets = targets
        self.add = add
        self.remove = remove
        self.reason = reason
    }
}

/// Puts many leads aside.
public struct BulkArchive: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.bulk-archive"
    public static let summary = "Puts many leads aside."
    public static let patience = BulkChange.patience
    public typealias Answer = BulkChange

    public var targets: LeadTargets
    /// Why, for the audit trail.
    public var reason: String?

    public init(targets: LeadTargets, reason: String? = nil) {
        self.targets = targets
        self.reason = reason
    }
}
