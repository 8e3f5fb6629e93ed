import Contracts
import Foundation
import Messaging
import Postgres

/// What others ask lead-intake to do with leads.
struct LeadCommands: Sendable {
    let database: Database
    let defaultCountry: String
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    /// Gets or creates, exactly once for one key; fills what an existing lead lacks from the data that came with the question.
    func resolve(_ asked: Asked<ResolveLead>) async throws -> ResolveLead.Answer {
        let wanted = try wanted(asked.command)
        let time = now()
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let cause = ChangeCause(asked.actor, reason: "a listing of the business")
                let found = try await transaction.resolve([wanted], by: cause, at: time)
                guard let lead = found[0] else { throw Self.notFound(asked.command) }
                // Nobody learns of a lead by asking whether it is there.
                if !lead.isCreated, LeadPermission.decide(asked.actor, .see, on: lead.lead) == .hidden {
                    throw wanted.business.map { LeadEditor.existing($0, lead.lead, to: asked.actor) } ?? Self.notFound(asked.command)
                }
                let filled = try await transaction.fillGaps(found, from: [wanted], by: cause, at: time)
                return ResolveLead.Answer(lead: filled[lead.lead.id] ?? lead.lead, created: lead.isCreated, matchedBy: lead.matchedBy)
            }
        }
    }

    /// - Throws: a `Problem` of status 422 with everything that is wrong with the question.
    private func wanted(_ command: ResolveLead) throws -> WantedLead {
        var errors: [Problem.FieldError] = []
        let gmbID = command.gmbID.flatMap { PlaceID($0.trimmingCharacters(in: .whitespaces)) }
        if command.gmbID != nil, gmbID == nil { errors.append(Problem.FieldError(pointer: "/gmb_id", detail: "is not a Google place id")) }
        let slug = command.slug.flatMap(Slug.key)
        if command.slug != nil, slug == nil { errors.append(Problem.FieldError(pointer: "/slug", detail: "has no letter and no digit")) }

        var business: CheckedLead?
        if let draft = command.business {
            switch LeadCheck(.entry, defaultCountry: defaultCountry, defaultSource: .api, models: models)(draft) {
            case .accepted(let lead, _): business = lead
            case .rejected(let findings): errors += findings.map { Problem.FieldError(pointer: "/business/\($0.field)", detail: $0.detail) }
            }
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        guard command.id != nil || gmbID != nil || slug != nil || business != nil else {
            throw Problem.invalid([Problem.FieldError(pointer: "", detail: "needs an id, a gmb_id, a slug, or the business's data")])
        }
        return WantedLead(id: command.id, gmbID: gmbID?.text, slug: slug, business: business)
    }

    private static func notFound(_ command: ResolveLead) -> Problem {
        let keys = [command.id.map { "the id \($0)" }, command.gmbID.map { "the place id \($0)" }, command.slug.map { "the slug \($0)" }]
        let detail = "No lead has \(keys.compactMap(\.self).joined(separator: " or ")), and there is no business to make one of."
        return Problem("lead-not-found", "There is no such lead", status: 404, detail: detail)
    }
}
