import Contracts
import Foundation
import LocalServers
import LocalStack
import Messaging

/// What lifecycle keeps, and the streams that it reads and writes: the same, and as empty, for each turn.
struct StatusTables {
    let stack: LocalStack
    let jetStream: JetStream
    let leads: Int

    /// - Precondition: lifecycle doesn't run.
    func clear() async throws {
        for stream in [Catalogue.campaigns, Catalogue.status] {
            try? await jetStream.deleteStream(stream.name)
            try await jetStream.ensureStream(StreamConfiguration(stream))
        }
        try await sql(
            """
            TRUNCATE lifecycle.lead_statuses, lifecycle.milestones, lifecycle.inbox, lifecycle.outbox CASCADE;
            INSERT INTO lifecycle.lead_statuses (lead_id) SELECT lpad(to_hex(k), 32, '0')::uuid FROM generate_series(1, \(leads)) AS k;
            VACUUM ANALYZE lifecycle.lead_statuses;
            CHECKPOINT
            """
        )
    }

    /// - Throws: ``BenchmarkFault`` unless all of them have gone all the way, with each move written down and told once.
    func check(_ story: MessageStory) async throws {
        let found = try await sql(
            """
            SELECT (SELECT count(*) FROM lifecycle.lead_statuses WHERE contact_status = 'replied' AND version = \(MessageStory.moves)),
                (SELECT count(*) FROM lifecycle.status_history WHERE to_status IS NOT NULL),
                (SELECT count(*) FROM lifecycle.dead_letters)
            """
        )
        let told = try await jetStream.state(ofStream: Catalogue.status.name).messages
        guard found.trimmingCharacters(in: .whitespacesAndNewlines) == "\(story.leads)|\(story.count)|0", told == story.count else {
            throw BenchmarkFault(description: "not each event moved a status, and was told once: \(found), \(told) told")
        }
    }

    @discardableResult
    private func sql(_ statements: String) async throws -> String {
        try await stack.postgres.execute(statements, database: "plumbline")
    }
}
