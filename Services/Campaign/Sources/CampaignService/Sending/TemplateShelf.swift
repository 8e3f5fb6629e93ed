import Contracts
import Synchronization

/// Keeps the templates of the campaigns under way, so that they are read once and not for each message.
final class TemplateShelf: Sendable {
    private static let room = 64
    private let sets = Mutex<[CampaignID: TemplateSet]>([:])

    /// - Throws: `Problem.invalid` when they can't be read.
    func templates(for message: ClaimedMessage) throws -> TemplateSet {
        if let known = sets.withLock({ $0[message.campaign] }) { return known }
        let new = try TemplateSet(message.template, message.channel)
        sets.withLock { sets in
            if sets.count >= Self.room { sets = [:] }
            sets[message.campaign] = new
        }
        return new
    }
}
