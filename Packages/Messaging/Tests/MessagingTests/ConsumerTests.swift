import Contracts
import Foundation
import LocalServers
import Postgres
import Synchronization
import Testing

@testable import Messaging

@Suite("Consumers", .timeLimit(.minutes(1)))
struct ConsumerTests {
    @Test func `events are applied in order, and what nobody follows is passed over`() async throws {
        let bench = try await Bench()
        let events = visits(1_100)
        let others: [any Event] = [SiteSold(leadID: .make(), siteID: .make())]
        try await bench.publish(Array(events[..<500]))
        try await bench.publish(others)
        try await bench.publish(Array(events[500...]))
        try await bench.running([bench.relay(), bench.consumers([noteVisits])]) {
            try await eventually("all applied") { try await bench.applied().count == events.count }
            try await eventually("all acked") {
                let state = try await bench.jetStream.state(ofConsumer: "lifecycle", stream: "SITES")
                return state.acksPending == 0 && state.pending == 0
            }
        }
        #expect(try await bench.applied() == events.sites)
        try await bench.close()
    }

    @Test func `an event that comes twice is applied once`() async throws {
        let bench = try await Bench()
        let envelope = Envelope(visits(1)[0], source: .lifecycle, time: .now, trace: nil)
        let payload = try WireJSON.encode(envelope)
        // Without a Nats-Msg-Id the server can't know: the inbox must.
        for _ in 0..<3 { _ = try await bench.jetStream.publish("crm.site.visited", payload: payload) }
        try await bench.running([bench.consumers([noteVisits])]) {
            try await eventually("all acked") {
                let state = try? await bench.jetStream.state(ofConsumer: "lifecycle", stream: "SITES")
                return state?.acksPending == 0 && state?.pending == 0
            }
        }
        #expect(try await bench.applied().count == 1)
        try await bench.close()
    }

    @Test func `a set-based handler gets whole batches, and only what it can't take is parked`() async throws {
        let bench = try await Bench()
        let events = visits(200)
        let poisoned = events[50].siteID
        let sizes = Mutex<[Int]>([])
        let handler = EventHandler.onBatch(stream: Catalogue.sites, subjects: [SiteVisited.subject]) { received, transaction in
            sizes.withLock { $0.append(received.count) }
            let sites = try received.map { try $0.decode(SiteVisited.self).siteID }
            if sites.contains(poisoned) { throw Broken() }
            try await transaction.execute(
                "INSERT INTO applied (value) SELECT site FROM unnest(\(sites.map(\.description))::text[]) WITH ORDINALITY AS s (site, n) ORDER BY n"
            )
        }
        try await bench.publish(events)
        try await bench.publish([SiteSold(leadID: .make(), siteID: .make())])
        try await bench.running([bench.relay()]) { try await eventually("published") { try await bench.outboxIsEmpty() } }
        let consumers = bench.consumers([handler])
        try await bench.running([consumers]) {
            try await eventually("all but one") { try await bench.applied().count == 199 }
            try await eventually("one parked") { try await consumers.deadLetters().count == 1 }
        }
        #expect(sizes.withLock { $0.max() ?? 0 } > 1)
        #expect(Set(try await bench.applied()) == Set(events.sites).subtracting([poisoned.description]))
        try await bench.close()
    }

    // Some rounds, since it depends on how much was on its way when the process ended: what the server notices that it could not deliver
    // it queues by itself, out of order.
    @Test(arguments: 0..<8) func `what a killed process had in hand is applied at once when it comes back, and in its place`(
        round: Int
    ) async throws {
        let bench = try await Bench()
        let events = visits(80)
        // A first life takes the consumer over, takes messages, and ends without a word about them.
        try await bench.jetStream.ensureConsumer(ConsumerConfiguration(stream: "SITES", durableName: "lifecycle", ackWait: .seconds(600)))
        let first = try await connectedClient(bench.nats)
        try await bench.running([bench.relay()]) {
            try await bench.publish(Array(events[..<40]))
            try await eventually("published") { try await bench.outboxIsEmpty() }
            let pull = JetStream(first).pull(stream: "SITES", consumer: "lifecycle", batch: 30)
            _ = try await pull.next(limit: 10)
            await first.drain()
            try await bench.publish(Array(events[40...]))
            try await eventually("published") { try await bench.outboxIsEmpty() }
        }
        try await bench.running([bench.consumers([noteVisits]) { $0.ackWait = .seconds(600) }]) {
            try await eventually("all applied") { try await bench.applied().count == 80 }
        }
        let places = try await bench.applied().map { events.sites.firstIndex(of: $0) }
        #expect(places == Array(0..<80))
        try await bench.close()
    }

    @Test func `a consumer that somebody deleted comes back, and goes on where it was`() async throws {
        let bench = try await Bench()
        let events = visits(60)
        let consumers = bench.consumers([noteVisits]) { $0.floorInterval = .milliseconds(50) }
        try await bench.running([bench.relay(), consumers]) {
            try await bench.publish(Array(events[..<30]))
            try await eventually("applied") { try await bench.applied().count == 30 }
            try await eventually("the floor is noted") {
                try await bench.database.row("SELECT sequence FROM consumer_floors")?.decode("sequence", as: Int.self) == 30
            }
            // As a month does.
            try await bench.database.execute("DELETE FROM inbox")
            _ = try await bench.jetStream.call("CONSUMER.DELETE.SITES.lifecycle")
            try await bench.publish(Array(events[30...]))
            try await eventually("the rest is applied") { try await bench.applied().count >= 60 }
        }
        #expect(try await bench.applied() == events.sites)
        try await bench.close()
    }

    @Test func `several members of a service share a stream, and apply each event once`() async throws {
        let bench = try await Bench()
        let events = visits(600)
        let members = [bench.consumers([noteVisits]), bench.consumers([noteVisits])]
        try await bench.running([bench.relay()] + members) {
            for start in stride(from: 0, to: 600, by: 50) { try await bench.publish(Array(events[start..<start + 50])) }
            try await eventually("all applied") { try await bench.applied().count >= 600 }
        }
        #expect(try await bench.applied().count == 600)
        #expect(Set(try await bench.applied()) == Set(events.sites))
        try await bench.close()
    }

    @Test(arguments: [1, 3])
    func `members that take turns apply what is about the same thing in its order, whoever has the turn and loses it`(
        lanes: Int
    ) async throws {
        let bench = try await Bench()
        // 20 sites with 60 events each, told by turns: their leads are what they are about.
        let leads = (0..<20).map { _ in LeadID.make() }
        let events = (0..<1_200).map { SiteVisited(leadID: leads[$0 % 20], siteID: .make(), byMachine: false) }
        let applying = Mutex<Set<Int>>([])
        func member(_ number: Int) -> EventConsumers {
            let handler = EventHandler.onBatch(
                stream: Catalogue.sites,
                subjects: [SiteVisited.subject],
                following: .inTurn(lanes: lanes),
                preparing: { try $0.decode(SiteVisited.self) }
            ) { (visits: [SiteVisited], transaction: Transaction) in
                applying.withLock { _ = $0.insert(number) }
                // Few at a time, so that the turn is lost in the middle.
                try await transaction.execute("SELECT pg_sleep(0.002)")
                try await transaction.execute(
                    """
                    INSERT INTO applied (event_id, value)
                    SELECT lead, site FROM unnest(
                        \(visits.map(\.leadID.description))::text[], \(visits.map(\.siteID.description))::text[]
                    ) WITH ORDINALITY AS v (lead, site, n) ORDER BY n
                    """
                )
            }
            return bench.consumers([handler]) {
                $0.batch = 20
                $0.turnInterval = .milliseconds(20)
                $0.ackWait = .seconds(600)
            }
        }
        try await bench.running([bench.relay(), member(1), member(2)]) {
            try await bench.publish(Array(events[..<600]))
            for share in [100, 250, 400] {
                try await eventually("it goes on") { try await bench.applied().count >= share }
                // One lane's connection breaks, with its lock.
                try await bench.database.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_locks
                    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND pid IN (SELECT pid FROM pg_stat_activity WHERE query NOT LIKE '%outbox%')
                    ORDER BY objid LIMIT 1
                    """
                )
            }
            try await bench.publish(Array(events[600...]))
            try await eventually("all applied") { try await bench.applied().count >= events.count }
        }
        let rows = try await bench.database.rows("SELECT event_id, value FROM applied ORDER BY position")
        var applied: [String: [String]] = [:]
        for row in rows { applied[try row.decode("event_id"), default: []].append(try row.decode("value")) }
        for lead in leads {
            #expect(applied[lead.description] == events.filter { $0.leadID == lead }.map(\.siteID.description))
        }
        try await bench.close()
    }

    @Test func `what goes to a member that has lost its turn is applied in its place all the same`() async throws {
        let bench = try await Bench()
        let events = visits(301)
        let applied = Mutex<[String]>([])
        let handler = EventHandler.onBatch(
            stream: Catalogue.sites,
            following: .inTurn(),
            preparing: { try $0.decode(SiteVisited.self) }
        ) { (visits: [SiteVisited], _) in applied.withLock { $0 += visits.map(\.siteID.description) } }
        let member = bench.consumers([handler]) {
            $0.turnInterval = .milliseconds(50)
            $0.ackWait = .seconds(600)
        }
        try await bench.running([bench.relay(), member]) {
            try await bench.publish(Array(events[..<1]))
            try await eventually("it follows") { applied.withLock { $0.count == 1 } }
            // As one that doesn't know: it pulls, and never settles. Also what is last goes to it, with nothing behind.
            let stray = bench.jetStream.pull(stream: "SITES", consumer: "lifecycle", batch: 500)
            async let swallowed = stray.next(limit: 1)
            try await eventually("its pull stands") {
                try await bench.jetStream.state(ofConsumer: "lifecycle", stream: "SITES").waiting == 2
            }
            for start in stride(from: 1, to: 301, by: 100) {
                try await bench.publish(Array(events[start..<start + 100]))
                try await eventually("applied") { applied.withLock { $0.count >= start + 100 } }
            }
            #expect(try await swallowed.count == 1)
        }
        #expect(applied.withLock(\.self) == events.sites)
        try await bench.close()
    }

    @Test func `one that ends hands its turn over at once`() async throws {
        let bench = try await Bench()
        let members = Mutex<[Int]>([])
        func member(_ number: Int) -> EventConsumers {
            let handler = EventHandler.onBatch(stream: Catalogue.sites, following: .inTurn()) { received, _ in
                members.withLock { $0 += received.map { _ in number } }
            }
            return bench.consumers([handler]) { $0.turnInterval = .milliseconds(20) }
        }
        try await bench.running([bench.relay(), member(1)]) {
            try await bench.publish(visits(10))
            try await eventually("applied") { members.withLock { $0.count == 10 } }
            // While the first has the turn, the second gets nothing.
            try await bench.running([member(2)]) {
                try await bench.publish(visits(10))
                try await eventually("applied") { members.withLock { $0.count == 20 } }
            }
        }
        #expect(members.withLock { Set($0) } == [1])
        try await bench.running([bench.relay(), member(2)]) {
            try await bench.publish(visits(10))
            try await eventually("applied") { members.withLock { $0.count == 30 } }
        }
        #expect(members.withLock { $0.suffix(10) } == Array(repeating: 2, count: 10))
        try await bench.close()
    }
}
