package import Contracts
package import Foundation

/// That a business and we were in touch, as an event tells it.
package struct ContactFact: Hashable, Sendable {
    package var leadID: LeadID
    package var at: Date
    /// For the audit trail.
    package var reason: String

    package static func of(_ sent: MessageSent, at time: Date) -> ContactFact {
        ContactFact(leadID: sent.leadID, at: time, reason: sent.channel == .email ? "an e-mail was sent" : "an SMS was sent")
    }

    package static func of(_ replied: MessageReplied, at time: Date) -> ContactFact {
        ContactFact(leadID: replied.leadID, at: time, reason: "the lead replied")
    }
}

extension Lead {
    /// With the last of the contacts; `nil` when a later one is known. Events may come late, but none comes from the future.
    package func contacted(_ facts: [ContactFact], now: Date) -> (lead: Lead, reason: String)? {
        guard let last = facts.max(by: { $0.at < $1.at }) else { return nil }
        let at = min(last.at, now)
        guard lastContactAt.map({ $0 < at }) ?? true else { return nil }
        var next = self
        next.lastContactAt = at
        next.version += 1
        next.updatedAt = now
        return (next, last.reason)
    }
}
