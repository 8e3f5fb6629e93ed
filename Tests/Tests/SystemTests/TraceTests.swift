import Contracts
import Foundation
import LocalStack
import Messaging
import Outbound
import Testing

/// One trace, from a browser's request to the last event that it caused.
@Suite("A trace", .timeLimit(.minutes(3)))
struct TraceTests {
    @Test func `goes from an HTTP request through the outbox and NATS to the next service's event`() async throws {
        let system = try await TestSystem.shared()
        let (lead, site) = try await system.leadWithSite(system.business("Traced"))
        let checkout = "\(system.stack.url(of: .billingWebhook))/checkout/\(site.slug)"
        let trace = TraceContext.make()
        try await system.eventually("billing never heard of the site") {
            let answer = try await system.get(checkout, headers: [("traceparent", "\(trace)"), ("User-Agent", TestSystem.browser)])
            if answer.status == 303 { #expect(answer.headers["X-Request-Id"] == trace.traceID) }
            return answer.status == 303
        }
        try await system.waitFor(contact: .interested, of: lead.id)

        // Billing's event, by the request; lifecycle's, by billing's event, which is told a moment after it is known.
        let created = try await envelopes(in: "BILLING", of: lead.id, system).first { $0.type == "plumbline.checkout.created.v1" }
        var moved: Event?
        try await system.eventually("the status was never told") {
            moved = try await envelopes(in: "STATUS", of: lead.id, system).first { $0.type == "plumbline.status.contact.interested.v1" }
            return moved != nil
        }
        for event in [try #require(created), try #require(moved)] {
            let carried = try #require(event.traceparent.flatMap { TraceContext($0) }, "\(event.type) has no trace")
            #expect(carried.traceID == trace.traceID, "\(event.type) belongs to another trace")
            #expect("\(carried)" != "\(trace)", "each step is a span of its own")
        }
        #expect(created?.traceparent != moved?.traceparent)
    }

    private struct Event: Decodable {
        var type: String
        var subject: String
        var traceparent: String?
    }

    private func envelopes(in stream: String, of lead: LeadID, _ system: TestSystem) async throws -> [Event] {
        try await JetStream(system.client.nats).lastMessages(of: stream, 1_000)
            .map { try WireJSON.decode(Event.self, from: $0.payload) }
            .filter { $0.subject == "\(lead)" }
    }
}
