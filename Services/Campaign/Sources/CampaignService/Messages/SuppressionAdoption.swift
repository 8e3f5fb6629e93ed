import Contracts
import Foundation
import Messaging
import Postgres

/// Takes over whom a predecessor may not write to any more.
struct SuppressionAdoption: Sendable {
    let database: Database

    static let source = "adopted"

    var handlers: [CommandHandler] { [.answer(AdoptSuppressions.self, adopt)] }

    @Sendable
    func adopt(_ asked: Asked<AdoptSuppressions>) async throws -> AdoptionAnswer {
        guard asked.actor.role == .admin else { throw Problem.forbidden(needs: .admin) }
        let given = asked.command.suppressions
        guard (1...1_000).contains(given.count) else {
            throw Problem.invalid([Problem.FieldError(pointer: "/suppressions", detail: "must have 1 to 1000, and has \(given.count)")])
        }
        do {
            return try await database.transaction { transaction in
                var results: [AdoptionResult?] = Array(repeating: nil, count: given.count)
                // In one order for all, so that two that bring the same addresses wait for each other one way.
                for (position, suppression) in given.enumerated().sorted(by: { $0.element.address < $1.element.address }) {
                    let isNew = try await transaction.adopt(suppression)
                    results[position] = AdoptionResult(suppression.origin, isNew ? .created : .unchanged)
                }
                let answer = AdoptionAnswer(results: results.compactMap(\.self))
                if asked.command.dryRun == true { throw Undone(answer: answer) }
                return answer
            }
        } catch let undone as Undone {
            return undone.answer
        }
    }

    /// A dry run does everything, and then undoes it.
    private struct Undone: Error {
        var answer: AdoptionAnswer
    }
}

extension Transaction {
    /// Who took the refusal back since may be written to: what is adopted is older than that.
    ///
    /// - Returns: whether that changed anything.
    fileprivate func adopt(_ given: AdoptedSuppression) async throws -> Bool {
        let address = given.channel == .email ? given.address.lowercased() : given.address
        guard !address.isEmpty else { return false }
        let reason: SuppressionReason = given.isBounce ? .bounced : .unsubscribed
        let lead = given.channel == .sms ? try await lead(withPhone: address) : nil
        let changed = try await execute(
            """
            INSERT INTO suppressions AS s (channel, address, reason, source, lead_id, created_at)
            VALUES (\(given.channel.rawValue), \(address), \(reason.rawValue), \(SuppressionAdoption.source), \(lead?.rawValue), \(given.at))
            ON CONFLICT (channel, address) DO UPDATE SET
                reason = excluded.reason, source = excluded.source, created_at = excluded.created_at, lifted_at = NULL, lifted_source = NULL
            WHERE s.lifted_at < excluded.created_at
                OR (s.lifted_at IS NULL AND s.reason = 'bounced' AND excluded.reason <> 'bounced')
            """
        )
        return changed > 0
    }
}
