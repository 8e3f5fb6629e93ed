package import Contracts

/// Where the recorded facts of a lead put it, followed again one after another by the rules.
package struct StatusReplay: Hashable, Sendable {
    package private(set) var contact = ContactState()
    package private(set) var website = WebsiteState()

    package init() {}

    package init(_ facts: some Sequence<LeadFact>) {
        for fact in facts { follow(fact) }
    }

    package mutating func follow(_ fact: LeadFact) {
        switch fact {
        case .contact(let fact): contact.follow(fact)
        case .website(let fact): website.follow(fact)
        }
    }

    /// Where `standing` is elsewhere.
    package func differences(from standing: LeadStanding) -> [StatusDifference] {
        var found: [StatusDifference] = []
        if differs(from: standing.contact) {
            found.append(difference(standing.leadID, .contact, standing.contact.status.rawValue, contact.status.rawValue))
        }
        if differs(from: standing.website) {
            found.append(difference(standing.leadID, .website, standing.website.status.rawValue, website.status.rawValue))
        }
        return found
    }

    func differs(from other: ContactState) -> Bool {
        other != contact && (other.status != contact.status || other.held != contact.held || Self.differ(other.marks, contact.marks))
    }

    func differs(from other: WebsiteState) -> Bool {
        other != website && (other.status != website.status || Self.differ(other.marks, website.marks))
    }

    /// To the microsecond, in which they are kept: one instant read from two columns may be two numbers.
    private static func differ(_ one: some Encodable, _ other: some Encodable) -> Bool {
        (try? WireJSON.encode(one)) != (try? WireJSON.encode(other))
    }

    private func difference(_ lead: LeadID, _ field: StatusField, _ stored: String, _ replayed: String) -> StatusDifference {
        StatusDifference(leadID: lead, field: field, stored: stored, replayed: replayed)
    }
}
