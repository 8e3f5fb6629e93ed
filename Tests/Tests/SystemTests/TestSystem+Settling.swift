import Contracts
import LocalServers
import LocalStack
import Messaging
import Testing

extension TestSystem {
    /// Asks the database past its services.
    func owner(_ sql: String) async throws -> String { try await stack.postgres.execute(sql, database: "plumbline") }

    /// Waits until all that was published is applied, and all that came of it.
    func settled() async throws {
        try await eventually("it never came to rest") {
            let before = try await lastSequences()
            guard try await areOutboxesEmpty(), try await areStreamsApplied() else { return false }
            // What was applied meanwhile is in an outbox, or published.
            guard try await areOutboxesEmpty() else { return false }
            return try await lastSequences() == before
        }
    }

    private func areOutboxesEmpty() async throws -> Bool {
        let rows = StackPlan.services.map { "SELECT FROM \($0.schema).outbox" }.joined(separator: " UNION ALL ")
        return try await owner("SELECT count(*) FROM (\(rows)) AS waiting") == "0"
    }

    private func areStreamsApplied() async throws -> Bool {
        let jetStream = JetStream(client.nats)
        for stream in Catalogue.streams {
            for service in StackPlan.services {
                do {
                    let state = try await jetStream.state(ofConsumer: service.rawValue, stream: stream.name)
                    if state.pending > 0 || state.acksPending > 0 { return false }
                } catch let error as NATSError where error.jetStreamCode == 10014 {
                    // The service doesn't follow this stream.
                }
            }
        }
        return true
    }

    private func lastSequences() async throws -> [UInt64] {
        var sequences: [UInt64] = []
        for stream in Catalogue.streams {
            sequences.append(try await JetStream(client.nats).state(ofStream: stream.name).lastSequence)
        }
        return sequences
    }
}
