import Contracts
import Foundation
import Postgres

/// A visit that is to be told of.
struct ToldVisit: Sendable {
    var site: SiteID
    var leadID: LeadID
    var byMachine: Bool
    var at: Date

    var event: SiteVisited { SiteVisited(leadID: leadID, siteID: site, byMachine: byMachine) }
}

/// All SQL on `site_visits`.
extension Transaction {
    /// Adds visits to those that are known.
    ///
    /// - Precondition: `counted` is in one order whoever adds: else two instances would wait for each other.
    /// - Returns: those of which none was told within the minute.
    func addVisits(_ counted: [(key: VisitCounter.Kind, value: VisitCounter.Tally)]) async throws -> [ToldVisit] {
        let leads = Dictionary(counted.map { ($0.key.site, $0.value.leadID) }) { first, _ in first }
        return try await rows(
            """
            INSERT INTO site_visits AS known (site_id, by_machine, visits, first_at, last_at, told_at)
            SELECT site_id, by_machine, visits, first_at, last_at, now()
            FROM unnest(
                \(counted.map(\.key.site))::uuid[], \(counted.map(\.key.byMachine))::boolean[], \(counted.map(\.value.visits))::bigint[],
                \(counted.map(\.value.firstAt))::timestamptz[], \(counted.map(\.value.lastAt))::timestamptz[]
            ) WITH ORDINALITY AS given (site_id, by_machine, visits, first_at, last_at, number)
            ORDER BY number
            ON CONFLICT (site_id, by_machine) DO UPDATE
            SET visits = known.visits + excluded.visits,
                first_at = least(known.first_at, excluded.first_at),
                last_at = greatest(known.last_at, excluded.last_at),
                told_at = CASE WHEN known.told_at <= now() - interval '1 minute' THEN now() ELSE known.told_at END
            RETURNING site_id, by_machine, last_at, told_at = now() AS is_told
            """
        ).compactMap { row in
            let site: SiteID = try row.decode("site_id")
            guard try row.decode("is_told", as: Bool.self), let lead = leads[site] else { return nil }
            return ToldVisit(site: site, leadID: lead, byMachine: try row.decode("by_machine"), at: try row.decode("last_at"))
        }
    }
}

extension SQLExecutor {
    /// All visits to the sites that hang on the lead, also to those that it no longer has.
    func visits(of lead: LeadID) async throws -> SiteVisits {
        let rows = try await rows(
            """
            SELECT by_machine, sum(visits)::bigint AS visits, min(first_at) AS first_at, max(last_at) AS last_at
            FROM site_visits JOIN sites ON sites.id = site_visits.site_id
            WHERE sites.lead_id = \(lead)
            GROUP BY by_machine
            """
        )
        var visits = SiteVisits(leadID: lead, persons: 0, machines: 0)
        for row in rows {
            if try row.decode("by_machine") {
                visits.machines = try row.decode("visits")
                visits.lastMachineAt = try row.decode("last_at")
            } else {
                visits.persons = try row.decode("visits")
                visits.firstPersonAt = try row.decode("first_at")
                visits.lastPersonAt = try row.decode("last_at")
            }
        }
        return visits
    }
}
