import Contracts
import Foundation
import Messaging
import Postgres
import Testing

/// Two instances of the service's own executable, killed in the middle, against a model of 40 lines.
///
/// The full size by hand: `PLUMBLINE_MODEL_EVENTS=100000 swift test --filter StatusModelTests`; another course with `PLUMBLINE_MODEL_SEED`.
@Suite("The statuses, against a model", .timeLimit(.minutes(30)))
struct StatusModelTests {
    private static let count = setting("PLUMBLINE_MODEL_EVENTS") ?? 5_000
    private static let seed = UInt64(setting("PLUMBLINE_MODEL_SEED") ?? 1)
    /// How often an instance, or both, are killed.
    private static let kills = max(3, count / 10_000)

    private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    @Test func `agree, each fact is decided on once, and every change is told once and in order`() async throws {
        let lives = RandomLives(count: Self.count, seed: Self.seed)
        let bench = try await Bench()
        var instances = [try await RunningLifecycle.start(on: bench), try await RunningLifecycle.start(on: bench)]
        var random = SeededRandom(seed: Self.seed)

        async let publishing: Void = publish(lives.deliveries, bench)
        let events = Set(lives.deliveries.map(\.id)).count
        for kill in 1...Self.kills {
            try await eventually("it goes on", within: .seconds(600)) {
                let applied = try await bench.database.row("SELECT count(*) AS n FROM inbox")?.decode("n", as: Int.self) ?? 0
                return applied >= events * kill / (Self.kills + 1)
            }
            let killed = [[0], [1], [0, 1]].randomElement(using: &random) ?? [0]
            for index in killed { try await instances[index].kill() }
            for index in killed { instances[index] = try await RunningLifecycle.start(on: bench) }
        }
        try await publishing
        try await bench.settled(within: .seconds(1_200))

        try await compare(lives, bench)
        for instance in instances { try await instance.kill() }
        try await bench.close()
    }

    private func publish(_ deliveries: [RandomLives.Happening], _ bench: Bench) async throws {
        var pending: ArraySlice<PendingPublish> = []
        for delivery in deliveries {
            pending.append(try beginPublish(delivery.event, delivery, bench))
            if pending.count > 200, let first = pending.popFirst() { _ = try await first.ack() }
        }
        for publish in pending { _ = try await publish.ack() }
    }

    private func beginPublish(_ event: some Event, _ delivery: RandomLives.Happening, _ bench: Bench) throws -> PendingPublish {
        let stream = try #require(Catalogue.stream(of: type(of: event)))
        let envelope = Envelope(event, id: delivery.id, source: stream.publisher, time: delivery.time, trace: nil)
        // Without a Nats-Msg-Id the server can't know a repeat: the inbox must.
        return bench.jetStream.beginPublish(event.subject.description, payload: try WireJSON.encode(envelope))
    }

    private func compare(_ lives: RandomLives, _ bench: Bench) async throws {
        let standings = try await bench.database.rows("SELECT lead_id, contact_status, website_status, version FROM lead_statuses")
        #expect(standings.count == lives.lives.count)
        let history = try await History(bench)
        let told = try await toldStatuses(bench)
        var differing: [String] = []
        for row in standings {
            let lead: LeadID = try row.decode("lead_id")
            let life = try #require(lives.lives[lead])
            var model = StatusModel()
            for happening in life { model.hear(happening.event) }
            let found = (
                contact: try row.decode("contact_status", as: String.self), website: try row.decode("website_status", as: String.self)
            )
            if found.contact != model.contact.rawValue || found.website != model.website.rawValue {
                let facts = life.map { "\($0.event.type) \(RFC3339.string(from: $0.time))" }.joined(separator: ", ")
                differing.append("\(lead): \(found) instead of \(model.contact), \(model.website); \(facts)")
            }
            for (field, first, status) in [("contact", "pending", found.contact), ("website", "none", found.website)] {
                let moves = history.moves[lead]?[field] ?? []
                if told[lead]?[field] ?? [] != moves { differing.append("\(lead): \(field) was told otherwise than it moved") }
                if !zip([first] + moves.map(\.to), moves).allSatisfy({ $0 == $1.from }) || (moves.last?.to ?? first) != status {
                    differing.append("\(lead): the history of \(field) is not a way to \(status)")
                }
            }
        }
        #expect(differing.isEmpty, "seed \(Self.seed): \(differing.count) differ: \(differing.prefix(5).joined(separator: "\n"))")

        // Every event was decided on, and once.
        #expect(history.causes == Set(lives.deliveries.map(\.id.rawValue)))
        let twice = "SELECT cause_event_id FROM status_history GROUP BY cause_event_id, trigger, field HAVING count(*) > 1" as SQL
        #expect(try await bench.database.rows(twice).isEmpty)
        #expect(try await bench.database.rows("SELECT reason FROM dead_letters").isEmpty)
        let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()" as SQL
        #expect(try await bench.database.row(deadlocks)?.decode("deadlocks", as: Int.self) == 0)
    }

    struct Move: Hashable {
        var from: String
        var to: String
    }

    /// What is written down.
    private struct History {
        var moves: [LeadID: [String: [Move]]] = [:]
        var causes: Set<UUID> = []

        init(_ bench: Bench) async throws {
            for row in try await bench.database.rows(
                "SELECT lead_id, field, from_status, to_status, cause_event_id FROM status_history ORDER BY id"
            ) {
                causes.insert(try row.decode("cause_event_id"))
                guard let to: String = try row.decodeIfPresent("to_status") else { continue }
                moves[try row.decode("lead_id"), default: [:]][try row.decode("field"), default: []]
                    .append(Move(from: try row.decode("from_status"), to: to))
            }
        }
    }

    /// What the subscribers of STATUS were told.
    private func toldStatuses(_ bench: Bench) async throws -> [LeadID: [String: [Move]]] {
        struct Told: Decodable {
            struct Fact: Decodable {
                var lead_id: LeadID
                var from: String
                var to: String
            }
            var data: Fact
        }
        var told: [LeadID: [String: [Move]]] = [:]
        for message in try await bench.jetStream.lastMessages(of: "STATUS", 1_000_000) {
            let fact = try JSONDecoder().decode(Told.self, from: message.payload).data
            let field = message.subject.hasPrefix("crm.status.contact.") ? "contact" : "website"
            told[fact.lead_id, default: [:]][field, default: []].append(Move(from: fact.from, to: fact.to))
        }
        return told
    }
}
