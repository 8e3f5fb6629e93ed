import Contracts
import Foundation
import Messaging
import Postgres

/// Takes over what a predecessor's database has of sites and statuses: each of its rows once, however often they come.
struct AdoptionCommands: Sendable {
    static let limit = 1_000
    /// What the history says an adopted status goes back to.
    static let cause = "adopted"

    let database: Database
    let leads: LeadDirectory
    let publicURL: String

    // MARK: Sites

    func sites(_ asked: Asked<AdoptSites>) async throws -> AdoptionAnswer {
        let sites = asked.command.sites
        try Self.require(asked.actor, sites.count, "/sites")
        if asked.command.dryRun == true { return try await forecast(sites) }
        let snapshots = try await snapshots(of: Set(sites.compactMap(\.leadID)), as: asked.actor)
        return try await database.transaction { transaction in
            try await transaction.takeTurnToAdopt()
            return AdoptionAnswer(results: try await adopt(sites, snapshots, by: asked.actor, at: .recordable, in: transaction))
        }
    }

    /// The leads may be so new that their events are still on the way: then their owner is asked.
    private func snapshots(of ids: Set<LeadID>, as actor: Actor) async throws -> [Lead] {
        var found: [Lead] = []
        for id in ids.sorted() {
            do {
                found.append(try await leads.lead(id, as: actor))
            } catch let problem as Problem where problem.status == 404 {
                continue
            }
        }
        return found
    }

    private func adopt(
        _ sites: [AdoptedSite],
        _ snapshots: [Lead],
        by actor: Actor,
        at time: Date,
        in transaction: Transaction
    ) async throws -> [AdoptionResult] {
        var known = try await transaction.adopted(sites.map(\.origin))
        let (standings, survivors) = try await transaction.standingsFollowingMerges(of: snapshots.map(\.id))
        try await transaction.keep(snapshots)
        var ledger = StatusLedger(standings)
        var adopted: [(origin: AdoptionOrigin, lead: LeadID, site: SiteID?)] = []
        var results: [AdoptionResult] = []
        for site in sites {
            if let lead = known[site.origin] {
                results.append(AdoptionResult(site.origin, .unchanged, leadID: lead))
                continue
            }
            let owner = site.leadID.map { survivors[$0] ?? $0 }
            guard let lead = owner, let standing = ledger.standings[lead], !standing.isErased else {
                results.append(AdoptionResult(site.origin, .refused, remarks: ["there is no such lead, or it was erased"]))
                continue
            }
            guard let inserted = try await transaction.insert(site, of: lead, theme: .mainStreet, at: time) else {
                results.append(AdoptionResult(site.origin, .refused, leadID: lead, remarks: ["no free slug was found"]))
                continue
            }
            try await keepPage(of: site, inserted, lead, by: actor, at: time, in: transaction)
            // Where the lead has another site, only that it bought one is said of the lead itself.
            for status in site.statuses where inserted.isCurrent || status.field == .contact {
                guard let fact = LeadFact(status, now: time) else { continue }
                ledger.follow(fact, of: lead, cause: Self.cause(status, actor))
            }
            try await transaction.publish(events(of: site, inserted, lead, at: time))
            known[site.origin] = lead
            adopted.append((site.origin, lead, inserted.id))
            results.append(AdoptionResult(site.origin, .created, leadID: lead, remarks: remarks(on: site, inserted)))
        }
        try await transaction.record(ledger)
        try await transaction.keep(adopted, at: time)
        return results
    }

    private func keepPage(
        of site: AdoptedSite,
        _ inserted: InsertedSite,
        _ lead: LeadID,
        by actor: Actor,
        at time: Date,
        in transaction: Transaction
    ) async throws {
        try await transaction.publish(
            SiteCreated(leadID: lead, siteID: inserted.id, slug: inserted.slug, title: site.title),
            at: site.createdAt ?? time
        )
        guard let html = site.html else { return }
        let version = try await transaction.addVersion(
            NewSiteVersion(
                content: nil,
                page: AdoptedPage.page(html),
                language: AdoptedPage.language(of: html),
                theme: .mainStreet,
                tone: .friendly,
                madeBy: .adopted,
                requestedBy: actor.id
            ),
            to: inserted.id,
            at: site.createdAt ?? time
        )
        try await transaction.publish(
            SiteGenerated(
                leadID: lead,
                siteID: inserted.id,
                slug: inserted.slug,
                version: version,
                theme: Theme.mainStreet.rawValue,
                url: SiteAddress.url(of: inserted.slug, at: publicURL),
                screenshotURL: SiteAddress.screenshot(of: inserted.slug, at: publicURL)
            ),
            at: site.createdAt ?? time
        )
    }

    private func events(of site: AdoptedSite, _ inserted: InsertedSite, _ lead: LeadID, at time: Date) -> [(event: any Event, time: Date)] {
        var events: [(event: any Event, time: Date)] = []
        if let sold = inserted.purchasedAt {
            events.append((SiteSold(leadID: lead, siteID: inserted.id, customerID: nil, subscriptionID: nil), sold))
        }
        if site.state == .archived {
            events.append((SiteArchived(leadID: lead, siteID: inserted.id, reason: Self.cause), site.archivedAt ?? time))
        }
        return events
    }

    private func remarks(on site: AdoptedSite, _ inserted: InsertedSite) -> [String] {
        var remarks: [String] = []
        if inserted.slug != site.slug { remarks.append("its slug \(site.slug) was taken or not plain: it is \(inserted.slug) now") }
        if let id = site.id, id != inserted.id { remarks.append("its id was taken: it is \(inserted.id) now") }
        if !inserted.isCurrent { remarks.append("its lead has another site: this one is kept beside it") }
        return remarks
    }

    private func forecast(_ sites: [AdoptedSite]) async throws -> AdoptionAnswer {
        let known = try await database.adopted(sites.map(\.origin))
        let wishes = sites.map { AdoptedSlug.candidates($0.slug, id: $0.id ?? .make())[0] }
        let taken = try await database.takenSlugs(among: wishes)
        return AdoptionAnswer(
            results: zip(sites, wishes).map { site, wish in
                if let lead = known[site.origin] { return AdoptionResult(site.origin, .unchanged, leadID: lead) }
                let remarks =
                    wish != site.slug || taken.contains(wish) ? ["its slug \(site.slug) is taken or not plain: it will be another"] : []
                return AdoptionResult(site.origin, .created, leadID: site.leadID, remarks: remarks)
            }
        )
    }

    func find(_ asked: Asked<FindAdoptedSites>) async throws -> FindAdoptedSites.Answer {
        try Self.require(asked.actor, asked.command.origins.count, "/origins")
        return FindAdoptedSites.Answer(sites: try await database.adoptedSites(asked.command.origins))
    }

    // MARK: Statuses

    func statuses(_ asked: Asked<AdoptStatuses>) async throws -> AdoptionAnswer {
        let rows = asked.command.rows
        try Self.require(asked.actor, rows.count, "/rows")
        if asked.command.dryRun == true {
            let known = try await database.adopted(rows.map(\.origin))
            return AdoptionAnswer(results: rows.map { AdoptionResult($0.origin, known[$0.origin] == nil ? .created : .unchanged) })
        }
        return try await database.transaction { transaction in
            try await transaction.takeTurnToAdopt()
            return AdoptionAnswer(results: try await adopt(rows, by: asked.actor, at: .recordable, in: transaction))
        }
    }

    private func adopt(
        _ rows: [AdoptedStatuses],
        by actor: Actor,
        at time: Date,
        in transaction: Transaction
    ) async throws -> [AdoptionResult] {
        var known = try await transaction.adopted(rows.map(\.origin))
        let (standings, survivors) = try await transaction.standingsFollowingMerges(of: rows.compactMap(\.leadID))
        var ledger = StatusLedger(standings)
        var adopted: [(origin: AdoptionOrigin, lead: LeadID, site: SiteID?)] = []
        var facts: [(fact: LeadFact, lead: LeadID, cause: StatusCause)] = []
        let results = rows.map { row -> AdoptionResult in
            if let lead = known[row.origin] { return AdoptionResult(row.origin, .unchanged, leadID: lead) }
            guard let lead = row.leadID.map({ survivors[$0] ?? $0 }) else {
                return AdoptionResult(row.origin, .refused, remarks: ["it is about no lead"])
            }
            for status in row.statuses {
                guard let fact = LeadFact(status, now: time) else { continue }
                facts.append((fact, lead, Self.cause(status, actor)))
            }
            known[row.origin] = lead
            adopted.append((row.origin, lead, nil))
            return AdoptionResult(row.origin, .created, leadID: lead)
        }
        // Of each lead in the order of time, so that the history reads as it went.
        for said in facts.sorted(by: { $0.fact.occurredAt < $1.fact.occurredAt }) {
            ledger.follow(said.fact, of: said.lead, cause: said.cause)
        }
        try await transaction.record(ledger)
        try await transaction.keep(adopted, at: time)
        return results
    }

    // MARK: Both

    private static func require(_ actor: Actor, _ count: Int, _ pointer: String) throws {
        guard actor.role == .admin else { throw Problem.forbidden(needs: .admin) }
        guard (1...limit).contains(count) else {
            throw Problem.invalid([Problem.FieldError(pointer: pointer, detail: "must have 1 to \(limit), and has \(count)")])
        }
    }

    private static func cause(_ status: AdoptedStatus, _ actor: Actor) -> StatusCause {
        StatusCause(type: cause, actor: actor.id, reason: String(status.reason.replacing("\0", with: "").prefix(500)))
    }
}

extension LeadFact {
    /// `nil` for a word that is no status. What is said to happen later has happened now.
    fileprivate init?(_ status: AdoptedStatus, now: Date) {
        let time = min(status.at, now)
        switch status.field {
        case .contact:
            guard let asked = ContactStatus(rawValue: status.to) else { return nil }
            self = .contact(ContactFact(.adopted, at: time, asked: asked))
        case .website:
            guard let asked = WebsiteStatus(rawValue: status.to) else { return nil }
            self = .website(WebsiteFact(.adopted, at: time, asked: asked))
        }
    }
}
