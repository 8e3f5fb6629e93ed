import Contracts
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Archives sites when what was paid for ends. An end that is told less than a minute before may be decided on a minute late.
struct SubscriptionEndSweeper: Service {
    let database: Database
    let logger: Logger
    var pause = Duration.seconds(60)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await sweepNext(at: .recordable) {}
                    try await Task.sleep(for: try await untilNext())
                } catch {
                    if !Task.isCancelled { logger.warning("Subscriptions can't be ended just now", metadata: ["error": "\(error)"]) }
                    try await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    private func untilNext() async throws -> Duration {
        guard let next = try await database.nextEnd() else { return pause }
        return min(pause, max(.milliseconds(10), .seconds(next.timeIntervalSinceNow)))
    }

    /// Returns false when no subscription has come to its end.
    func sweepNext(at time: Date) async throws -> Bool {
        try await database.transaction { transaction in
            guard let end = try await transaction.takeEnd(due: time) else { return false }
            let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [end.leadID])
            let lead = survivors[end.leadID] ?? end.leadID
            var ledger = StatusLedger(standings)
            let ending = end.cause.eventID.map { EndingSubscription(cause: $0, leadID: lead, site: end.site) }
            let beside = try await transaction.endsBeside([ending].compactMap(\.self)).first?.value
            let fact = LeadFact.website(WebsiteFact(.subscriptionEnded, at: end.endsAt, saidAt: end.saidAt))
            ledger.follow(beside == nil ? fact : fact.besideTheSite, of: lead, cause: end.cause)
            let moves = ledger.entries.compactMap { entry -> SiteMove? in
                guard case .website(_, let to) = entry.move, let next = to ?? (beside == .anotherSite ? .archived : nil) else { return nil }
                return SiteMove(leadID: lead, to: next, at: end.endsAt, site: end.site, reason: "subscription_ended")
            }
            try await transaction.record(ledger, sites: moves)
            return true
        }
    }
}
