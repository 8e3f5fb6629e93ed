import Contracts
import Foundation
import LocalServers
import LocalStack
import Measuring
import Messaging
import Synchronization

/// From a message event that is published to the status event that a subscriber is told, at a steady rate; each moves another lead's status.
struct StatusLatency: Benchmark {
    private let rate = 1_000
    /// Not counted, but sent like the others: what is cold is warm afterwards.
    private let warmUp = 5_000
    private let counted = 20_000
    private let bareOperations = 1_000

    private let p50 = RowPlan("status-latency/p50", unit: "ms", limits: "bare commit p50", "bare NATS request p50", aim: .below(50))
    private let p99 = RowPlan("status-latency/p99", unit: "ms", limits: "bare commit p50", "bare NATS request p50", aim: .below(50))

    var rows: [RowPlan] { [p50, p99] }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("status-latency: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            for service in StackPlan.services where service != .lifecycle { try await stack.stop(service) }
            return try await BareRequest.with(stack) { bareRequest in
                try await BareCommit.with(stack) { bareCommit in
                    var readings: [[String: Reading]] = []
                    for run in 1...runs {
                        tell("status-latency: run \(run) of \(runs)")
                        var requests = try await bareRequest.measure(bareOperations / 2)
                        var commits = try await bareCommit.measure(bareOperations / 2)
                        let times = try await measure(client.nats)
                        requests += try await bareRequest.measure(bareOperations / 2)
                        commits += try await bareCommit.measure(bareOperations / 2)
                        guard let request = Figures(requests).percentile(50), let commit = Figures(commits).percentile(50),
                            let median = times.percentile(50), let slow = times.percentile(99), let slowest = times.percentile(100)
                        else { throw BenchmarkFault(description: "nothing was measured") }
                        tell(
                            "  p50 \(median.text), p99 \(slow.text), at most \(slowest.text); bare commit \(commit.text), request \(request.text)"
                        )
                        readings.append([
                            p50.name: Reading(figure: median, limits: commit, request),
                            p99.name: Reading(figure: slow, limits: commit, request),
                        ])
                    }
                    return readings
                }
            }
        }
    }

    private func measure(_ nats: NATSClient) async throws -> Figures {
        let leads = (0..<warmUp + counted).map { _ in LeadID.make() }
        let events = try leads.map { try MessageStory.told(0, of: $0, at: Date()) }
        let told = nats.subscribe("\(ContactStatusChanged.subject).>")
        try await nats.flush()
        async let received = receive(leads.count, from: told)
        let due = Mutex<[Int: ContinuousClock.Instant]>([:])
        try await OpenLoop(rate: rate, count: events.count).run { index, time in
            due.withLock { $0[index] = time }
            let (subject, payload, id) = events[index]
            try await nats.publish(subject, headers: ["Nats-Msg-Id": id], payload: payload)
        }
        let deadline = Task {
            try await Task.sleep(for: .seconds(60))
            told.unsubscribe()
        }
        let times = try await received
        deadline.cancel()
        told.unsubscribe()
        let durations = try due.withLock { due in
            try leads.indices.dropFirst(warmUp).map { index in
                guard let time = times[leads[index]], let start = due[index] else {
                    throw BenchmarkFault(description: "a status was not told")
                }
                return time - start
            }
        }
        return Figures(durations)
    }

    /// When each lead's status event came, first come.
    private func receive(_ count: Int, from told: NATSSubscription) async throws -> [LeadID: ContinuousClock.Instant] {
        var messages: [NATSMessage] = []
        messages.reserveCapacity(count)
        for await message in told {
            messages.append(message)
            if messages.count == count { break }
        }
        var times: [LeadID: ContinuousClock.Instant] = [:]
        for message in messages {
            // Read when all are there: the machine is left to who is measured.
            guard let lead = LeadID(try WireJSON.decode(EnvelopeHead.self, from: message.payload).subject) else { continue }
            times[lead] = min(times[lead] ?? message.receivedAt, message.receivedAt)
        }
        return times
    }
}

extension Double {
    fileprivate var text: String { String(format: "%.2f ms", self) }
}
