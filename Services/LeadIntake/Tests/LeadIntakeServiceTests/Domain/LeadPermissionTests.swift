import Contracts
import Foundation
import LeadIntakeService
import Testing

@Suite("Who may do what with a lead")
struct LeadPermissionTests {
    private static let actions: [LeadAction] = [
        .see, .change, .assign(to: "ann"), .assign(to: nil), .assign(to: "bob"), .overrideScore, .merge, .erase,
    ]

    private func lead(of staff: String?) -> Lead {
        Lead(id: .make(), slug: "a", name: "A", source: .api, assignedTo: staff, qualificationScore: 0, createdAt: .now, updatedAt: .now)
    }

    private func allowed(_ role: Role, _ staff: String?) -> [LeadAction] {
        Self.actions.filter { LeadPermission.decide(Actor(id: "ann", role: role), $0, on: lead(of: staff)) == .allowed }
    }

    @Test(arguments: [nil, "ann"])
    func `an agent works with the own and the unassigned leads, and gives none to others`(staff: String?) {
        #expect(allowed(.agent, staff) == [.see, .change, .assign(to: "ann"), .assign(to: nil)])
    }

    @Test(arguments: Self.actions)
    func `another's lead isn't there for an agent`(action: LeadAction) {
        #expect(LeadPermission.decide(Actor(id: "ann", role: .agent), action, on: lead(of: "bob")) == .hidden)
    }

    @Test(arguments: [nil, "ann", "bob"])
    func `a manager may do all but erase, an admin that too`(staff: String?) {
        #expect(allowed(.manager, staff) == Self.actions.dropLast())
        #expect(allowed(.admin, staff) == Self.actions)
    }

    @Test func `what is refused has a reason, what is hidden is not found`() {
        let refused = #expect(throws: Problem.self) {
            try LeadPermission.require(Actor(id: "ann", role: .agent), .erase, on: lead(of: nil))
        }
        #expect(refused?.status == 403 && refused?.detail?.isEmpty == false)
        let hidden = #expect(throws: Problem.self) {
            try LeadPermission.require(Actor(id: "ann", role: .agent), .see, on: lead(of: "bob"))
        }
        #expect(hidden?.status == 404)
    }
}
