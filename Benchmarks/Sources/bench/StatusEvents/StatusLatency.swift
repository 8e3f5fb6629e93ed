import Contracts
import Foundation
import LocalServers
import LocalStack
import Measuring
import Messaging
import Synchronization

/// From a message event that is published to the status event that a subscriber is told, at a steady rate; each moves another lead's status.
///
/// Beside it a bare commit and a bare request are timed on the same busy machine, now and then: where those stand still, everything does.
struct StatusLatency: Benchmark {
    private let rate = 1_000
    /// Not counted, but sent like the others: what is cold is warm afterwards.
    private let warmUp = 5_000
    private let counted = 20_000
    private let pauseBetweenBare = Duration.milliseconds(25)

    private let p50 = RowPlan("status-latency/p50", unit: "ms", limits: "bare commit p50", "bare NATS request p50", aim: .below(50))
    private let p99 = RowPlan("status-latency/p99", unit: "ms", limits: "bare commit p99", "bare NATS request p99", aim: .below(50))

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
                        let (times, requests, commits) = try await beside(bareRequest, bareCommit) { try await measure(client.nats) }
                        func reading(_ percentile: Double) throws -> Reading {
                            guard let figure = times.percentile(percentile), let request = requests.percentile(percentile),
                                let commit = commits.percentile(percentile)
                            else { throw BenchmarkFault(description: "nothing was measured") }
                            return Reading(figure: figure, limits: commit, request)
                        }
                        let (median, slow) = (try reading(50), try reading(99))
                        for (name, reading) in [("p50", median), ("p99", slow)] {
                            let limits = reading.limits.map(\.text)
                            tell("  \(name) \(reading.figure.text); bare commit \(limits[0]), request \(limits[1])")
                        }
                        readings.append([p50.name: median, p99.name: slow])
                    }
                    return readings
                }
            }
        }
    }

    /// What `body` finds, and how long bare operations took meanwhile.
    private func beside(
        _ bareRequest: BareRequest,
        _ bareCommit: BareCommit,
        _ body: () async throws -> Figures
    ) async throws -> (Figures, requests: Figures, commits: Figures) {
        let isOver = Atomic(false)
        async let bare = {
            var (requests, commits): ([Duration], [Duration]) = ([], [])
            while !isOver.load(ordering: .relaxed) {
                requests += try await bareRequest.measure(1)
                commits += try await bareCommit.measure(1)
                try await Task.sleep(for: pauseBetweenBare)
            }
            return (requests, commits)
        }()
        let figures = try await body()
        isOver.store(true, ordering: .relaxed)
        let (requests, commits) = try await bare
        return (figures, Figures(requests), Figures(commits))
    }

    /// Sends from a thread, and reads what came when all is there: the machine is left to who is measured.
    private func measure(_ nats: NATSClient) async throws -> Figures {
        let leads = (0..<warmUp + counted).map { _ in LeadID.make() }
        let events = try leads.map { try MessageStory.told(0, of: $0, at: Date()) }
        let told = nats.subscribe("\(ContactStatusChanged.subject).>")
        try await nats.flush()
        let due = Mutex<[ContinuousClock.Instant]>([])
        await OpenLoop(rate: rate, count: events.count).runOnThread { index, time in
            due.withLock { $0.append(time) }
            let (subject, payload, id) = events[index]
            nats.post(subject, headers: ["Nats-Msg-Id": id], payload: payload)
        }
        let deadline = Task {
            try await Task.sleep(for: .seconds(60))
            told.unsubscribe()
        }
        let times = try await receive(leads.count, from: told)
        deadline.cancel()
        told.unsubscribe()
        let durations = try due.withLock { due in
            try leads.indices.dropFirst(warmUp).map { index in
                guard let time = times[leads[index]] else { throw BenchmarkFault(description: "a status was not told") }
                return time - due[index]
            }
        }
        return Figures(durations)
    }

    /// When each lead's status event came, first come.
    private func receive(_ count: Int, from told: NATSSubscription) async throws -> [LeadID: ContinuousClock.Instant] {
        var times: [LeadID: ContinuousClock.Instant] = [:]
        for await message in told {
            guard let lead = LeadID(try WireJSON.decode(EnvelopeHead.self, from: message.payload).subject) else { continue }
            times[lead] = min(times[lead] ?? message.receivedAt, message.receivedAt)
            if times.count == count { break }
        }
        return times
    }
}

extension Double {
    fileprivate var text: String { String(format: "%.2f ms", self) }
}
