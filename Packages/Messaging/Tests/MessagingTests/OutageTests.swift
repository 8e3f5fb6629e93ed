import Contracts
import Foundation
import LocalServers
import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@testable import Messaging

/// What goes wrong while events flow. Each lasts a second or two, or as long as `OUTAGE_SECONDS` says.
enum Outage: CaseIterable, CustomTestStringConvertible {
    case natsKilled, natsPaused, databaseStopped, databaseKilled, databasePaused, everythingKilled

    static var duration: Duration {
        .seconds(ProcessInfo.processInfo.environment["OUTAGE_SECONDS"].flatMap { Int($0) } ?? 0)
    }

    var testDescription: String {
        switch self {
        case .natsKilled: "NATS is killed, twice"
        case .natsPaused: "NATS stands still"
        case .databaseStopped: "PostgreSQL is stopped"
        case .databaseKilled: "PostgreSQL is killed"
        case .databasePaused: "PostgreSQL stands still"
        case .everythingKilled: "both are killed"
        }
    }
}

@Suite("Outages", .serialized, .timeLimit(.minutes(5)))
struct OutageTests {
    @Test(arguments: Outage.allCases)
    func `nothing is lost, nothing comes twice, and each lead's order is kept when`(_ outage: Outage) async throws {
        // Killed without losing what it has committed: that takes a server that syncs.
        let postgres = try await PostgresServer.start(durability: .durable)
        let bench = try await Bench(postgres: postgres)
        try await makeFacts(bench)
        let writers = Writers(database: bench.database)
        // The default: long enough that what needs it would come too late for this test.
        let consumers = bench.consumers([noteVisits]) { $0.ackWait = .seconds(120) }
        let relay = bench.relay { $0.ackTimeout = .seconds(1) }

        try await bench.running([relay, consumers]) {
            async let writing: Void = writers.run()
            try await eventually("events flow") { try await bench.appliedCount() > 50 }
            try await happen(outage, to: bench, writers)
            let written = writers.count
            try await eventually("events flow again") { writers.count > written + 50 }
            writers.stop()
            await writing
            try await eventually("all that is committed is applied") { try await bench.isDone() }
        }
        try await expectEverythingOnceAndInOrder(bench)
        try await bench.close()
        try await postgres.stop()
    }

    @Test func `the lock goes from relay to relay in full flight, and the order holds`() async throws {
        let bench = try await Bench()
        try await makeFacts(bench)
        let writers = Writers(database: bench.database)
        let client = try await connectedClient(bench.nats)
        var options = OutboxRelay.Options()
        options.poll = .milliseconds(20)
        // Small batches: many are under way when the lock goes.
        options.batch = 7
        let relays = [bench.client, client].map {
            OutboxRelay(database: bench.database, client: $0, logger: quietLogger, options: options)
        }
        try await bench.running(relays + [bench.consumers([noteVisits])]) {
            async let writing: Void = writers.run()
            for _ in 1...8 {
                let published = try await bench.jetStream.state(ofStream: "SITES").lastSequence
                try await eventually("it flows") { try await bench.jetStream.state(ofStream: "SITES").lastSequence > published + 30 }
                try await bench.database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            }
            writers.stop()
            await writing
            try await eventually("all that is committed is applied") { try await bench.isDone() }
        }
        try await expectEverythingOnceAndInOrder(bench)
        await client.drain()
        try await bench.close()
    }

    private func makeFacts(_ bench: Bench) async throws {
        try await bench.database.execute(
            "CREATE TABLE facts (position bigint GENERATED ALWAYS AS IDENTITY, site_id uuid PRIMARY KEY, lead_id uuid NOT NULL)"
        )
    }

    private func expectEverythingOnceAndInOrder(_ bench: Bench) async throws {
        let facts = try await bench.facts()
        #expect(facts.count > 100)
        #expect(Sequences(try await bench.stored(last: .max).visits()) == Sequences(facts), "in the stream")
        #expect(Sequences(try await bench.appliedVisits()) == Sequences(facts), "as applied")
        #expect(try await bench.database.rows("SELECT FROM dead_letters").isEmpty)
        #expect(try await bench.database.rows("SELECT FROM retries").isEmpty, "an outage is no failure of an event")
    }

    private func happen(_ outage: Outage, to bench: Bench, _ writers: Writers) async throws {
        let (nats, postgres, client) = (bench.nats, bench.postgres, bench.client)
        switch outage {
        case .natsKilled:
            for _ in 1...2 {
                try await nats.kill()
                try await eventually("the client says so") { !client.isConnected }
                await #expect(throws: NATSError.self) { try await client.ping() }
                // Commits go on meanwhile: the outbox takes them.
                let written = writers.count
                try await eventually("written meanwhile") { writers.count > written + 20 }
                try await Task.sleep(for: Outage.duration)
                try await nats.restart()
                try await eventually("back") { client.isConnected }
            }
        case .natsPaused:
            try await nats.pause()
            let error = await #expect(throws: NATSError.self) { try await client.ping(timeout: .seconds(1)) }
            #expect(error?.code == .timeout)
            let written = writers.count
            try await eventually("written meanwhile") { writers.count > written + 20 }
            try await Task.sleep(for: Outage.duration)
            nats.resume()
        case .databaseStopped:
            // In order: it ends connections with a word, and is gone.
            kill(postgres.pid, SIGINT)
            try await eventually("stopped") { !postgres.isRunning }
            await #expect(throws: DatabaseError.self) { try await bench.database.ping() }
            try await Task.sleep(for: Outage.duration)
            try await postgres.restart()
        case .databaseKilled:
            try await postgres.kill()
            await #expect(throws: DatabaseError.self) { try await bench.database.ping() }
            try await Task.sleep(for: Outage.duration)
            try await postgres.restart()
        case .databasePaused:
            let family = ProcessFamily(of: postgres.pid)
            family.signal(SIGSTOP)
            await #expect(throws: DatabaseError.self) { try await bench.database.ping() }
            try await Task.sleep(for: Outage.duration)
            family.signal(SIGCONT)
        case .everythingKilled:
            try await nats.kill()
            try await postgres.kill()
            try await eventually("noticed") { !client.isConnected }
            try await Task.sleep(for: Outage.duration)
            try await nats.restart()
            try await postgres.restart()
        }
        try await eventually("ready again") {
            do {
                try await client.ping()
                try await bench.database.ping()
                return true
            } catch {
                return false
            }
        }
    }
}

/// One event as it is told apart: its site is unique.
private struct Visit: Hashable {
    var lead: String
    var site: String
}

/// What happened to each lead, in its order.
private struct Sequences: Equatable {
    var sitesOfLeads: [String: [String]] = [:]

    init(_ visits: [Visit]) {
        for visit in visits { sitesOfLeads[visit.lead, default: []].append(visit.site) }
    }
}

extension Bench {
    fileprivate func facts() async throws -> [Visit] {
        try await database.rows("SELECT lead_id::text AS lead, site_id::text AS site FROM facts ORDER BY position")
            .map { Visit(lead: try $0.decode("lead"), site: try $0.decode("site")) }
    }

    fileprivate func appliedVisits() async throws -> [Visit] {
        try await database.rows(
            "SELECT f.lead_id::text AS lead, a.value AS site FROM applied a JOIN facts f ON f.site_id::text = a.value ORDER BY a.position"
        ).map { Visit(lead: try $0.decode("lead"), site: try $0.decode("site")) }
    }

    fileprivate func isDone() async throws -> Bool {
        let row = try await database.row("SELECT (SELECT count(*) FROM applied) >= (SELECT count(*) FROM facts) AS same")
        return try row?.decode("same") == true
    }

    fileprivate func appliedCount() async throws -> Int {
        try await database.row("SELECT count(*) AS n FROM applied")?.decode("n") ?? 0
    }
}

extension [StoredMessage] {
    fileprivate func visits() throws -> [Visit] {
        try map {
            let fact = try WireJSON.decode(Envelope<SiteVisited>.self, from: $0.payload).fact
            return Visit(lead: fact.leadID.description, site: fact.siteID.description)
        }
    }
}

/// Commits events for some leads at once, for each one after another, until told to stop; an outage makes it repeat what may be lost.
private final class Writers: Sendable {
    private let database: Database
    private let state = Mutex((count: 0, isStopped: false))

    init(database: Database) {
        self.database = database
    }

    /// How many are known to be committed.
    var count: Int { state.withLock { $0.count } }
    func stop() { state.withLock { $0.isStopped = true } }

    func run() async {
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await self.write(about: .make()) } }
        }
    }

    private func write(about lead: LeadID) async {
        var site = SiteID.make()
        while !state.withLock({ $0.isStopped }) {
            let event = SiteVisited(leadID: lead, siteID: site, byMachine: false)
            do {
                try await database.transaction { transaction in
                    // A commit whose answer was lost has been made, or not: this tells.
                    let isNew = try await transaction.execute(
                        "INSERT INTO facts (site_id, lead_id) VALUES (\(event.siteID), \(event.leadID)) ON CONFLICT DO NOTHING"
                    )
                    if isNew == 1 { try await transaction.publish(event) }
                }
                state.withLock { $0.count += 1 }
                site = .make()
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                if Task.isCancelled { return }
            }
        }
    }
}

/// A process and all below it.
private struct ProcessFamily {
    var members: [Int32]

    init(of pid: Int32) {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        // proc(5): the parent is the second field behind the name, which stands in parentheses and may hold blanks.
        let parents = numbers.compactMap { number -> (Int32, Int32)? in
            guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8), let name = stat.lastIndex(of: ")"),
                let parent = Int32(stat[stat.index(after: name)...].split(separator: " ")[1])
            else { return nil }
            return (number, parent)
        }
        members = [pid]
        var next = [pid]
        while !next.isEmpty {
            next = parents.filter { next.contains($0.1) }.map(\.0)
            members += next
        }
    }

    func signal(_ number: Int32) {
        for pid in members { kill(pid, number) }
    }
}
