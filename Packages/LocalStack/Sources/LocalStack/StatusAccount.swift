/// What a look at every lead's statuses came to.
public struct StatusAccount: Sendable {
    public var leads = 0
    public var decisions = 0
    /// Statuses that are not what the facts make of them, and were not set right.
    public var differing = 0

    public init(leads: Int = 0, decisions: Int = 0, differing: Int = 0) {
        (self.leads, self.decisions, self.differing) = (leads, decisions, differing)
    }
}

extension StatusAccount: CustomStringConvertible {
    public var description: String {
        let read = "\(leads) \(leads == 1 ? "lead" : "leads") with \(decisions) \(decisions == 1 ? "decision" : "decisions")"
        let found = differing == 0 ? "every status is true" : differing == 1 ? "1 status differs" : "\(differing) statuses differ"
        return "\(read): \(found)"
    }
}
