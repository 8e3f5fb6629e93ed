package import Contracts

/// Whose leads are meant.
package enum LeadListAssignment: Hashable, Sendable {
    case anybody
    /// Those that somebody has.
    case somebody
    case of([String], orNobody: Bool)

    package init(_ filter: LeadFilter) {
        self =
            switch (filter.assignedTo ?? [], filter.isUnassigned) {
            case ([], nil): .anybody
            case ([], false): .somebody
            case (let staff, let isUnassigned): .of(staff, orNobody: isUnassigned == true)
            }
    }

    /// As much of it as an agent may see: the own and the unassigned ones.
    package func seen(by agent: String) -> LeadListAssignment {
        switch self {
        case .anybody: .of([agent], orNobody: true)
        case .somebody: .of([agent], orNobody: false)
        case .of(let staff, let orNobody): .of(staff.contains(agent) ? [agent] : [], orNobody: orNobody)
        }
    }
}
