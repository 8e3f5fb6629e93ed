import Contracts
import Foundation
import Messaging
import Postgres

/// Makes sites, each for a lead, and has their pages made.
struct SiteCommands: Sendable {
    let database: Database
    let leads: LeadDirectory
    let publicURL: String

    func create(_ asked: Asked<CreateSite>) async throws -> CreateSite.Answer {
        let command = asked.command
        let theme = try command.theme.map(Theme.named)
        let title = try Self.title(command.title)
        guard command.leadID != nil || command.business != nil else {
            throw Problem.invalid([.init(pointer: "/lead_id", detail: "is missing, and so is /business: a site hangs on a lead")])
        }
        let (lead, leadCreated) = try await leads.resolve(command.leadID, command.business, as: asked.actor, key: asked.key)
        try lead.authorize(asked.actor)

        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let (site, created) = try await site(of: lead, title: title, theme: theme, in: transaction)
                return CreateSite.Answer(site: site, leadID: site.leadID, created: created, leadCreated: leadCreated)
            }
        }
    }

    /// The pages are made in the background, by ``GenerationWorker``.
    func generate(_ asked: Asked<GenerateSite>) async throws -> GenerateSite.Answer {
        let wanted = try asked.command.theme.map(Theme.named)
        let lead = try await leads.lead(asked.command.leadID, as: asked.actor)
        try lead.authorize(asked.actor)

        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let (site, _) = try await site(of: lead, title: nil, theme: wanted, in: transaction)
                try site.authorize(asked.actor)
                let theme = try wanted ?? Theme.named(site.theme)
                guard site.state != .archived else { throw Problem.conflict("The site is archived: nothing is made for it any more.") }

                var ledger = StatusLedger(try await transaction.standings(of: [site.leadID]))
                let cause = StatusCause(type: GenerateSite.subject.description, actor: asked.actor.id)
                ledger.follow(.website(WebsiteFact(.generationStarted, at: .recordable)), of: site.leadID, cause: cause)
                try await transaction.record(ledger)
                let job = try await transaction.enqueueGeneration(
                    of: site.id,
                    theme: theme,
                    tone: asked.command.tone ?? site.tone ?? .friendly,
                    by: asked.actor
                )
                let status = ledger.standings[site.leadID]?.website.status ?? .generating
                return GenerateSite.Answer(site: site, websiteStatus: status, jobID: job)
            }
        }
    }

    /// The lead's site, made when it has none: the lock on the lead's standing lets one caller after another ask.
    private func site(
        of lead: Lead,
        title: String?,
        theme: Theme?,
        in transaction: Transaction
    ) async throws -> (site: Site, created: Bool) {
        let (_, survivors) = try await transaction.standingsFollowingMerges(of: [lead.id])
        // Behind the standing's lock, as whoever follows leads does: the other way round the two would wait for each other.
        try await transaction.keep([lead])
        let owner = survivors[lead.id] ?? lead.id
        guard let lead = try await transaction.lead(owner) else { throw Problem.leadNotFound(owner) }
        return try await transaction.ensureSite(of: lead, title: title, theme: theme, publicURL: publicURL)
    }

    private static func title(_ title: String?) throws -> String? {
        guard let title = title?.trimmingCharacters(in: .whitespacesAndNewlines).replacing("\0", with: "") else { return nil }
        guard !title.isEmpty, title.count <= 200 else {
            throw Problem.invalid([.init(pointer: "/title", detail: "must have 1 to 200 characters")])
        }
        return title
    }
}

extension Lead {
    /// Agents work on their own leads, and on those that are nobody's yet.
    ///
    /// - Throws: a `Problem` of status 403.
    func authorize(_ actor: Actor) throws {
        guard actor.role >= .manager || assignedTo == nil || assignedTo == actor.id else { throw Problem.forbidden(needs: .manager) }
    }
}

/// Leads by their id or their business data: from the projection, or, where it doesn't know yet, from their owner.
struct LeadDirectory: Sendable {
    let database: Database
    let commands: CommandClient

    func lead(_ id: LeadID, as actor: Actor) async throws -> Lead {
        if let lead = try await database.lead(id) { return lead }
        // The command may have come before the event: nothing is refused because of that.
        return try await commands.call(ResolveLead(id: id), as: actor).lead
    }

    /// The lead, created from `business` when there is none. A repeat with the same key creates no second one.
    func resolve(_ id: LeadID?, _ business: LeadDraft?, as actor: Actor, key: IdempotencyKey) async throws -> (lead: Lead, created: Bool) {
        if let id { return (try await lead(id, as: actor), false) }
        let question = ResolveLead(gmbID: business?.gmbID, slug: business?.slug, business: business)
        let answer = try await commands.call(question, as: actor, key: IdempotencyKey(rawValue: "\(key.rawValue)/resolve-lead"))
        return (answer.lead, answer.created)
    }
}
