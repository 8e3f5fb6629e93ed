import Contracts
import Foundation
import Messaging
import Postgres

/// Whether every status is what the recorded facts make of it.
extension StatusCommands {
    func verify(_ asked: Asked<VerifyStatuses>) async throws -> VerifyStatuses.Answer {
        guard asked.actor.role >= .admin else { throw Problem.forbidden(needs: .admin) }
        let command = asked.command
        let limit = command.limit ?? 500
        let cursor = command.cursor.map { LeadID($0) }
        var errors: [Problem.FieldError] = []
        if !(1...1_000).contains(limit) { errors.append(.init(pointer: "/limit", detail: "must be 1 to 1000")) }
        if case .some(nil) = cursor { errors.append(.init(pointer: "/cursor", detail: "must be a page's next_cursor")) }
        guard errors.isEmpty else { throw Problem.invalid(errors) }

        // One state of the database: what is decided meanwhile is in both the statuses and the history, or in neither.
        let options = TransactionOptions(isolation: .repeatableRead, readOnly: true)
        var found = try await database.transaction(options) { try await $0.verify(after: cursor ?? nil, limit: limit) }
        if command.repair == true, !found.differences.isEmpty {
            found.differences = try await repair(Set(found.differences.map(\.leadID)).sorted(), by: asked.actor)
        }
        return VerifyStatuses.Answer(
            leads: found.leads,
            decisions: found.decisions,
            differences: found.differences,
            nextCursor: found.last.map(\.description)
        )
    }

    /// What still differs under the lock is put right as everything is written down that moves a status: a repeat finds nothing to do.
    private func repair(_ leads: [LeadID], by actor: Actor) async throws -> [StatusDifference] {
        var repaired: [StatusDifference] = []
        for lead in leads {
            repaired += try await database.transaction { transaction in
                var ledger = StatusLedger(try await transaction.standings(of: [lead]))
                let replay = try await transaction.replay(of: lead)
                guard let standing = ledger.standings[lead] else { return [] }
                ledger.repair(lead, to: replay, at: .recordable, cause: StatusCause(type: "repaired", actor: actor.id))
                try await transaction.record(ledger)
                return replay.differences(from: standing).map { difference in
                    var difference = difference
                    difference.isRepaired = true
                    return difference
                }
            }
        }
        return repaired
    }
}
