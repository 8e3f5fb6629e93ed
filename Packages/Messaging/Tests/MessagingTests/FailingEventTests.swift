import Contracts
import Foundation
import LocalServers
import Postgres
import Synchronization
import Testing

@testable import Messaging

@Suite("Events that fail", .timeLimit(.minutes(1)))
struct FailingEventTests {
    @Test func `a poisoned event is tried, parked with its reason, and blocks nobody`() async throws {
        let bench = try await Bench()
        let events = visits(30)
        let poisoned = events[7].siteID
        let attempts = Mutex(0)
        let handler = EventHandler.on(SiteVisited.self) { (visit: Received<SiteVisited>, transaction: Transaction) -> Outcome in
            if visit.fact.siteID == poisoned {
                attempts.withLock { $0 += 1 }
                throw Broken()
            }
            try await transaction.note(visit)
            return .done
        }
        try await bench.publish(events)
        let consumers = bench.consumers([handler])
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("the others are applied") { try await bench.applied().count == 29 }
            try await eventually("it is parked") { try await consumers.deadLetters().count == 1 }
        }
        let letter = try await #require(consumers.deadLetters().first)
        #expect(letter.attempts == 3)
        #expect(letter.reason.contains("Broken"))
        #expect(letter.type == "plumbline.site.visited.v1")
        #expect(letter.payload.contains(poisoned.description))
        #expect(attempts.withLock { $0 } >= 3)
        #expect(Set(try await bench.applied()) == Set(events.sites).subtracting([poisoned.description]))
        #expect(try await bench.database.rows("SELECT FROM retries").isEmpty)
        try await bench.close()
    }

    @Test func `an event that heals is applied, and leaves no trace of its failures`() async throws {
        let bench = try await Bench()
        let attempts = Mutex(0)
        let handler = EventHandler.on(SiteVisited.self) { (visit: Received<SiteVisited>, transaction: Transaction) -> Outcome in
            try await transaction.note(visit)
            let count = attempts.withLock {
                $0 += 1; return $0
            }
            return count < 3 ? .retry(after: .milliseconds(10), reason: "not yet") : .done
        }
        let event = visits(1)
        try await bench.publish(event)
        let consumers = bench.consumers([handler])
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("applied") { try await bench.applied() == event.sites }
        }
        #expect(try await bench.database.rows("SELECT FROM retries").isEmpty)
        #expect(try await consumers.deadLetters().isEmpty)
        try await bench.close()
    }

    @Test func `an event that can't be read is parked at once, and so is one that its handler gives up`() async throws {
        let bench = try await Bench()
        let handler = EventHandler.on(SiteVisited.self) { (visit: Received<SiteVisited>, transaction: Transaction) -> Outcome in
            .park(reason: "of no use")
        }
        _ = try await bench.jetStream.publish("crm.site.visited", payload: Data("{\"specversion\":\"1.0\"}".utf8))
        try await bench.publish(visits(1))
        let consumers = bench.consumers([handler])
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("both are parked") { try await consumers.deadLetters().count == 2 }
        }
        let letters = try await consumers.deadLetters()
        #expect(letters.contains { $0.reason == "of no use" && $0.attempts == 1 })
        #expect(letters.contains { $0.reason.hasPrefix("unreadable: /id") && $0.eventID == "SITES:1" })
        try await bench.close()
    }

    @Test(arguments: [
        (
            #"{"lead_id":7,"by_machine":"no"}"#,
            ["/data/lead_id must be a UUID", "/data/by_machine must be true or false", "/data/site_id is missing"]
        ),
        ("[]", ["/data must be an object"]),
        (#"{"lead_id":"x","site_id":null,"by_machine":true}"#, ["/data/lead_id must be a UUID", "/data/site_id must not be null"]),
    ])
    func `a dead letter says which fields can't be read, what is expected there and what to do, in no words of Swift`(
        data: String,
        expected: [String]
    ) throws {
        let envelope = #"""
            {"specversion":"1.0","id":"\#(EventID.make())","source":"/lifecycle","type":"plumbline.site.visited.v1",
            "subject":"\#(LeadID.make())","time":"2026-01-31T09:30:00Z","datacontenttype":"application/json","data":\#(data)}
            """#
        let alone = EventHandler.on(SiteVisited.self) { _, _ in .done }
        let batch = EventHandler.onBatch(stream: Catalogue.sites, preparing: { try $0.decode(SiteVisited.self) }) { _, _ in }
        for handler in [alone, batch] {
            let error = #expect(throws: UnreadableEvent.self) {
                _ = try Routes(handlers: [handler]).prepare(subject: "crm.site.visited", stream: "SITES", payload: Data(envelope.utf8))
            }
            let reason = try #require(error).description
            for words in expected { #expect(reason.contains(words), "\(reason)") }
            #expect(reason.contains("docs/asyncapi.yaml") && reason.contains("replay"))
            for word in ["Swift", "Expected to decode", "CodingKeys", "Dictionary<", "codingPath", "Optional", "DecodingError"] {
                #expect(!reason.contains(word), "\(reason)")
            }
        }
    }

    @Test(arguments: [
        ("", "the event is not valid JSON"), (#"{"specversion":"2.0"}"#, "/specversion must be 1.0"),
        (#"{"specversion":"1.0","id":"x"}"#, "/id must be a UUID"),
    ])
    func `what is wrong with the envelope is said too`(payload: String, expected: String) throws {
        for handler in [
            EventHandler.on(SiteVisited.self) { _, _ in .done }, EventHandler.onBatch(stream: Catalogue.sites) { _, _ in },
        ] {
            let error = #expect(throws: UnreadableEvent.self) {
                _ = try Routes(handlers: [handler]).prepare(subject: "crm.site.visited", stream: "SITES", payload: Data(payload.utf8))
            }
            #expect(try #require(error).description.hasPrefix("unreadable: \(expected)"))
        }
    }

    @Test func `what is given up after its lead was erased is not kept`() async throws {
        let bench = try await Bench()
        let handler = EventHandler.on(SiteVisited.self) { _, _ in .park(reason: "of no use") }
        let events = visits(2)
        try await bench.database.transaction { try await $0.forget(events[0].leadID) }
        try await bench.publish(events)
        let consumers = bench.consumers([handler])
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("both are settled") { try await bench.database.rows("SELECT FROM inbox").count == 2 }
        }
        #expect(try await consumers.deadLetters().count == 1)
        try await bench.close()
    }

    @Test func `a replayed dead letter is applied through the same handler, once`() async throws {
        let bench = try await Bench()
        let isBroken = Mutex(true)
        let handler = EventHandler.on(SiteVisited.self) { (visit: Received<SiteVisited>, transaction: Transaction) -> Outcome in
            if isBroken.withLock({ $0 }) { throw Broken() }
            try await transaction.note(visit)
            return .done
        }
        let events = visits(2)
        try await bench.publish(events)
        let consumers = bench.consumers([handler]) { $0.retryDelays = [] }
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("parked") { try await consumers.deadLetters().count == 2 }
        }
        let still = try await consumers.replay()
        #expect(still.replayed == 0 && still.failed.count == 2)

        isBroken.withLock { $0 = false }
        let first = try await #require(consumers.deadLetters().last)
        #expect(try await consumers.replay([first.id]) == .init(replayed: 1, failed: []))
        #expect(try await consumers.replay() == .init(replayed: 1, failed: []))
        #expect(try await consumers.replay() == .init(replayed: 0, failed: []))
        #expect(try await Set(bench.applied()) == Set(events.sites))
        #expect(try await bench.applied().count == 2)
        #expect(try await consumers.deadLetters().allSatisfy { $0.replayedAt != nil })
        try await bench.close()
    }

    @Test func `dead letters are listed as far as an answer holds them`() async throws {
        let bench = try await Bench()
        try await bench.database.execute(
            """
            INSERT INTO dead_letters (consumer, event_id, stream, sequence, subject, payload, reason, attempts)
            SELECT 'lifecycle', n::text, 'SITES', n, 'crm.site.visited', convert_to(repeat('"', 10000 * n), 'UTF8'), 'too long', 1
            FROM generate_series(1, 40) AS n
            """
        )
        let letters = try await bench.consumers([noteVisits]).deadLetters(limit: 1_000)
        #expect(letters.first?.eventID == "40")
        #expect(letters.first?.payload.hasSuffix("…") == true)
        #expect(letters.count < 40)
        #expect(try WireJSON.encode(ListDeadLetters.Answer(deadLetters: letters)).count < 1_000_000)
        try await bench.close()
    }

    @Test func `a neighbour's outage is no attempt`() async throws {
        let bench = try await Bench()
        let calls = Mutex(0)
        let handler = EventHandler.on(SiteVisited.self) { (visit: Received<SiteVisited>, transaction: Transaction) -> Outcome in
            if calls.withLock({
                $0 += 1; return $0
            }) < 10 {
                throw Problem.unavailable("lead-intake is not running.")
            }
            try await transaction.note(visit)
            return .done
        }
        let event = visits(1)
        try await bench.publish(event)
        let consumers = bench.consumers([handler])
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("applied") { try await bench.applied() == event.sites }
        }
        #expect(try await consumers.deadLetters().isEmpty)
        try await bench.close()
    }

    @Test func `another version of an event is passed over, a wrong type is parked`() async throws {
        let bench = try await Bench()
        func publish(as type: String) async throws {
            let envelope = String(
                decoding: try WireJSON.encode(Envelope(visits(1)[0], source: .lifecycle, time: .now, trace: nil)),
                as: UTF8.self
            )
            let payload = Data(envelope.replacing("plumbline.site.visited.v1", with: type).utf8)
            _ = try await bench.jetStream.publish("crm.site.visited", payload: payload)
        }
        for type in ["plumbline.site.visited.v2", "plumbline.site.sold.v1", "plumbline\\u0000", "plumbline.site.visited.v1"] {
            try await publish(as: type)
        }
        let consumers = bench.consumers([noteVisits])
        try await bench.running([consumers]) {
            try await eventually("the last is applied") { try await bench.applied().count == 1 }
        }
        let letters = try await consumers.deadLetters()
        #expect(letters.count == 2)
        #expect(letters.contains { $0.reason.contains("plumbline.site.sold.v1") })
        try await bench.close()
    }

    @Test func `an event whose type PostgreSQL can't hold is parked all the same`() async throws {
        let bench = try await Bench()
        let envelope = String(
            decoding: try WireJSON.encode(Envelope(visits(1)[0], source: .lifecycle, time: .now, trace: nil)),
            as: UTF8.self
        )
        let payload = Data(envelope.replacing("plumbline.site.visited.v1", with: "plumbline\\u0000").utf8)
        _ = try await bench.jetStream.publish("crm.site.visited", payload: payload)
        let handler = EventHandler.onBatch(stream: Catalogue.sites) { _, _ in throw Broken() }
        let consumers = bench.consumers([handler])
        try await bench.running([consumers]) {
            try await eventually("parked") { try await consumers.deadLetters().count == 1 }
        }
        #expect(try await consumers.deadLetters().first?.type == "plumbline\u{FFFD}")
        try await bench.close()
    }

    @Test func `the retry schedule holds when the broker delivers too early`() async throws {
        let bench = try await Bench()
        let attempts = Mutex<[ContinuousClock.Instant]>([])
        let handler = EventHandler.on(SiteVisited.self) { (visit: Received<SiteVisited>, transaction: Transaction) -> Outcome in
            attempts.withLock { $0.append(.now) }
            return .retry(reason: "not yet")
        }
        try await bench.publish(visits(1))
        let consumers = bench.consumers([handler]) { $0.retryDelays = [.milliseconds(1_500)] }
        try await bench.running([bench.relay(), consumers]) {
            try await eventually("it has failed") { try await bench.database.rows("SELECT FROM retries").count == 1 }
            // As happens when a consumer comes back from an outage.
            try await eventually("parked") {
                try await bench.jetStream.redeliverUnsettled(stream: "SITES", consumer: "lifecycle", limit: 100)
                return try await consumers.deadLetters().count == 1
            }
        }
        let times = attempts.withLock { $0 }
        #expect(times.count == 2)
        #expect(times[0].duration(to: times[1]) >= .milliseconds(1_400))
        try await bench.close()
    }
}
