package import Contracts

/// That a lead did something with our messages, as an event tells it.
package struct EngagementFact: Hashable, Sendable {
    package var leadID: LeadID
    package var kind: Engagement
    /// The address that a message came back from.
    package var address: String?

    package init(_ kind: Engagement, of lead: LeadID, address: String? = nil) {
        leadID = lead
        self.kind = kind
        self.address = address
    }

    package static func of(_ opened: MessageOpened) -> EngagementFact? {
        opened.byMachine ? nil : EngagementFact(.opened, of: opened.leadID)
    }

    package static func of(_ clicked: MessageClicked) -> EngagementFact? {
        clicked.byMachine ? nil : EngagementFact(.clicked, of: clicked.leadID)
    }

    package static func of(_ replied: MessageReplied) -> EngagementFact? {
        EngagementFact(.replied, of: replied.leadID)
    }

    /// A full mailbox may be read again, and a number that takes no SMS can be called.
    package static func of(_ bounced: MessageBounced) -> EngagementFact? {
        guard bounced.isPermanent, bounced.channel == .email else { return nil }
        return EngagementFact(.bounced, of: bounced.leadID, address: bounced.address.lowercased())
    }

    /// Also what people say by hand: a lead that replied on the telephone replied.
    package static func of(_ status: ContactStatusChanged) -> EngagementFact? {
        switch status.to {
        case .replied: EngagementFact(.replied, of: status.leadID)
        case .interested: EngagementFact(.interested, of: status.leadID)
        default: nil
        }
    }
}

extension ScoreStanding {
    /// With what is told of the lead; what came back from another address than it has says nothing of it.
    package func adding(_ facts: [EngagementFact], to lead: Lead) -> ScoreStanding {
        var standing = self
        for fact in facts where fact.address == nil || fact.address == lead.email { standing.engagement.insert(fact.kind) }
        return standing
    }
}

extension Engagement {
    /// For the audit trail.
    package var reason: String {
        switch self {
        case .opened: "the lead opened a message"
        case .clicked: "the lead clicked a link of a message"
        case .replied: "the lead replied"
        case .interested: "the lead is interested"
        case .bounced: "a message came back from the lead's address"
        }
    }

    /// Why a lead's score is another one, when these are new.
    package static func reason(of kinds: Set<Engagement>) -> String {
        allCases.filter(kinds.contains).map(\.reason).joined(separator: "; ")
    }
}
