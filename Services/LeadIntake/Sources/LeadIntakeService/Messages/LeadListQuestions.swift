import Contracts
import Messaging
import Postgres

/// Lists of leads. An agent sees the own and the unassigned ones.
struct LeadListQuestions: Sendable {
    let database: Database
    /// From here on a lead counts as qualified.
    let qualifiedScore: Int

    func list(_ asked: Asked<ListLeads>) async throws -> ListLeads.Answer {
        let command = asked.command
        let limit = command.limit ?? 100
        var faults = (command.filter ?? LeadFilter()).faults(at: "/filter")
        if !(1...1_000).contains(limit) { faults.append(Problem.FieldError(pointer: "/limit", detail: "must be 1 to 1,000")) }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        let cursor = try command.cursor.map { try LeadListCursor($0, for: command) }

        let selection = try await database.selection(command.filter ?? LeadFilter(), for: asked.actor)
        // One more than asked for tells whether there is a next page.
        let found = try await database.leads(selection, sort: command.order, limit: limit + 1, behind: cursor?.place)
        let wanted = found.leads.prefix(limit)
        let page = wanted.prefix(try LeadListSize.count(of: wanted.map(\.lead)))
        let total = found.total ?? LeadListTotal(count: cursor?.total ?? 0, isEstimated: cursor?.isTotalEstimated ?? false)
        var next: String?
        if found.leads.count > page.count, let last = page.last {
            next = try LeadListCursor(command, last.place, total: total).text()
        }
        return ListLeads.Answer(leads: page.map(\.lead), nextCursor: next, total: total.count, isTotalEstimated: total.isEstimated)
    }

    func statistics(_ asked: Asked<LeadStatistics>) async throws -> LeadStatistics.Answer {
        let filter = asked.command.filter ?? LeadFilter()
        let faults = filter.faults(at: "/filter")
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        return try await database.leadStatistics(try await database.selection(filter, for: asked.actor), qualifiedFrom: qualifiedScore)
    }

    func duplicates(_ asked: Asked<FindDuplicates>) async throws -> FindDuplicates.Answer {
        let command = asked.command
        let limit = command.limit ?? 50
        guard (1...200).contains(limit) else {
            throw Problem.invalid([Problem.FieldError(pointer: "/limit", detail: "must be 1 to 200")])
        }
        let cursor = try command.cursor.map { try DuplicatesCursor($0, by: command.by) }
        let staff = asked.actor.role == .agent ? asked.actor.id : nil
        if let id = command.leadID {
            guard let lead = try await database.lead(id), staff == nil || lead.assignedTo == nil || lead.assignedTo == staff else {
                throw Problem.leadNotFound(id)
            }
            return FindDuplicates.Answer(groups: try await database.duplicates(of: lead.id, by: command.by, staff: staff))
        }
        let page = try await database.duplicates(by: command.by, limit: limit, after: cursor, staff: staff)
        return FindDuplicates.Answer(groups: page.groups, nextCursor: try page.end?.text())
    }
}
