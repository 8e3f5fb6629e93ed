import Contracts
import Foundation
import Messaging
import Postgres

/// Keeps up with whose sites there are, and wakes the notices that waited to know.
struct ProjectionHandlers: Sendable {
    func keep(_ created: Received<LeadCreated>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.keep(created.fact.snapshot)
        return .done
    }

    func keep(_ updated: Received<LeadUpdated>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.keep(updated.fact.snapshot)
        return .done
    }

    func keep(_ archived: Received<LeadArchived>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.keep(archived.fact.snapshot)
        return .done
    }

    func keep(_ restored: Received<LeadRestored>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.keep(restored.fact.snapshot)
        return .done
    }

    func merge(_ merged: Received<LeadMerged>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.keep(merged.fact.snapshot)
        try await transaction.merge(merged.fact.mergedLeadID, into: merged.fact.leadID, at: merged.time)
        return .done
    }

    func erase(_ erased: Received<LeadErased>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.erase(erased.fact.leadID, at: erased.time)
        return .done
    }

    func keep(_ created: Received<SiteCreated>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.keep(created.fact)
        return .done
    }

    func keep(_ generated: Received<SiteGenerated>, in transaction: Transaction) async throws -> Outcome {
        let site = generated.fact
        _ = try await transaction.pipeline([
            .lockMoney(of: site.leadID),
            .keepSite(site.siteID, of: site.leadID, slug: site.slug, url: site.url),
            .wakeDeliveries(waitingFor: [.site(site.siteID)], at: Date()),
        ])
        return .done
    }

    func markSold(_ sold: Received<SiteSold>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.execute(.markSold(sold.fact.siteID, at: sold.time)) == 1 ? .done : .retry(reason: "the site is not known yet")
    }

    func markArchived(_ archived: Received<SiteArchived>, in transaction: Transaction) async throws -> Outcome {
        try await transaction.markArchived(archived.fact.siteID, at: archived.time) ? .done : .retry(reason: "the site is not known yet")
    }

    /// A customer's site that is shown again is sold as before.
    func markRestored(_ restored: Received<SiteRestored>, in transaction: Transaction) async throws -> Outcome {
        guard restored.fact.state == .preview else { return .done }
        return try await transaction.markForSale(restored.fact.siteID, at: restored.time)
            ? .done : .retry(reason: "the site is not known yet")
    }
}
