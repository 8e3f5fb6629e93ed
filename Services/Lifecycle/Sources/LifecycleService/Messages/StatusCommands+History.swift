import Contracts
import Foundation
import Messaging
import Postgres

/// Many leads' statuses, and how one came to its own.
extension StatusCommands {
    func statuses(_ asked: Asked<GetStatuses>) async throws -> GetStatuses.Answer {
        let wanted = asked.command.leadIDs
        guard (1...1_000).contains(wanted.count) else {
            throw Problem.invalid([.init(pointer: "/lead_ids", detail: "must be 1 to 1000 ids; there are \(wanted.count)")])
        }
        let found = try await database.statuses(of: Array(Set(wanted)))
        var answer = GetStatuses.Answer(statuses: [], unknown: [])
        var seen: Set<LeadID> = []
        for lead in wanted where seen.insert(lead).inserted {
            if let (status, owner) = found[lead], asked.actor.role >= .manager || owner == nil || owner == asked.actor.id {
                answer.statuses.append(AskedStatus(asked: lead, status: status))
            } else {
                answer.unknown.append(lead)
            }
        }
        return answer
    }

    func history(_ asked: Asked<GetHistory>) async throws -> GetHistory.Answer {
        let command = asked.command
        let limit = command.limit ?? 100
        let cursor = try Self.cursor(command.cursor, limit: limit, upTo: 1_000)
        let lead = try await standing(of: command.leadID, for: asked.actor).leadID
        let (decisions, next) = try await page(
            HistoryPage(
                lead: lead,
                field: command.field,
                cause: command.cause,
                outcome: command.outcome,
                newestFirst: command.newestFirst ?? false,
                cursor: cursor,
                limit: limit
            )
        )
        return GetHistory.Answer(entries: decisions.map(\.entry), nextCursor: next)
    }

    func explain(_ asked: Asked<ExplainStatus>) async throws -> ExplainStatus.Answer {
        let command = asked.command
        let limit = command.limit ?? 50
        let cursor = try Self.cursor(command.cursor, limit: limit, upTo: 200)
        let standing = try await standing(of: command.leadID, for: asked.actor)
        let statuses = try await database.explanation(of: standing)
            .filter { command.field == nil || $0.field == command.field }
            .map(Explanation.explained)
        let (decisions, next) = try await page(
            HistoryPage(lead: standing.leadID, field: command.field, newestFirst: true, cursor: cursor, limit: limit)
        )
        let explained = decisions.map { ExplainedDecision(sentence: Explanation.sentence($0), entry: $0.entry) }
        return ExplainStatus.Answer(
            leadID: standing.leadID,
            text: Explanation.text(statuses, explained, goesOn: next != nil),
            statuses: statuses,
            decisions: explained,
            nextCursor: next
        )
    }

    /// Fewer decisions than the page may have where so many would not fit into one NATS message.
    private func page(_ wanted: HistoryPage) async throws -> (decisions: [Explanation.Decision], next: String?) {
        // One more than asked for tells whether there is another page.
        var wide = wanted
        wide.limit += 1
        let rows = try await database.decisions(wide)
        var weight = 0
        let page = rows.prefix(wanted.limit).prefix { row in
            weight += row.weight
            return weight <= 900_000
        }
        return (page.map(\.decision), page.count < rows.count ? page.last.map { String($0.number) } : nil)
    }

    private func standing(of lead: LeadID, for actor: Actor) async throws -> LeadStanding {
        guard let standing = try await database.standingIfKnown(of: lead) else { throw Problem.leadNotFound(lead) }
        try await authorize(actor, standing.leadID)
        return standing
    }

    private static func cursor(_ text: String?, limit: Int, upTo maximum: Int) throws -> Int64? {
        let cursor = text.map { Int64($0) }
        var errors: [Problem.FieldError] = []
        if !(1...maximum).contains(limit) { errors.append(.init(pointer: "/limit", detail: "must be 1 to \(maximum)")) }
        if case .some(nil) = cursor { errors.append(.init(pointer: "/cursor", detail: "must be a page's next_cursor")) }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return cursor ?? nil
    }
}
