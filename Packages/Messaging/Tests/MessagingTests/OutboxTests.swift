import Contracts
import Foundation
import LocalServers
import Postgres
import Synchronization
import Testing

@testable import Messaging

@Suite("The outbox", .timeLimit(.minutes(1)))
struct OutboxTests {
    @Test func `what is committed is published in order, and what is rolled back never`() async throws {
        let bench = try await Bench()
        let events = visits(1_200)
        try await bench.running([bench.relay()]) {
            try await bench.publish(Array(events[..<700]))
            await #expect(throws: Broken.self) {
                try await bench.database.transaction { transaction in
                    _ = try await transaction.publish(visits(3))
                    throw Broken()
                }
            }
            for event in events[700..<720] { try await bench.publish([event]) }
            try await bench.publish(Array(events[720...]))
            try await eventually("all published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `statements and events in one round trip: the answers are the statements', and a fault in one undoes all`() async throws {
        let bench = try await Bench()
        let events = visits(2)
        try await bench.database.transaction { transaction in
            let results = try await transaction.pipeline(["SELECT 1 AS n", "SELECT 2 AS n"], publishing: events.map { ($0, Date()) })
            #expect(try results.map { try $0.rows[0].decode("n", as: Int.self) } == [1, 2])
        }
        await #expect(throws: DatabaseError.self) {
            try await bench.database.transaction { transaction in
                try await transaction.pipeline(["SELECT 1 / 0"], publishing: visits(1).map { ($0, Date()) })
            }
        }
        try await bench.running([bench.relay()]) {
            try await eventually("all published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `an event is CloudEvents 1.0 on the wire, with its id and trace as headers`() async throws {
        let bench = try await Bench()
        let event = visits(1)[0]
        let trace = TraceContext.make()
        let happened = Date(timeIntervalSince1970: 1_780_000_000.25)
        try await bench.running([bench.relay()]) {
            try await TraceContext.$current.withValue(trace) {
                try await bench.database.transaction { transaction in _ = try await transaction.publish(event, at: happened) }
            }
            try await eventually("published") { try await bench.outboxIsEmpty() }
        }
        let message = try await #require(bench.stored().first)
        let json = try #require(try JSONSerialization.jsonObject(with: message.payload) as? [String: Any])
        #expect(json["specversion"] as? String == "1.0")
        #expect(json["id"] as? String == message.messageID)
        #expect((message.messageID ?? "").dropFirst(14).first == "7", "the id is a UUIDv7")
        #expect(json["source"] as? String == "/lifecycle")
        #expect(json["type"] as? String == "plumbline.site.visited.v1")
        #expect(json["subject"] as? String == event.leadID.description)
        #expect(json["time"] as? String == "2026-05-28T20:26:40.250000Z")
        #expect(json["datacontenttype"] as? String == "application/json")
        let data = try #require(json["data"] as? [String: Any])
        #expect(data["site_id"] as? String == event.siteID.description)

        #expect(message.subject == "crm.site.visited")
        #expect(message.headers["Content-Type"] == "application/cloudevents+json")
        let traceparent = try #require(message.headers["traceparent"].flatMap(TraceContext.init))
        #expect(traceparent.traceID == trace.traceID)
        #expect(json["traceparent"] as? String == traceparent.description)
        try await bench.close()
    }

    @Test func `an event goes out within a moment, not at the next poll`() async throws {
        let bench = try await Bench()
        let subscription = bench.client.subscribe("crm.site.visited")
        try await bench.client.flush(timeout: patience)
        try await bench.running([bench.relay { ($0.poll, $0.ackTimeout) = (.seconds(3_600), patience) }]) {
            try await bench.publish(visits(1))
            // It may have been committed before the relay listened: the first look finds it. These can only come by a signal.
            _ = await subscription.first(1)
            for _ in 0..<20 {
                try await bench.publish(visits(1))
                #expect(await subscription.first(1).count == 1)
            }
        }
        try await bench.close()
    }

    @Test func `what another process commits is published at its word, and when it ends before a word`() async throws {
        let bench = try await Bench()
        let letters = try visits(3).map { try OutgoingEvent($0, time: .now, trace: .make()) }
        let name: String = try await #require(bench.database.row("SELECT \(fragment: Outbox.name) AS outbox")).decode("outbox")
        let (relay, patient) = (bench.relay { $0.poll = .milliseconds(50) }, bench.relay { $0.poll = .seconds(3_600) })
        try await bench.running([relay]) {
            try await bench.database.execute(Outbox.insert([letters[0]]))
            try await eventually("found without a word") { try await bench.stored().count == 1 }
        }
        try await bench.running([patient]) {
            // The first signals may come before it listens.
            try await eventually("it listens") {
                try await bench.database.execute(Outbox.insert([letters[1]]))
                bench.client.post(OutboxSignal.subject(name, of: bench.client.configuration.token))
                return try await bench.stored().count >= 2
            }
            try await bench.database.execute(Outbox.insert([letters[2]]))
            bench.client.post(OutboxSignal.subject(name, of: bench.client.configuration.token))
            try await eventually("found at a word") { try await bench.stored().last?.messageID == letters[2].id.description }
        }
        try await bench.close()
    }

    /// With the smaller one, the batch behind is under way when it is lost.
    @Test(arguments: [500, 60])
    func `the order holds when one publish of a batch is lost`(batch: Int) async throws {
        let bench = try await Bench()
        let events = visits(300)
        try await bench.publish(events)
        let position = try await #require(
            bench.database.row("SELECT position FROM outbox ORDER BY position OFFSET 100 LIMIT 1")?.decode("position", as: Int64.self)
        )
        let losses = Mutex(0)
        let relay = bench.relay {
            ($0.ackTimeout, $0.batch) = (.milliseconds(500), batch)
            $0.loses = { row in
                row.position == position
                    && losses.withLock {
                        $0 += 1; return $0 <= 3
                    }
            }
        }
        try await bench.running([relay]) {
            try await eventually("all published") { try await bench.outboxIsEmpty() }
        }
        #expect(losses.withLock { $0 } > 3)
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `the order holds when one of many is lost that have one ack together`() async throws {
        let bench = try await Bench()
        let events = visits(301)
        // What is there when the relay begins has acks of its own, each; so it is begun with.
        let (first, rest) = (events[0], Array(events[1...]))
        let losses = Mutex(0)
        let relay = bench.relay {
            $0.ackTimeout = .milliseconds(500)
            $0.loses = { row in
                guard String(decoding: row.payload, as: UTF8.self).contains(rest[100].siteID.description) else { return false }
                return losses.withLock {
                    $0 += 1
                    return $0 <= 2
                }
            }
        }
        try await bench.running([relay]) {
            try await bench.publish([first])
            try await eventually("published") { try await bench.stored().count == 1 }
            try await bench.publish(rest)
            try await eventually("all published") { try await bench.outboxIsEmpty() }
        }
        #expect(losses.withLock(\.self) > 2)
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `what a successor can't tell from a repeat has an ack of its own, and nothing is missed`() async throws {
        let bench = try await Bench()
        let events = visits(30)
        try await bench.publish(events)
        let rows = try await bench.database.rows(Outbox.select(limit: 100)).map(OutboxRow.init)
        // The one before had not seen the row at 10, whose transaction came late, and its messages come between ours.
        var successor = StreamPublisher(
            stream: "SITES",
            sentUpTo: rows[29].position,
            jetStream: bench.jetStream,
            options: .init(),
            logger: quietLogger
        )
        #expect(await successor.publish(Array(rows[..<10])).count == 10)
        for row in rows[11...] { _ = try await bench.jetStream.publish(row.subject, payload: row.payload, messageID: row.eventID) }
        #expect(await !successor.publish(Array(rows[10...])).contains(rows[10].position))
        #expect(await successor.publish([rows[10]]) == [rows[10].position])
        #expect(Set(try await bench.stored().visitedSites()) == Set(events.sites))
        #expect(try await bench.stored().count == 30)
        try await bench.close()
    }

    @Test func `what a relay published before it died is not published again, even after the duplicate window`() async throws {
        let bench = try await Bench()
        let events = visits(50)
        try await bench.publish(events)
        // As a relay does that dies between the acks and the DELETE.
        for row in try await bench.database.rows(Outbox.select(limit: 30, without: [])).map(OutboxRow.init) {
            _ = try await bench.jetStream.publish(row.subject, payload: row.payload, messageID: row.eventID)
        }
        try await forgetDuplicates(bench)

        // Two batches of 20 can have been under way.
        try await bench.running([bench.relay { $0.batch = 20 }]) {
            try await eventually("all published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `what commits late, with a lower position, is published beside what is under way`() async throws {
        let bench = try await Bench()
        let (early, late) = (visits(200), visits(1))
        let letters = try late.map { try OutgoingEvent($0, time: .now, trace: .make()) }
        try await bench.running([bench.relay { $0.batch = 20 }]) {
            try await bench.database.transaction { transaction in
                _ = try await transaction.query(Outbox.insert(letters))
                try await bench.publish(early)
                try await eventually("all that is committed is published") { try await bench.stored().count == early.count }
            }
            try await eventually("all published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().visitedSites() == early.sites + late.sites)
        try await bench.close()
    }

    @Test func `while batches are under way, nothing is read twice`() async throws {
        let bench = try await Bench()
        try await bench.publish(visits(50))
        let first = try await bench.database.rows(Outbox.select(limit: 20)).map(OutboxRow.init)
        let second = try await bench.database.rows(Outbox.select(limit: 20, beside: first.map(\.position))).map(OutboxRow.init)
        #expect(first.count == 20 && second.count == 20)
        #expect((first.last?.position ?? 0) < (second.first?.position ?? 0))
        #expect(try await bench.database.rows(Outbox.select(limit: 20, without: ["SITES"])).isEmpty)
        try await bench.close()
    }

    @Test func `an ack that got lost does not make a second message, even after the duplicate window`() async throws {
        let bench = try await Bench()
        let events = visits(40)
        try await bench.publish(events)
        let rows = try await bench.database.rows(Outbox.select(limit: 100, without: [])).map(OutboxRow.init)
        var publisher = StreamPublisher(stream: "SITES", jetStream: bench.jetStream, options: .init(), logger: quietLogger)
        #expect(await publisher.publish(Array(rows[..<20])).count == 20)
        // The server has them; suppose we never heard. A failure in between makes the publisher look before it goes on.
        var lossy = OutboxRelay.Options()
        lossy.loses = { _ in true }
        var failing = StreamPublisher(stream: "SITES", jetStream: bench.jetStream, options: lossy, logger: quietLogger)
        #expect(await failing.publish(Array(rows[20...])).isEmpty)
        try await forgetDuplicates(bench)
        var restarted = StreamPublisher(stream: "SITES", jetStream: bench.jetStream, options: .init(), logger: quietLogger)
        #expect(await restarted.publish(rows).count == 40)
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `a relay that stood still while another took its place publishes nothing again, even after the duplicate window`()
        async throws
    {
        let bench = try await Bench()
        let events = visits(30)
        try await bench.publish(events)
        let rows = try await bench.database.rows(Outbox.select(limit: 100, without: [])).map(OutboxRow.init)
        func publisher() -> StreamPublisher {
            StreamPublisher(stream: "SITES", jetStream: bench.jetStream, options: .init(), logger: quietLogger)
        }
        var (sleeper, successor) = (publisher(), publisher())
        #expect(await sleeper.publish(Array(rows[..<10])).count == 10)
        #expect(await successor.publish(Array(rows[10..<25])).count == 15)
        try await forgetDuplicates(bench)
        // It wakes up with what it had read before it fell asleep.
        #expect(await sleeper.publish(Array(rows[10..<20])).isEmpty)
        #expect(await sleeper.publish(Array(rows[10...])).count == 20)
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `somebody else's messages in the stream hold nothing up for long`() async throws {
        let bench = try await Bench()
        let events = visits(60)
        try await bench.running([bench.relay()]) {
            for (index, event) in events.enumerated() {
                if index % 10 == 0 { _ = try await bench.jetStream.publish("crm.site.strange", payload: Data("{}".utf8)) }
                try await bench.publish([event])
            }
            try await eventually("published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().filter { $0.subject == "crm.site.visited" }.visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `a stream that was deleted is made anew, and gets what was not published yet`() async throws {
        let bench = try await Bench()
        let events = visits(20)
        try await bench.running([bench.relay()]) {
            try await bench.publish(Array(events[..<10]))
            try await eventually("published") { try await bench.outboxIsEmpty() }
            try await bench.jetStream.deleteStream("SITES")
            try await bench.publish(Array(events[10...]))
            try await eventually("published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().visitedSites() == Array(events.sites[10...]))
        try await bench.close()
    }

    /// Waits until the server would take an old id again: the window is shortened to its least, and is seen to have passed.
    private func forgetDuplicates(_ bench: Bench) async throws {
        var short = StreamConfiguration(Catalogue.sites)
        short.duplicateWindow = .milliseconds(100)
        try await bench.jetStream.ensureStream(short)
        let ids = try await bench.stored().compactMap(\.messageID)
        try await eventually("the window has passed") {
            for id in ids {
                // A known id is acked as a duplicate before its place is looked at.
                let probe = bench.jetStream.beginPublish("crm.site.visited", payload: Data(), messageID: id, behind: .sequence(1 << 40))
                guard (try? await probe.ack()) == nil else { return false }
            }
            return true
        }
    }

    @Test func `of two relays one publishes, and the other takes over`() async throws {
        let bench = try await Bench()
        let events = visits(40)
        try await bench.running([bench.relay()]) {
            try await bench.running([bench.relay()]) {
                try await bench.publish(Array(events[..<20]))
                try await eventually("published") { try await bench.outboxIsEmpty() }
            }
            try await bench.publish(Array(events[20...]))
            try await eventually("published") { try await bench.outboxIsEmpty() }
        }
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }

    @Test func `shutting down publishes what is committed first`() async throws {
        let bench = try await Bench()
        let events = visits(30)
        try await bench.running([bench.relay { ($0.poll, $0.ackTimeout) = (.seconds(3_600), patience) }]) {
            try await eventually("it has the lock") {
                // Of this database: the server's other tests have relays too.
                try await bench.database.row(
                    """
                    SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                ) != nil
            }
            try await bench.publish(events)
        }
        #expect(try await bench.outboxIsEmpty())
        #expect(try await bench.stored().visitedSites() == events.sites)
        try await bench.close()
    }
}
