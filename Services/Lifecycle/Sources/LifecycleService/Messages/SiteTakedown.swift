import Contracts
import Foundation
import Messaging

/// Takes sites off the net: for good, or for a while.
struct SiteTakedown: Sendable {
    let editing: SiteEditing
    let commands: CommandClient

    func archive(_ asked: Asked<ArchiveSite>) async throws -> SiteChange {
        let reason = try Self.reason(asked.command.reason)
        let ended = try await endSubscription(asked)
        return try await editing.change(asked.command.siteID, asked, expecting: asked.command.expectedVersion) { held, transaction in
            // Billing's own word of the end may be still to come.
            if let running = held.site.runningSubscription, running != ended { throw Problem.subscriptionGoesOn(running, held.site) }
            guard held.site.state != .archived else { return }
            try await transaction.cancelGeneration(of: held.site.id)
            let now = Date.recordable
            let move = SiteMove(leadID: held.lead, to: .archived, at: now, site: held.site.id, reason: reason)
            // Another site of the lead says nothing about where the lead stands.
            guard held.isCurrent else { return try await transaction.follow([move]) }
            var ledger = held.ledger
            let cause = StatusCause(type: ArchiveSite.subject.description, actor: asked.actor.id, reason: reason)
            ledger.follow(.website(WebsiteFact(.setByHand, at: now, asked: .archived)), of: held.lead, cause: cause)
            try await transaction.record(ledger, sites: [move])
        }
    }

    /// Has billing end what pays for the site, where that is asked for: before anything is changed here, and once for the command's key.
    ///
    /// - Returns: the subscription that has ended; none where none goes on.
    /// - Throws: a `Problem` of status 409 where one goes on and is not to be ended; or billing's.
    private func endSubscription(_ asked: Asked<ArchiveSite>) async throws -> SubscriptionID? {
        let site = try await editing.site(GetSite(siteID: asked.command.siteID))
        guard let running = site.runningSubscription else { return nil }
        try await editing.leads.lead(site.leadID, as: asked.actor).authorize(asked.actor)
        try site.authorize(asked.actor)
        guard asked.command.cancelSubscription == true else { throw Problem.subscriptionGoesOn(running, site) }
        let key = IdempotencyKey(rawValue: "\(asked.key.rawValue)/cancel-subscription")
        return try await commands.call(CancelSubscription(subscriptionID: running), as: asked.actor, key: key).id
    }

    func suspend(_ asked: Asked<SuspendSite>) async throws -> SiteChange {
        try await set(asked.command.siteID, asked, isSuspended: true, because: asked.command.reason)
    }

    func resume(_ asked: Asked<ResumeSite>) async throws -> SiteChange {
        try await set(asked.command.siteID, asked, isSuspended: false, because: asked.command.reason)
    }

    /// The website status stays `sold`: the site is still its customer's.
    private func set<Question: Command>(
        _ site: SiteID,
        _ asked: Asked<Question>,
        isSuspended: Bool,
        because words: String
    ) async throws -> SiteChange {
        let reason = try Self.reason(words)
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        return try await editing.change(site, asked) { held, transaction in
            guard held.site.state == .active || held.site.state == .suspended else {
                throw Problem.conflict("The site is \(held.site.state.rawValue): only a customer's can be suspended or resumed.")
            }
            guard try await transaction.suspend(site, isSuspended) else { return }
            let now = Date.recordable
            let event: any Event =
                isSuspended
                ? SiteSuspended(leadID: held.lead, siteID: site, reason: reason)
                : SiteRestored(leadID: held.lead, siteID: site, state: .active, reason: reason, url: held.site.seenAt)
            let id = try await transaction.publish([(event, now)]).first
            guard held.isCurrent else { return }
            var ledger = held.ledger
            let cause = StatusCause(eventID: id, type: Question.subject.description, actor: asked.actor.id, reason: reason)
            ledger.follow(.website(WebsiteFact(isSuspended ? .suspended : .resumed, at: now)), of: held.lead, cause: cause)
            try await transaction.record(ledger)
        }
    }

    /// - Throws: a `Problem` of status 422.
    private static func reason(_ words: String) throws -> String {
        let reason = words.trimmingCharacters(in: .whitespacesAndNewlines).replacing("\0", with: "")
        guard (1...1_000).contains(reason.count) else {
            throw Problem.invalid([.init(pointer: "/reason", detail: "must say why, in 1,000 characters at most")])
        }
        return reason
    }
}

extension Site {
    /// What its customer goes on paying by.
    fileprivate var runningSubscription: SubscriptionID? { subscriptionStatus == .cancelled ? nil : subscriptionID }

    /// Agents make and mend previews. What a customer pays for is changed by those who answer for it.
    ///
    /// - Throws: a `Problem` of status 403.
    func authorize(_ actor: Actor) throws {
        let isCustomers = state == .active || state == .suspended || runningSubscription != nil
        guard actor.role < .manager, isCustomers else { return }
        var problem = Problem.forbidden(needs: .manager)
        problem.detail = "The site is a customer's: only a manager or an admin changes it."
        throw problem
    }
}

extension Problem {
    fileprivate static func subscriptionGoesOn(_ subscription: SubscriptionID, _ site: Site) -> Self {
        Self(
            "subscription-goes-on",
            "The site is still paid for",
            status: 409,
            detail:
                "Its subscription \(subscription) is \(site.subscriptionStatus?.rawValue ?? "running"): cancel it too, or the customer goes on paying.",
            errors: [.init(pointer: "/cancel_subscription", detail: "must be true")]
        )
    }
}
