package import Contracts

/// What somebody wants to do with a lead.
package enum LeadAction: Hashable, Sendable {
    case see
    case change
    /// To give it to a member of the staff; `nil`: to nobody.
    case assign(to: String?)
    case overrideScore
    case merge
    case erase
}

/// Who may do what with which lead: an agent what concerns the own and the unassigned ones, a manager everything but to erase.
package enum LeadPermission {
    package enum Decision: Hashable, Sendable {
        case allowed
        /// As if it weren't there.
        case hidden
        case refused(reason: String)
    }

    package static func decide(_ actor: Actor, _ action: LeadAction, on lead: Lead) -> Decision {
        guard actor.role > .agent || lead.assignedTo == nil || lead.assignedTo == actor.id else { return .hidden }
        return switch action {
        case .see, .change: .allowed
        case .assign(let staff):
            actor.role > .agent || staff == nil || staff == actor.id
                ? .allowed : .refused(reason: "An agent may take a lead or give it back; a manager gives it to somebody else.")
        case .overrideScore:
            actor.role > .agent ? .allowed : .refused(reason: "A score is set by hand by a manager or an admin.")
        case .merge:
            actor.role > .agent ? .allowed : .refused(reason: "Leads are merged by a manager or an admin.")
        case .erase:
            actor.role == .admin ? .allowed : .refused(reason: "A lead is erased by an admin.")
        }
    }

    /// What is said to `actor` who would make a second lead of `lead`'s business: which one it is, if it is one to be seen.
    package static func exists(_ lead: Lead, _ detail: String, to actor: Actor) -> Problem {
        var problem = Problem("lead-exists", "There is such a lead already", status: 409, detail: detail)
        if decide(actor, .see, on: lead) == .allowed { problem.leadID = lead.id }
        return problem
    }

    /// `id`: by which id `actor` asked for the lead, if by that of one that was merged into it.
    ///
    /// - Throws: a `Problem`: 404 for a lead that `actor` may not see, 403 with the reason for what he may not do.
    package static func require(_ actor: Actor, _ action: LeadAction, on lead: Lead, askedAs id: LeadID? = nil) throws {
        switch decide(actor, action, on: lead) {
        case .allowed: break
        case .hidden: throw Problem.leadNotFound(id ?? lead.id)
        case .refused(let reason): throw Problem("forbidden", "Not allowed", status: 403, detail: reason)
        }
    }
}
