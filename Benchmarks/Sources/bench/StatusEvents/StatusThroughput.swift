import Contracts
import Foundation
import LocalServers
import LocalStack
import Measuring
import Messaging

/// From message events that stand in their stream to committed statuses, their history, and the status events in theirs: as fast as lifecycle
/// gets through them, with one instance and with two. Each of the events moves a status.
///
/// Held against PostgreSQL itself: pgbench with 8 clients that each commit a status and its row of the history, one after another.
struct StatusThroughput: Benchmark {
    private static let clients = 8
    private let story = MessageStory(leads: 25_000)
    private let time = Duration.seconds(10)

    private let one = RowPlan("status-throughput/one", unit: "events/s", limits: "pgbench, \(clients) clients", aim: .ratioAbove(3))
    private let two = RowPlan("status-throughput/two", unit: "events/s", limits: "pgbench, \(clients) clients", aim: .ratioAbove(3))
    /// Against one instance: not slower, but for what one run differs from the next.
    private let both = RowPlan("status-throughput/two-to-one", unit: "events/s", limits: "one instance", aim: .ratioAbove(0.9))

    var rows: [RowPlan] { [one, two, both] }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("status-throughput: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            for service in StackPlan.services { try await stack.stop(service) }
            let tables = StatusTables(stack: stack, jetStream: JetStream(client.nats), leads: story.leads)
            let events = try story.events()
            // Not counted: the server's first log files and shared memory are made on the way, and take longer than what is measured.
            tell("status-throughput: warming up")
            _ = try await measure(1, events, tables)
            var readings: [[String: Reading]] = []
            for run in 1...runs {
                tell("status-throughput: run \(run) of \(runs)")
                try await tables.clear()
                let limit = try await BareStatusMove(stack: stack).measure(leads: story.leads, clients: Self.clients, for: time)
                // Each twice, and in turn, so that what slows the machine for a while slows both.
                var rates: [Int: [Double]] = [:]
                for instances in run.isMultiple(of: 2) ? [2, 1, 1, 2] : [1, 2, 2, 1] {
                    rates[instances, default: []].append(try await measure(instances, events, tables))
                }
                guard let alone = rates[1]?.mean, let beside = rates[2]?.mean else {
                    throw BenchmarkFault(description: "nothing was measured")
                }
                tell("  pgbench \(Int(limit)) transactions/s, one instance \(Int(alone)) events/s, two \(Int(beside))")
                readings.append([
                    one.name: Reading(figure: alone, limits: limit), two.name: Reading(figure: beside, limits: limit),
                    both.name: Reading(figure: beside, limits: alone),
                ])
            }
            return readings
        }
    }

    private func measure(
        _ instances: Int,
        _ events: [(subject: String, payload: Data, id: String)],
        _ tables: StatusTables
    ) async throws -> Double {
        try await tables.clear()
        try await tell(events, tables.jetStream)
        // The first tenth is not counted: what is cold is warm afterwards.
        let begin = story.count / 10
        var started: ContinuousClock.Instant?
        let running = try await Lifecycle.start(instances, on: tables.stack)
        try await wait(for: "all statuses to be told", patience: .seconds(300)) {
            let told = try await tables.jetStream.state(ofStream: Catalogue.status.name).messages
            if started == nil, told >= begin { started = .now }
            return told >= story.count
        }
        let end = ContinuousClock.now
        for process in running { try await process.stop(grace: .seconds(15)) }
        try await tables.check(story)
        guard let started else { throw BenchmarkFault(description: "it was too fast to be measured") }
        return Double(story.count - begin) / ((end - started) / .seconds(1))
    }

    private func tell(_ events: [(subject: String, payload: Data, id: String)], _ jetStream: JetStream) async throws {
        var pending: ArraySlice<PendingPublish> = []
        for event in events {
            pending.append(jetStream.beginPublish(event.subject, payload: event.payload, messageID: event.id))
            if pending.count > 1_000, let first = pending.popFirst() { _ = try await first.ack() }
        }
        for publish in pending { _ = try await publish.ack() }
    }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(count) }
}

/// Instances of lifecycle as it is shipped, beside the stack's own.
enum Lifecycle {
    static func start(_ count: Int, on stack: LocalStack) async throws -> [ManagedProcess] {
        var processes: [ManagedProcess] = []
        for number in 1...count {
            var environment = [
                "DATABASE_URL": stack.databaseURL(of: .lifecycle), "NATS_URL": stack.natsURL, "HTTP_PORT": "\(try FreePort.choose())",
                "NATS_USER": ServiceName.lifecycle.rawValue, "NATS_PASSWORD": stack.plan.secret(of: ServiceName.lifecycle.rawValue),
                "LOG_LEVEL": "warning",
            ]
            for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { environment[name] = ProcessInfo.processInfo.environment[name] }
            processes.append(
                try await ManagedProcess.start(
                    ManagedProcess.Configuration(
                        executable: "\(stack.plan.executables)/lifecycle",
                        environment: environment,
                        logFile: stack.logFile(of: "lifecycle-\(number)")
                    )
                )
            )
        }
        return processes
    }
}
