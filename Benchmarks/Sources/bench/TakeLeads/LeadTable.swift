import Foundation
import LocalServers
import LocalStack

/// The tables of lead-intake that are measured: the same, and as empty, for each turn.
struct LeadTable {
    let stack: LocalStack

    func clear() async throws {
        try await sql("TRUNCATE lead_intake.leads, lead_intake.lead_words, lead_intake.outbox CASCADE; CHECKPOINT")
    }

    /// How many leads there are, and how many events are not published yet.
    func counts() async throws -> (leads: Int, events: Int) {
        let text = try await sql("SELECT (SELECT count(*) FROM lead_intake.leads) || ' ' || (SELECT count(*) FROM lead_intake.outbox)")
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2 else { throw BenchmarkFault(description: "the leads can't be counted: \(text)") }
        return (numbers[0], numbers[1])
    }

    @discardableResult
    private func sql(_ statements: String) async throws -> String {
        try await stack.postgres.execute(statements, database: "plumbline")
    }
}
