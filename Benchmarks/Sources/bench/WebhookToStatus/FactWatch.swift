import Contracts
import Foundation
import Messaging
import Synchronization

/// A subscriber from outside: notes which facts were told of which lead, and when each reached it first.
final class FactWatch: Sendable {
    enum Fact: CaseIterable {
        case siteGenerated, interested, paid, purchased

        var subject: String {
            switch self {
            case .siteGenerated: WebsiteStatusChanged.subject.appending(WebsiteStatus.generated.rawValue).description
            case .interested: ContactStatusChanged.subject.appending(ContactStatus.interested.rawValue).description
            case .paid: PaymentSucceeded.subject.description
            case .purchased: ContactStatusChanged.subject.appending(ContactStatus.purchased.rawValue).description
            }
        }
    }

    /// By fact and lead: when each of its events came. An event that is published again, with the same id, is the same one:
    /// the stream keeps it once.
    private let seen = Mutex<[Fact: [LeadID: [EventID: ContinuousClock.Instant]]]>([:])

    /// Lends a watch that is subscribed already.
    static func on<Result>(_ nats: NATSClient, _ body: (FactWatch) async throws -> Result) async throws -> Result {
        let watch = FactWatch()
        let subscriptions = Fact.allCases.map { ($0, nats.subscribe($0.subject)) }
        try await nats.flush()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (fact, subscription) in subscriptions {
                group.addTask { for await message in subscription { try watch.note(fact, message) } }
            }
            defer { for (_, subscription) in subscriptions { subscription.unsubscribe() } }
            return try await body(watch)
        }
    }

    private func note(_ fact: Fact, _ message: NATSMessage) throws {
        let event = try WireJSON.decode(EnvelopeHead.self, from: message.payload)
        guard let lead = LeadID(event.subject) else { throw BenchmarkFault(description: "\(message.subject) is about no lead") }
        seen.withLock { seen in
            if seen[fact]?[lead]?[event.id] == nil { seen[fact, default: [:]][lead, default: [:]][event.id] = message.receivedAt }
        }
    }

    func wait(for fact: Fact, of leads: [LeadID]) async throws {
        try await bench.wait(for: "\(fact.subject) of all \(leads.count) leads") {
            seen.withLock { seen in leads.allSatisfy { seen[fact]?[$0] != nil } }
        }
    }

    /// When each lead's one event came.
    ///
    /// - Throws: ``BenchmarkFault`` when one was told never, or more than once.
    func times(of fact: Fact, for leads: [LeadID]) throws -> [ContinuousClock.Instant] {
        let known = seen.withLock { $0[fact] ?? [:] }
        return try leads.map { lead in
            let events = known[lead] ?? [:]
            guard events.count == 1, let time = events.values.first else {
                throw BenchmarkFault(description: "\(fact.subject) was told \(events.count) times of lead \(lead)")
            }
            return time
        }
    }
}
