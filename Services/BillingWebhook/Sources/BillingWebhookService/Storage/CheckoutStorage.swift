import Contracts
import Foundation
import Messaging
import Postgres

extension Transaction {
    /// The checkout of `site` that is being made or can be paid, locked; at most one, by a unique index.
    func checkoutInUse(of site: SiteID) async throws -> (id: CheckoutID, standing: CheckoutRules.Standing)? {
        let row = try await row(
            """
            SELECT id, state, url, expires_at, lease_ends_at
            FROM checkouts
            WHERE site_id = \(site) AND state IN ('creating', 'open')
            FOR UPDATE
            """
        )
        guard let row else { return nil }
        let id: CheckoutID = try row.decode("id")
        guard try row.decode("state", as: String.self) == "open" else {
            return (id, .creating(leaseEnds: try row.decode("lease_ends_at")))
        }
        return (id, .open(url: try row.decode("url"), expiresAt: try row.decode("expires_at")))
    }

    /// Returns false when another request was first. Whose it is says the site, held so that no merge moves it meanwhile.
    func insert(_ draft: CheckoutDraft, at time: Date) async throws -> Bool {
        try await execute(
            """
            INSERT INTO checkouts
                (id, site_id, lead_id, amount_minor, currency, billing_interval, billing_interval_count, created_at, lease_ends_at)
            SELECT \(draft.id)::uuid, site_id, lead_id, \(draft.price.amount.minorUnits)::bigint, \(draft.price.amount.currency.code)::text,
                \(draft.price.interval.unit.rawValue)::text, \(draft.price.interval.count)::integer, \(time)::timestamptz,
                \(time + CheckoutRules.lease)::timestamptz
            FROM (SELECT site_id, lead_id FROM sites WHERE site_id = \(draft.site.id) FOR SHARE) AS site
            ON CONFLICT (site_id) WHERE state IN ('creating', 'open') DO NOTHING
            """
        ) == 1
    }

    /// Takes over a checkout that nobody is at, at the price that was set when it was made.
    func renewLease(of checkout: CheckoutID, at time: Date) async throws -> Price {
        let row = try await row(
            """
            UPDATE checkouts SET lease_ends_at = \(time + CheckoutRules.lease)
            WHERE id = \(checkout)
            RETURNING amount_minor, currency, billing_interval, billing_interval_count
            """
        )
        guard let row else { throw Problem.conflict("The checkout is gone.") }
        let unit: String = try row.decode("billing_interval")
        return Price(
            amount: try row.requiredMoney("amount_minor"),
            interval: BillingInterval(BillingInterval.Unit(rawValue: unit) ?? .month, count: try row.decode("billing_interval_count"))
        )
    }

    /// Stores the provider's answer, the first one only. Returns whose it is; nil when there is an answer already.
    func open(_ checkout: CheckoutID, as answer: RecurrenteCheckoutAnswer, expiresAt: Date, at time: Date) async throws -> LeadID? {
        try await row(
            """
            UPDATE checkouts
            SET state = CASE state WHEN 'creating' THEN 'open' ELSE state END,
                provider_id = \(answer.id), url = \(answer.checkoutURL), opened_at = \(time), expires_at = \(expiresAt)
            WHERE id = \(checkout) AND opened_at IS NULL
            RETURNING lead_id
            """
        )?.decode("lead_id")
    }

    /// Ends unpaid checkouts whose time is over, and tells.
    ///
    /// - Returns: how many.
    func expireCheckouts(due time: Date, limit: Int = 200) async throws -> Int {
        try await expire(
            """
            SELECT id FROM checkouts
            WHERE state = 'open' AND expires_at <= \(time)
            ORDER BY expires_at
            LIMIT \(limit)
            FOR UPDATE SKIP LOCKED
            """,
            at: time
        )
    }

    /// Ends this one early: so little is left of it that it is of no use any more.
    func expire(_ checkout: CheckoutID, at time: Date) async throws {
        _ = try await expire("SELECT \(checkout)::uuid", at: time)
    }

    private func expire(_ chosen: SQL, at time: Date) async throws -> Int {
        let expired = try await rows(
            """
            UPDATE checkouts SET state = 'expired'
            WHERE state = 'open' AND id IN (\(fragment: chosen))
            RETURNING id, lead_id, site_id, expires_at
            """
        )
        let events = try expired.map { row -> (event: any Event, time: Date) in
            let event = CheckoutExpired(
                leadID: try row.decode("lead_id"),
                siteID: try row.decode("site_id"),
                checkoutID: try row.decode("id")
            )
            return (event, min(try row.decode("expires_at"), time))
        }
        try await publish(events)
        return events.count
    }
}

extension SQL {
    /// Paid is for good, also when it had expired here meanwhile.
    static func markPaid(_ checkout: CheckoutID, providerID: String?, at time: Date) -> SQL {
        """
        UPDATE checkouts
        SET state = 'paid', paid_at = least(paid_at, \(time)), provider_id = coalesce(provider_id, \(providerID))
        WHERE id = \(checkout)
        """
    }
}

extension SQLExecutor {
    /// Where the checkout is paid; none as long as the provider hasn't said.
    func pageOfCheckout(_ checkout: CheckoutID) async throws -> String? {
        try await row("SELECT url FROM checkouts WHERE id = \(checkout)")?.decodeIfPresent("url")
    }

    /// Lets the next visitor try at once.
    func endLease(of checkout: CheckoutID, at time: Date) async throws {
        try await execute("UPDATE checkouts SET lease_ends_at = \(time) WHERE id = \(checkout) AND opened_at IS NULL")
    }
}
