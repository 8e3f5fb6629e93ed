import Contracts
import Foundation
import Messaging
import Postgres

/// What people do with a site that is there: read it, edit it, bring an earlier version back, have it written anew.
struct SiteEditing: Sendable {
    let database: Database
    let leads: LeadDirectory
    let publicURL: String

    func get(_ asked: Asked<GetSite>) async throws -> GetSite.Answer {
        let site = try await site(asked.command)
        try await leads.lead(site.leadID, as: asked.actor).authorize(asked.actor)
        let version = try await database.version(asked.command.version ?? site.version, of: site.id)
        if let wanted = asked.command.version, version == nil { throw Problem.versionNotFound(wanted) }
        return GetSite.Answer(
            site: site,
            version: version?.about,
            content: version?.content?.texts,
            html: asked.command.withHTML == true ? version?.page.html : nil,
            deployment: try await database.deployment(of: site.id)
        )
    }

    func site(_ command: GetSite) async throws -> Site {
        switch (command.siteID, command.slug, command.leadID) {
        case (let id?, nil, nil):
            guard let site = try await database.site(id, publicURL: publicURL)?.site else { throw Problem.siteNotFound("the id \(id)") }
            return site
        case (nil, let slug?, nil):
            guard let site = try await database.site(at: slug, publicURL: publicURL) else { throw Problem.siteNotFound("that slug") }
            return site
        case (nil, nil, let lead?):
            let known = try await database.standingIfKnown(of: lead)?.leadID ?? lead
            guard let site = try await database.site(of: known, publicURL: publicURL) else {
                throw Problem.siteNotFound("the lead \(lead)")
            }
            return site
        default:
            throw Problem.invalid([.init(pointer: "/site_id", detail: "is missing, or there is a /slug or a /lead_id beside it")])
        }
    }

    func versions(_ asked: Asked<ListSiteVersions>) async throws -> ListSiteVersions.Answer {
        let command = asked.command
        let limit = command.limit ?? 50
        let below = command.cursor.map { Int($0) }
        var errors: [Problem.FieldError] = []
        if !(1...200).contains(limit) { errors.append(.init(pointer: "/limit", detail: "must be 1 to 200")) }
        if case .some(.none) = below { errors.append(.init(pointer: "/cursor", detail: "must be a page's next_cursor")) }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let site = try await site(GetSite(siteID: command.siteID))
        try await leads.lead(site.leadID, as: asked.actor).authorize(asked.actor)
        // One more than asked for tells whether there is another page.
        let versions = try await database.versions(of: site.id, below: below.flatMap(\.self), limit: limit + 1)
        let page = Array(versions.prefix(limit))
        return ListSiteVersions.Answer(
            versions: page,
            nextCursor: versions.count > limit ? page.last.map { String($0.version) } : nil
        )
    }

    func edit(_ asked: Asked<EditSiteContent>) async throws -> SiteChange {
        let command = asked.command
        return try await change(command.siteID, asked, expecting: command.expectedVersion) { held, transaction in
            let current = try await held.editable(in: transaction)
            guard let content = current.content else {
                throw Problem.conflict("There is only the page of this version, no content: have the site written anew first.")
            }
            guard let lead = try await transaction.lead(held.lead) else { throw Problem.leadNotFound(held.lead) }
            let edited = try ContentEditing.content(content, with: command.changes).retold(since: content, of: lead)
            guard edited != content else { return }
            let theme = try Theme.named(current.about.theme)
            let page = try SitePage.render(edited, theme: theme, details: SchemaOrg.Details(of: lead, on: edited), url: held.site.url)
            let version = NewSiteVersion(
                content: edited,
                page: page,
                theme: theme,
                tone: current.about.tone,
                madeBy: .edit,
                requestedBy: asked.actor.id
            )
            try await held.keep(version, in: transaction)
        }
    }

    func restore(_ asked: Asked<RestoreVersion>) async throws -> SiteChange {
        let command = asked.command
        return try await change(command.siteID, asked, expecting: command.expectedVersion) { held, transaction in
            let current = try await held.editable(in: transaction)
            guard command.version != current.about.version else { return }
            guard let earlier = try await transaction.version(command.version, of: held.site.id) else {
                throw Problem.versionNotFound(command.version)
            }
            // As it was, to the byte: that is what is asked for.
            let version = NewSiteVersion(
                content: earlier.content,
                page: earlier.page,
                language: earlier.language,
                theme: try Theme.named(earlier.about.theme),
                tone: earlier.about.tone,
                madeBy: .restore,
                restoredFrom: command.version,
                requestedBy: asked.actor.id
            )
            try await held.keep(version, in: transaction)
        }
    }

    /// Written in the background, by ``GenerationWorker``.
    func regenerate(_ asked: Asked<RegenerateSite>) async throws -> SiteChange {
        let command = asked.command
        let wanted = try command.theme.map(Theme.named)
        return try await change(command.siteID, asked, expecting: command.expectedVersion) { held, transaction in
            try held.refuseArchived()
            guard held.isCurrent else { throw Problem.conflict("The lead has another site by now: this one is no longer made anew.") }
            var ledger = held.ledger
            let cause = StatusCause(type: RegenerateSite.subject.description, actor: asked.actor.id)
            ledger.follow(.website(WebsiteFact(.generationStarted, at: .recordable)), of: held.lead, cause: cause)
            try await transaction.record(ledger)
            try await transaction.enqueueGeneration(
                of: held.site.id,
                theme: try wanted ?? Theme.named(held.site.theme),
                tone: command.tone ?? held.site.tone ?? .friendly,
                by: asked.actor
            )
        }
    }

    /// Does `body` once for the command's key, on a site that nobody else changes meanwhile.
    func change<Question: Command>(
        _ id: SiteID,
        _ asked: Asked<Question>,
        expecting version: Int? = nil,
        _ body: (HeldSite, Transaction) async throws -> Void
    ) async throws -> SiteChange {
        let site = try await site(GetSite(siteID: id))
        let lead = try await leads.lead(site.leadID, as: asked.actor)
        try lead.authorize(asked.actor)
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                // The lead's lock first, as everybody does who changes a site.
                let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [site.leadID])
                try await transaction.keep([lead])
                let owner = survivors[site.leadID] ?? site.leadID
                guard let (locked, isCurrent) = try await transaction.lockedSite(id, publicURL: publicURL), locked.leadID == owner else {
                    throw Problem.conflict("The site's lead was merged into another one meanwhile.")
                }
                try locked.authorize(asked.actor)
                if let version, version != locked.version {
                    throw Problem.conflict("The site is at version \(locked.version) by now, not at \(version).")
                }
                let held = HeldSite(site: locked, lead: owner, isCurrent: isCurrent, ledger: StatusLedger(standings))
                try await body(held, transaction)
                guard let left = try await transaction.site(id, publicURL: publicURL)?.site else {
                    throw Problem.siteNotFound("the id \(id)")
                }
                return SiteChange(
                    site: left,
                    websiteStatus: try await transaction.standingIfKnown(of: owner)?.website.status ?? .none,
                    deployment: try await transaction.deployment(of: id)
                )
            }
        }
    }
}

/// A site that is locked, and its lead too.
struct HeldSite: Sendable {
    let site: Site
    let lead: LeadID
    /// Whether it is the one that its lead has now.
    let isCurrent: Bool
    let ledger: StatusLedger

    func refuseArchived() throws {
        guard site.state != .archived else { throw Problem.conflict("The site is archived: nothing is changed on it any more.") }
    }

    /// The version that a person may change.
    func editable(in transaction: Transaction) async throws -> StoredVersion {
        try refuseArchived()
        guard try await !transaction.isBeingGenerated(site.id) else {
            throw Problem.conflict("The site is being written just now: what is changed meanwhile would be lost.")
        }
        guard let current = try await transaction.version(site.version, of: site.id) else {
            throw Problem.conflict("The site has no page yet.")
        }
        return current
    }

    /// Makes it the site's current version, and tells of it.
    func keep(_ version: NewSiteVersion, in transaction: Transaction) async throws {
        let now = Date.recordable
        if let name = version.content?.name { try await transaction.rename(site.id, to: name) }
        let number = try await transaction.addVersion(version, to: site.id, at: now)
        let generated = SiteGenerated(
            leadID: lead,
            siteID: site.id,
            slug: site.slug,
            version: number,
            theme: version.theme.rawValue,
            url: site.url,
            screenshotURL: site.screenshotURL
        )
        try await transaction.publish(generated, at: now)
    }
}

extension Problem {
    fileprivate static func versionNotFound(_ version: Int) -> Self {
        Self("version-not-found", "There is no such version", status: 404, detail: "The site has no version \(version).")
    }
}
