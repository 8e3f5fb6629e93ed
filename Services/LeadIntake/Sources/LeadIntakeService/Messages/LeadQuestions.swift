import Contracts
import Messaging
import Postgres

/// What others ask to know of leads. An agent sees the own and the unassigned ones.
struct LeadQuestions: Sendable {
    let database: Database
    /// From here on a lead counts as qualified.
    let qualifiedScore: Int

    func lead(_ asked: Asked<GetLead>) async throws -> GetLead.Answer {
        guard let lead = try await database.lead(asked.command.leadID) else { throw Problem.leadNotFound(asked.command.leadID) }
        if asked.actor.role == .agent, let owner = lead.assignedTo, owner != asked.actor.id { throw Problem.forbidden(needs: .manager) }
        return GetLead.Answer(lead: lead, qualification: Qualification.factors(of: Qualification.Facts(lead)))
    }

    func list(_ asked: Asked<ListLeads>) async throws -> ListLeads.Answer {
        let command = asked.command
        var errors: [Problem.FieldError] = []
        if !(1...1_000).contains(command.limit) { errors.append(Problem.FieldError(pointer: "/limit", detail: "must be 1 to 1,000")) }
        let cursor = command.cursor.flatMap(LeadCursor.init)
        if command.cursor != nil, cursor == nil {
            errors.append(Problem.FieldError(pointer: "/cursor", detail: "is not a next_cursor of the page before"))
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }

        // One more than asked for tells whether there is a next page.
        var wider = command
        wider.limit += 1
        let staff = asked.actor.role == .agent ? asked.actor.id : nil
        let found = try await database.leads(wider, after: cursor, visibleTo: staff)
        let page = Array(found.prefix(command.limit))
        return ListLeads.Answer(leads: page, nextCursor: found.count > page.count ? page.last.map { LeadCursor($0).text } : nil)
    }

    func statistics(_ asked: Asked<LeadStatistics>) async throws -> LeadStatistics.Answer {
        try await database.leadStatistics(qualifiedFrom: qualifiedScore)
    }
}
