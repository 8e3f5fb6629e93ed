import Contracts

/// How many leads came how far, asked of the owners.
public struct Funnel: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public var name: String
        public var count: Int
    }

    public var steps: [Step]

    static func ask(_ client: StackClient) async throws -> Funnel {
        let leads = try await client.ask(LeadStatistics())
        let statuses = try await client.ask(GetFunnel())
        let billing = try await client.ask(GetBillingFigures())
        return Funnel(steps: [
            Step(name: "leads", count: leads.total),
            Step(name: "qualified", count: leads.qualified),
            Step(name: "sites generated", count: statuses.generated),
            Step(name: "contacted", count: statuses.contacted),
            Step(name: "opened", count: statuses.opened),
            Step(name: "clicked", count: statuses.clicked),
            Step(name: "replied", count: statuses.replied),
            Step(name: "interested", count: statuses.interested),
            Step(name: "purchased", count: statuses.purchased),
            Step(name: "active", count: billing.activeSubscriptions),
        ])
    }

    public subscript(name: String) -> Int? { steps.first { $0.name == name }?.count }

    /// A table with each step's share of all leads, and of those that were written to.
    public var table: String {
        let leads = self["leads"] ?? 0
        let contacted = self["contacted"] ?? 0
        var lines = ["  step               count   of leads   of contacted"]
        var isAfterContact = false
        for step in steps {
            let share = isAfterContact ? Self.percent(step.count, of: contacted) : ""
            lines.append(
                "  \(step.name.padded(18))\("\(step.count)".padded(-6))\(Self.percent(step.count, of: leads).padded(-11))\(share.padded(-15))"
            )
            isAfterContact = isAfterContact || step.name == "contacted"
        }
        return lines.joined(separator: "\n")
    }

    private static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "-" }
        let tenths = (Double(part) / Double(whole) * 1000).rounded() / 10
        return "\(tenths) %"
    }
}

extension String {
    /// Filled with blanks to `width` characters: behind the text, or before it for a negative width.
    func padded(_ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? blanks + self : self + blanks
    }
}
