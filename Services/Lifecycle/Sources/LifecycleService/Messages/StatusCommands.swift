import Contracts
import Foundation
import Messaging
import Postgres

/// Where leads stand, how they came there, and the people who overrule the rules.
struct StatusCommands: Sendable {
    let database: Database
    let publicURL: String

    func status(_ asked: Asked<GetStatus>) async throws -> LeadStatus {
        let status = try await database.leadStatus(of: asked.command.leadID, publicURL: publicURL)
        try await authorize(asked.actor, status.leadID)
        return status
    }

    func authorize(_ actor: Actor, _ lead: LeadID) async throws {
        guard actor.role < .manager else { return }
        try await database.lead(lead)?.authorize(actor)
    }

    /// A person overrules the rules; the history says who did, and why.
    func override(_ asked: Asked<OverrideStatus>) async throws -> LeadStatus {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let command = asked.command
        let override = try Override(command, by: asked.actor)

        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                guard let known = try await transaction.standingIfKnown(of: command.leadID) else {
                    throw Problem.leadNotFound(command.leadID)
                }
                var ledger = StatusLedger(try await transaction.standings(of: [known.leadID]))
                if let standing = ledger.standings[known.leadID] { try Self.check(standing, command.expectedVersion) }
                for fact in override.facts(at: .recordable) {
                    ledger.follow(fact, of: known.leadID, cause: override.cause)
                }
                try await transaction.record(ledger)
                try await follow(ledger, override, by: asked.actor, in: transaction)
                return try await transaction.leadStatus(of: known.leadID, publicURL: publicURL)
            }
        }
    }

    /// - Throws: a `Problem`: 410 when nothing may be written about the lead any more, 409 when it has moved on since it was looked at.
    private static func check(_ standing: LeadStanding, _ expected: Int?) throws {
        guard !standing.isErased else {
            throw Problem("lead-erased", "The lead was erased", status: 410, detail: "Nothing can be changed of it any more.")
        }
        guard let expected, expected != standing.version else { return }
        let now = "contact status \(standing.contact.status.rawValue), website status \(standing.website.status.rawValue)"
        var problem = Problem.conflict("The lead is at version \(standing.version) now, not \(expected): \(now).")
        problem.errors = [.init(pointer: "/expected_version", detail: "is \(standing.version) now")]
        throw problem
    }

    /// The site goes where its status was set: what is set to generating is generated, what was generating no longer is.
    private func follow(_ ledger: StatusLedger, _ override: Override, by actor: Actor, in transaction: Transaction) async throws {
        for entry in ledger.entries {
            guard case .website(let from, let next?) = entry.move else { continue }
            let site = try await transaction.site(of: entry.leadID, publicURL: publicURL)
            if next != .archived, next != .none, site == nil {
                throw Problem.conflict("The lead has no site that could be \(next.rawValue).")
            }
            if next == .generated || next == .deployed, site?.version == 0 {
                throw Problem.conflict("The site has no page yet: set it to generating, and one is made.")
            }
            let move = SiteMove(leadID: entry.leadID, to: next, at: entry.fact.occurredAt, url: site?.seenAt, reason: override.reason)
            try await transaction.follow([move])
            guard let site else { continue }
            if next == .generating {
                try await transaction.enqueueGeneration(
                    of: site.id,
                    theme: try Theme.named(site.theme),
                    tone: site.tone ?? .friendly,
                    by: actor
                )
            } else if from == .generating {
                try await transaction.cancelGeneration(of: site.id)
            }
        }
    }

    /// Of all leads, so it is for those who may see them all.
    func funnel(_ asked: Asked<GetFunnel>) async throws -> GetFunnel.Answer {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let (reached, leads, activeSites) = try await database.funnel()
        func count(_ milestone: Milestone) -> Int { reached[milestone] ?? 0 }
        return GetFunnel.Answer(
            leads: leads,
            generated: count(.generated),
            contacted: count(.contacted),
            opened: count(.opened),
            clicked: count(.clicked),
            replied: count(.replied),
            interested: count(.interested),
            purchased: count(.purchased),
            sold: count(.sold),
            unsubscribed: count(.unsubscribed),
            bounced: count(.bounced),
            archived: count(.archived),
            activeSites: activeSites
        )
    }
}

/// What a person asked for, once it is known to make sense.
private struct Override {
    var to: Target
    var reason: String
    var cause: StatusCause

    enum Target {
        case contact(ContactStatus)
        case website(WebsiteStatus)
    }

    /// - Throws: a `Problem` that names every field that is wrong.
    init(_ command: OverrideStatus, by actor: Actor) throws {
        var errors: [Problem.FieldError] = []
        let reason = command.reason.trimmingCharacters(in: .whitespacesAndNewlines)
        if reason.isEmpty { errors.append(.init(pointer: "/reason", detail: "must say why")) }
        if reason.count > 1_000 { errors.append(.init(pointer: "/reason", detail: "must have 1,000 characters at most")) }
        let to: Target?
        let known: [String]
        switch command.field {
        case .contact: (to, known) = (ContactStatus(rawValue: command.to).map(Target.contact), ContactStatus.allCases.map(\.rawValue))
        case .website: (to, known) = (WebsiteStatus(rawValue: command.to).map(Target.website), WebsiteStatus.allCases.map(\.rawValue))
        }
        if to == nil { errors.append(.init(pointer: "/to", detail: "must be one of \(known.joined(separator: ", "))")) }
        guard errors.isEmpty, let to else { throw Problem.invalid(errors) }
        self.to = to
        self.reason = reason.replacing("\0", with: "")
        cause = StatusCause(type: "manual", actor: actor.id, reason: self.reason)
    }

    /// Whoever sells a site by hand makes its lead a customer: there is no other way to be sold.
    func facts(at time: Date) -> [LeadFact] {
        switch to {
        case .contact(let status): [.contact(ContactFact(.setByHand, at: time, asked: status))]
        case .website(.sold):
            [.contact(ContactFact(.setByHand, at: time, asked: .purchased)), .website(WebsiteFact(.setByHand, at: time, asked: .sold))]
        case .website(let status): [.website(WebsiteFact(.setByHand, at: time, asked: status))]
        }
    }
}

extension SQLExecutor {
    func leadStatus(of lead: LeadID, publicURL: String) async throws -> LeadStatus {
        guard let standing = try await standingIfKnown(of: lead) else { throw Problem.leadNotFound(lead) }
        return LeadStatus(
            leadID: standing.leadID,
            contactStatus: standing.contact.status,
            websiteStatus: standing.website.status,
            version: standing.version,
            changedAt: standing.changedAt,
            site: try await site(of: standing.leadID, publicURL: publicURL)
        )
    }
}
