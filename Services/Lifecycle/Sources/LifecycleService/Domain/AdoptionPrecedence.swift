package import Contracts

/// How far a status is, for what is adopted from a predecessor's database: only what is further moves a lead or a site that stands elsewhere.
package enum AdoptionPrecedence {
    /// As the rules have it: a reply outweighs a bounce, a refusal an interest, and a purchase all.
    package static func rank(_ status: ContactStatus) -> Int {
        switch status {
        case .pending: 0
        case .emailed, .smsSent: 1
        case .opened: 2
        case .clicked: 3
        case .bounced: 4
        case .replied: 5
        case .interested: 6
        case .unsubscribed: 7
        case .purchased: 8
        }
    }

    package static func rank(_ status: WebsiteStatus) -> Int {
        switch status {
        case .none: 0
        // A page that is being made is newer than any that is adopted.
        case .generating, .generated: 1
        case .deployed: 2
        case .sold: 3
        case .archived: 4
        }
    }
}
