import Contracts
import Foundation
import Postgres

/// A fact about the subscription of a site: the one that it names, or the one that the lead has.
struct SubscriptionNews: Sendable {
    var cause: EventID
    var leadID: LeadID
    var site: SiteID?
    var fact: SiteSubscription.Fact
}

/// All SQL on what sites are paid by.
extension Transaction {
    /// Keeps the subscriptions of sites up to what became known, in its order.
    ///
    /// - Precondition: the leads' standings are locked.
    /// - Returns: what each fact made of them, where there is such a site.
    func follow(_ news: [SubscriptionNews]) async throws -> [EventID: SubscriptionTurn] {
        guard !news.isEmpty else { return [:] }
        let rows = try await rows(
            """
            SELECT id, lead_id, superseded_at IS NULL AS is_current, subscription_id, subscription_status, subscription_since,
                subscription_changed_at, subscription_resumed_at, current_period_end, ends_at
            FROM sites
            WHERE id = ANY (\(news.compactMap(\.site))::uuid[])
                OR (lead_id = ANY (\(news.filter { $0.site == nil }.map(\.leadID))::uuid[]) AND superseded_at IS NULL)
            ORDER BY id
            FOR NO KEY UPDATE
            """
        )
        var known: [SiteID: SiteSubscription] = [:]
        var sites: Set<SiteID> = []
        var current: [LeadID: SiteID] = [:]
        for row in rows {
            let site: SiteID = try row.decode("id")
            sites.insert(site)
            if try row.decode("is_current") { current[try row.decode("lead_id")] = site }
            known[site] = try SiteSubscription(row)
        }
        var changed = known
        var turns: [EventID: SubscriptionTurn] = [:]
        for piece in news {
            guard let site = piece.site ?? current[piece.leadID], sites.contains(site) else { continue }
            let (before, after) = (changed[site], SiteSubscription.following(piece.fact, after: changed[site]))
            changed[site] = after
            let isOfLeadsSite = current[piece.leadID] == site
            turns[piece.cause] = SubscriptionTurn(piece.fact, before: before, after: after, site: site, isOfLeadsSite: isOfLeadsSite)
        }
        let updates = changed.filter { known[$0.key] != $0.value }.sorted { $0.key < $1.key }
        guard !updates.isEmpty else { return turns }
        try await execute(
            """
            UPDATE sites AS site
            SET subscription_id = new.id, subscription_status = new.status, subscription_since = new.since,
                subscription_changed_at = new.changed_at, subscription_resumed_at = new.resumed_at,
                current_period_end = new.current_period_end, ends_at = new.ends_at
            FROM unnest(
                \(updates.map(\.key))::uuid[], \(updates.map(\.value.id))::uuid[], \(updates.map(\.value.status.rawValue))::text[],
                \(updates.map(\.value.since))::timestamptz[], \(updates.map(\.value.changedAt))::timestamptz[],
                \(updates.map(\.value.resumedAt))::timestamptz[], \(updates.map(\.value.currentPeriodEnd))::timestamptz[],
                \(updates.map(\.value.endsAt))::timestamptz[]
            ) AS new (site_id, id, status, since, changed_at, resumed_at, current_period_end, ends_at)
            WHERE site.id = new.site_id
            """
        )
        return turns
    }
}

/// A subscription that is said to end.
struct EndingSubscription: Sendable {
    var cause: EventID
    var leadID: LeadID
    var site: SiteID?
    /// None where any that pays takes its place.
    var id: SubscriptionID?

    /// Why it says nothing of where its lead stands.
    enum Beside: Sendable {
        /// It is of another site of the lead's: the lead was two.
        case anotherSite
        /// Another subscription pays for the site.
        case replaced
    }
}

extension Transaction {
    /// Those that don't end what pays for the site that their lead has now.
    ///
    /// - Precondition: the leads' standings are locked, and the subscriptions followed.
    func endsBeside(_ ends: [EndingSubscription]) async throws -> [EventID: EndingSubscription.Beside] {
        guard !ends.isEmpty else { return [:] }
        let rows = try await rows(
            """
            SELECT cause, EXISTS (SELECT FROM sites WHERE id = given.site_id AND superseded_at IS NOT NULL) AS is_of_another_site,
                EXISTS (
                    SELECT FROM sites AS own
                    WHERE own.lead_id = given.lead_id AND own.superseded_at IS NULL AND own.subscription_status <> 'cancelled'
                        AND own.subscription_id IS DISTINCT FROM given.subscription_id
                ) AS is_replaced
            FROM unnest(
                \(ends.map(\.cause))::uuid[], \(ends.map(\.leadID))::uuid[], \(ends.map(\.site))::uuid[], \(ends.map(\.id))::uuid[]
            ) AS given (cause, lead_id, site_id, subscription_id)
            """
        )
        return try rows.reduce(into: [:]) { beside, row in
            let cause: EventID = try row.decode("cause")
            if try row.decode("is_of_another_site") {
                beside[cause] = .anotherSite
            } else if try row.decode("is_replaced") {
                beside[cause] = .replaced
            }
        }
    }
}

extension SiteSubscription {
    /// None when the site is not paid by one.
    fileprivate init?(_ row: Row) throws {
        guard let id: SubscriptionID = try row.decodeIfPresent("subscription_id") else { return nil }
        self.init(
            id: id,
            status: try row.word("subscription_status"),
            since: try row.decodeIfPresent("subscription_since"),
            changedAt: try row.decode("subscription_changed_at"),
            resumedAt: try row.decodeIfPresent("subscription_resumed_at"),
            currentPeriodEnd: try row.decodeIfPresent("current_period_end"),
            endsAt: try row.decodeIfPresent("ends_at")
        )
    }
}
