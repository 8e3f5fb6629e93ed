import Contracts
import Foundation
import Logging
import Messaging
import Postgres

/// Sells a site: one checkout for all who want to buy it, until it is paid or its time is over.
struct CheckoutDesk: Sendable {
    enum Offer: Hashable, Sendable {
        case pay(at: String)
        case sold
        case archived
        case unknown
        case tryLater
    }

    private enum Claim: Sendable {
        case settled(Offer)
        /// Ours to bring to the provider.
        case ours(CheckoutDraft)
        case wait
    }

    let database: Database
    let api: RecurrenteAPI?
    let settings: BillingSettings
    let publicURL: String
    let logger: Logger
    var now: @Sendable () -> Date = { Date() }
    /// So long a visitor waits for another one's checkout to be made.
    var patience = Duration.seconds(12)

    /// What to do with somebody who wants to buy the site at `slug`.
    func sell(_ slug: String) async throws -> Offer {
        let deadline = ContinuousClock.now + patience
        while true {
            switch try await claim(slug) {
            case .settled(let offer): return offer
            case .ours(let draft): return try await bringToProvider(draft)
            case .wait:
                guard ContinuousClock.now < deadline else { return .tryLater }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// What there is already for a request that must not change anything (HEAD).
    func look(at slug: String) async throws -> Offer {
        guard let site = try await database.siteForSale(at: slug) else { return .unknown }
        if site.isSold { return .sold }
        return site.isArchived ? .archived : .tryLater
    }

    /// Our own row comes first; a unique index lets one request in for each site.
    private func claim(_ slug: String) async throws -> Claim {
        let time = now()
        return try await database.transaction { transaction in
            guard let site = try await transaction.siteForSale(at: slug) else { return .settled(.unknown) }
            if site.isArchived { return .settled(.archived) }
            if site.isSold { return .settled(.sold) }
            guard api != nil else { return .settled(.tryLater) }

            let checkout = try await transaction.checkoutInUse(of: site.id)
            switch CheckoutRules.step(checkout?.standing, at: time) {
            case .redirect(let url): return .settled(.pay(at: url))
            case .wait: return .wait
            case .takeOver:
                guard let checkout else { return .wait }
                let price = try await transaction.renewLease(of: checkout.id, at: time)
                return .ours(CheckoutDraft(id: checkout.id, site: site, price: price))
            case .expireAndCreate, .create:
                if let checkout { try await transaction.expire(checkout.id, at: time) }
                let draft = CheckoutDraft(id: .make(at: time), site: site, price: settings.price)
                return try await transaction.insert(draft, at: time) ? .ours(draft) : .wait
            }
        }
    }

    private func bringToProvider(_ draft: CheckoutDraft) async throws -> Offer {
        guard let api else { return .tryLater }
        let expiresAt = now() + CheckoutRules.lifetime
        let answer: RecurrenteCheckoutAnswer
        do {
            answer = try await api.create(
                RecurrenteCheckoutRequest(
                    for: draft,
                    successURL: settings.successURL ?? "\(publicURL)/checkout/\(draft.site.slug)/thanks",
                    cancelURL: settings.cancelURL ?? draft.site.url ?? "\(publicURL)/checkout/\(draft.site.slug)/cancelled",
                    expiresAt: expiresAt
                )
            )
        } catch {
            logger.error(
                "Recurrente made no checkout",
                metadata: ["lead.id": "\(draft.site.leadID)", "checkout.id": "\(draft.id)", "error": "\(error)"]
            )
            try await database.endLease(of: draft.id, at: now())
            return .tryLater
        }
        try await open(draft, as: answer, expiresAt: expiresAt)
        // Another request's answer may have been stored first: then that page is the one that counts.
        return .pay(at: try await database.pageOfCheckout(draft.id) ?? answer.checkoutURL)
    }

    private func open(_ draft: CheckoutDraft, as answer: RecurrenteCheckoutAnswer, expiresAt: Date) async throws {
        let time = now()
        try await database.transaction { transaction in
            guard let lead = try await transaction.open(draft.id, as: answer, expiresAt: expiresAt, at: time) else { return }
            let created = CheckoutCreated(
                leadID: lead,
                siteID: draft.site.id,
                checkoutID: draft.id,
                amount: draft.price.amount
            )
            try await transaction.publish(created, at: time)
            try await transaction.wakeDeliveries(waitingFor: [.providerCheckout(answer.id), .checkout(draft.id)], at: time)
        }
    }
}
