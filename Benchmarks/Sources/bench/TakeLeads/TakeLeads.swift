import Contracts
import Foundation
import LocalStack
import Measuring

/// Leads that programs send one by one, over 32 connections at once: each request one business that is new, answered after its commit.
///
/// Held against PostgreSQL itself: pgbench with 32 clients that insert the same columns into the same table, and an event into the outbox.
/// pgbench has the machine for itself; of the service's side the clients, the service, PostgreSQL, and NATS with the relay share it.
struct TakeLeads: Benchmark {
    static let connections = 32
    private let time = Duration.seconds(10)
    private let warmUp = Duration.seconds(2)

    private let rate = RowPlan("intake-leads/rate", unit: "leads/s", limits: "pgbench, 32 clients", aim: .ratioAbove(1))

    var rows: [RowPlan] { [rate] }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("intake-leads: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            // No client is to be held back.
            let key = try await client.ask(CreateAPIKey(name: "bench", scopes: ["intake"], rate: 100_000, burst: 1_000_000)).key
            let table = LeadTable(stack: stack)
            // What others do with a new lead is not what is measured here.
            for service in StackPlan.services where service != .leadIntake { try await stack.stop(service) }
            var readings: [[String: Reading]] = []
            for run in 1...runs {
                tell("intake-leads: run \(run) of \(runs)")
                // In turn, so that what slows the machine for a while slows both.
                let isServiceFirst = run.isMultiple(of: 2)
                var bare = isServiceFirst ? nil : try await measureBare(stack, table)
                let taken = try await measureService(stack, table, key: key, run: run, tell)
                if bare == nil { bare = try await measureBare(stack, table) }
                let limit = bare ?? 0
                tell("  pgbench \(Int(limit)) transactions/s, the service \(Int(taken)) leads/s")
                readings.append([rate.name: Reading(figure: taken, limits: limit)])
            }
            return readings
        }
    }

    private func measureBare(_ stack: LocalStack, _ table: LeadTable) async throws -> Double {
        try await stack.stop(.leadIntake)
        try await table.clear()
        let rate = try await BareInsert(stack: stack).measure(clients: Self.connections, for: time)
        try await table.clear()
        try await stack.start(ServiceName.leadIntake.rawValue)
        return rate
    }

    private func measureService(
        _ stack: LocalStack,
        _ table: LeadTable,
        key: String,
        run: Int,
        _ tell: (String) -> Void
    ) async throws -> Double {
        try await table.clear()
        let senders = LeadSenders(port: stack.plan.port(of: ServiceName.leadIntake.rawValue), key: key, connections: Self.connections)
        try await wait(for: "lead-intake") { try await senders.isServed() }
        _ = try await senders.send(for: warmUp, firstNumber: run * 1_000_000_000)
        let before = try await table.counts()
        let sent = try await senders.send(for: time, firstNumber: run * 1_000_000_000 + 500_000_000)
        let after = try await table.counts()
        guard after.leads - before.leads == sent.taken else {
            throw BenchmarkFault(description: "\(sent.taken) were answered as created, and \(after.leads - before.leads) are leads")
        }
        let behind = ContinuousClock.now
        try await wait(for: "the events to be published") { try await table.counts().events == 0 }
        let drained = ContinuousClock.now - behind
        let times = [50.0, 99, 100].map { percent in
            "p\(Int(percent)) " + String(format: "%.2f ms", sent.times.percentile(percent) ?? .nan)
        }
        tell("  the service answered in \(times.joined(separator: ", ")); at the end \(after.events) events were still to be published")
        tell("  they were \(String(format: "%.0f ms", drained.milliseconds)) later")
        return Double(sent.taken) / (sent.elapsed / .seconds(1))
    }
}
