package import Foundation
package import Contracts

/// What is done with many leads at once.
package enum BulkAction: Hashable, Sendable {
    case stage(SalesStage)
    case assign(to: String?)
    case tag(add: [String], remove: [String])
    case archive

    package enum Outcome: Hashable, Sendable {
        case changed(Lead)
        case unchanged
        case refused(reason: String)
    }

    /// What somebody must be allowed for it.
    package var needs: LeadAction {
        if case .assign(let staff) = self { .assign(to: staff) } else { .change }
    }

    /// Whether it touches what scores are made of.
    package var changesScores: Bool {
        if case .tag = self { true } else { false }
    }

    /// What becomes of a lead when `actor` does this with it.
    package func apply(to lead: Lead, by actor: Actor, at time: Date) -> Outcome {
        switch LeadPermission.decide(actor, needs, on: lead) {
        case .hidden: return .refused(reason: Self.unknown)
        case .refused(let reason): return .refused(reason: reason)
        case .allowed: break
        }
        var next = lead
        switch self {
        case .stage(let stage): next.salesStage = stage
        case .assign(let staff): next.assignedTo = staff
        case .tag(let add, let remove):
            next.tags = Tags.normalised(lead.tags + add).filter { !remove.contains($0) }
            if next.tags.count > Tags.limit { return .refused(reason: "It would have more than \(Tags.limit) tags.") }
        case .archive: next = lead.archived(at: time)
        }
        guard next != lead else { return .unchanged }
        next.version += 1
        next.updatedAt = time
        return .changed(next)
    }

    /// Also of one that the actor may not see.
    package static let unknown = "There is no such lead."
}

/// As it is kept while the command is worked on.
extension BulkAction: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, stage
        case assignedTo = "assigned_to"
        case add, remove
    }

    private enum Kind: String, Codable {
        case stage, assign, tag, archive
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .stage: self = .stage(try container.decode(SalesStage.self, forKey: .stage))
        case .assign: self = .assign(to: try container.decodeIfPresent(String.self, forKey: .assignedTo))
        case .tag:
            self = .tag(
                add: try container.decode([String].self, forKey: .add),
                remove: try container.decode([String].self, forKey: .remove)
            )
        case .archive: self = .archive
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .stage(let stage):
            try container.encode(Kind.stage, forKey: .kind)
            try container.encode(stage, forKey: .stage)
        case .assign(let staff):
            try container.encode(Kind.assign, forKey: .kind)
            try container.encodeIfPresent(staff, forKey: .assignedTo)
        case .tag(let add, let remove):
            try container.encode(Kind.tag, forKey: .kind)
            try container.encode(add, forKey: .add)
            try container.encode(remove, forKey: .remove)
        case .archive: try container.encode(Kind.archive, forKey: .kind)
        }
    }
}
