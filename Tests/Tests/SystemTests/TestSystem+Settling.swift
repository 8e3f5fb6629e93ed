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

    /// Where every event is that isn't applied yet: for whoever reads why a test has failed.
    func whereEventsAre() async -> String {
        var lines: [String] = []
        let jetStream = JetStream(client.nats)
        for service in StackPlan.services {
            let waiting = try? await owner("SELECT count(*) FROM \(service.schema).outbox")
            lines.append("\(service.schema).outbox: \(waiting ?? "can't be read")")
        }
        for stream in Catalogue.streams {
            lines.append("\(stream.name): \((try? await jetStream.state(ofStream: stream.name)).map { "\($0)" } ?? "can't be read")")
            for service in StackPlan.services {
                guard let state = try? await jetStream.state(ofConsumer: service.rawValue, stream: stream.name) else { continue }
                lines.append(
                    "  \(service.rawValue): delivered \(state.delivered.stream), settled to \(state.ackFloor.stream), \(state.acksPending) in hand, "
                        + "\(state.pending) to come, \(state.waiting) pulls"
                )
            }
        }
        let audience =
            "SELECT string_agg(concat_ws(' ', status, count), ', ') FROM (SELECT coalesce(website_status, '?') || CASE WHEN name = ''"
            + " THEN ' (no lead)' ELSE '' END AS status, count(*) FROM campaign.audience GROUP BY 1) AS known"
        lines.append("campaign's audience: \((try? await owner(audience)) ?? "can't be read")")
        return lines.joined(separator: "\n")
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
