import Contracts
package import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Archives sites when what was paid for ends. An end that is told less than a minute before may be decided on a minute late.
package struct SubscriptionEndSweeper: Service {
    let database: Database
    let logger: Logger
    var pause = Duration.seconds(60)

    package init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    package func run() async throws {
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

    /// Returns false when no subscription has come to its end. One that can't be decided on is put off, and holds up no other.
    package func sweepNext(at time: Date) async throws -> Bool {
        var taken: EventID?
        do {
            return try await database.transaction { transaction in
                taken = try await transaction.lockEnd(due: time)
                guard let taken, let end = try await transaction.takeEnd(taken) else { return false }
                try await decide(on: end, at: time, in: transaction)
                return true
            }
        } catch {
            guard let taken, !Task.isCancelled, (error as? DatabaseError)?.isOutage != true else { throw error }
            logger.error("A subscription could not be ended", metadata: ["event.id": "\(taken)", "error": "\(error)"])
            try await database.putOffEnd(taken, from: time)
            return true
        }
    }

    private func decide(on end: SubscriptionEnd, at time: Date, in transaction: Transaction) async throws {
        let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [end.leadID])
        let lead = survivors[end.leadID] ?? end.leadID
        // More may have been paid since it was put on the list.
        if let later = try await transaction.paidEnd(of: end.site, lead), later > time {
            return try await transaction.scheduleEnd(of: lead, site: end.site, at: later, saidAt: end.saidAt, cause: end.cause)
        }
        var ledger = StatusLedger(standings)
        let ending = end.cause.eventID.map { EndingSubscription(cause: $0, leadID: lead, site: end.site) }
        let beside = try await transaction.endsBeside([ending].compactMap(\.self)).first?.value
        let fact = LeadFact.website(WebsiteFact(.subscriptionEnded, at: end.endsAt, saidAt: end.saidAt))
        ledger.follow(beside == nil ? fact : fact.besideTheSite, of: lead, cause: end.cause)
        // The status says nothing of that one's going on.
        let isFurtherEnd = beside == .anotherSite ? try await !transaction.isPaidOn(end.site) : false
        let moves = ledger.entries.compactMap { entry -> SiteMove? in
            guard case .website(_, let to) = entry.move, let next = to ?? (isFurtherEnd ? .archived : nil) else { return nil }
            return SiteMove(leadID: lead, to: next, at: end.endsAt, site: end.site, reason: "subscription_ended")
        }
        try await transaction.record(ledger, sites: moves)
    }
}
