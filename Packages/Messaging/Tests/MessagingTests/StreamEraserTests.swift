import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Erasing from streams", .timeLimit(.minutes(1)))
struct StreamEraserTests {
    @Test func `what an erased lead's events tell is gone from the stream, and all others stay`() async throws {
        let bench = try await Bench()
        let (lead, other) = (LeadID.make(), LeadID.make())
        func visit(_ lead: LeadID) -> SiteVisited { SiteVisited(leadID: lead, siteID: .make(), byMachine: false) }
        var options = StreamEraser.Options()
        options.patience = 0
        let eraser = StreamEraser(
            service: .lifecycle,
            database: bench.database,
            client: bench.client,
            logger: quietLogger,
            options: options
        )
        let status = ContactStatusChanged(
            leadID: lead,
            from: .pending,
            to: .emailed,
            cause: StatusCause(type: "test"),
            at: Date()
        )
        try await bench.running([bench.relay()]) {
            try await bench.publish([visit(lead), visit(other), visit(lead), status])
            try await eventually("all is published") { try await bench.outboxIsEmpty() }
            try await bench.database.transaction { try await $0.forget(lead) }
            #expect(try await eraser.eraseDue() == 2)
            #expect(try await eraser.eraseDue() == 0)
            // It goes on behind what is gone, also behind a last message that is.
            try await bench.publish([visit(lead), visit(other)])
            try await eventually("the rest is published") { try await bench.outboxIsEmpty() }
        }
        let left = try await bench.stored().map { try WireJSON.decode(Envelope<SiteVisited>.self, from: $0.payload).fact.leadID }
        #expect(left == [other, lead, other])
        #expect(try await bench.stored("STATUS").count == 1)
        try await bench.close()
    }

    @Test func `what somebody wrote about an erased lead goes from the statuses too, and the statuses nobody wrote about stay`()
        async throws
    {
        let bench = try await Bench()
        let (lead, other) = (LeadID.make(), LeadID.make())
        var options = StreamEraser.Options()
        options.patience = 0
        let eraser = StreamEraser(
            service: .lifecycle,
            database: bench.database,
            client: bench.client,
            logger: quietLogger,
            options: options
        )
        func moved(_ lead: LeadID, _ reason: String?) -> [any Event] {
            let cause = StatusCause(type: "manual", actor: "ana", reason: reason)
            return [
                ContactStatusChanged(leadID: lead, from: .pending, to: .replied, cause: cause, at: Date()),
                WebsiteStatusChanged(leadID: lead, from: .none, to: .archived, cause: cause, at: Date()),
            ]
        }
        try await bench.running([bench.relay()]) {
            let events = moved(lead, "Maria says her mother is ill.") + moved(lead, nil) + moved(other, "Called back.")
            try await bench.database.transaction { _ = try await $0.publish(events) }
            try await eventually("all is published") { try await bench.outboxIsEmpty() }
            try await bench.database.transaction { try await $0.forget(lead) }
            #expect(try await eraser.eraseDue() == 2)
        }
        let left = try await bench.stored("STATUS").map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(left.count == 4 && left.allSatisfy { !$0.contains("Maria") })
        #expect(left.count { $0.contains("Called back.") } == 2)
        try await bench.close()
    }

    @Test func `nothing is erased before those who follow can have had it`() async throws {
        let bench = try await Bench()
        let eraser = StreamEraser(service: .lifecycle, database: bench.database, client: bench.client, logger: quietLogger)
        let visit = SiteVisited(leadID: .make(), siteID: .make(), byMachine: false)
        try await bench.running([bench.relay()]) {
            try await bench.publish([visit])
            try await eventually("it is published") { try await bench.outboxIsEmpty() }
        }
        try await bench.database.transaction { try await $0.forget(visit.leadID) }
        #expect(try await eraser.eraseDue() == 0)
        #expect(try await bench.stored().count == 1)
        try await bench.close()
    }
}
