import Contracts
import Foundation
import LocalServers
import LocalStack
import Outbound
import Synchronization
import Testing

/// The main job, with and without accidents.
@Suite("The demo", .serialized, .timeLimit(.minutes(10)))
struct FaultTests {
    private static let sample = TestSystem.root + "/docs/examples/leads-sample.csv"

    /// How long a server is away. A minute by hand: `PLUMBLINE_OUTAGE_SECONDS=60 make test/e2e`.
    private static let outage = Duration.seconds(
        ProcessInfo.processInfo.environment["PLUMBLINE_OUTAGE_SECONDS"].flatMap(Int.init) ?? 5
    )

    @Test(arguments: [7])
    func `ends with the same funnel when each service is killed, and each server taken away, while it runs`(seed: Int) async throws {
        let calm = try await run(seed: seed) { _ in }
        #expect(calm.funnel.steps.allSatisfy { $0.count > 0 }, "a step with nobody in it proves nothing: \(calm.funnel)")

        let killed = try await run(seed: seed) { stack in
            // Which one dies when is decided by the seed; each dies three times.
            var random = SeededRandom(seed: UInt64(seed))
            for _ in 0..<3 {
                for service in StackPlan.services.shuffled(using: &random) {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 300...1_500, using: &random)))
                    try await stack.kill(service)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...800, using: &random)))
                    try await stack.start(service.rawValue)
                }
            }
        }
        expectTheSame(killed, calm)

        let cutOff = try await run(seed: seed) { stack in
            try await Task.sleep(for: .seconds(3))
            try await stack.nats.kill()
            try await Task.sleep(for: Self.outage)
            try await stack.nats.restart()
            try await Task.sleep(for: .seconds(3))
            try await stack.postgres.kill()
            try await Task.sleep(for: Self.outage)
            try await stack.postgres.restart()
        }
        expectTheSame(cutOff, calm)
    }

    private func expectTheSame(_ stormy: Outcome, _ calm: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(stormy.funnel == calm.funnel, sourceLocation: sourceLocation)
        #expect(stormy.imported.created == calm.imported.created, sourceLocation: sourceLocation)
        #expect(stormy.deadLetters == 0, sourceLocation: sourceLocation)
        #expect(
            stormy.sandboxMails - stormy.sandboxMailsRepeated == calm.sandboxMails,
            "each mail once, but for the ones whose answer was lost",
            sourceLocation: sourceLocation
        )
    }

    private struct Outcome {
        var imported: Demo.ImportCounts
        var funnel: Funnel
        var deadLetters: Int
        var sandboxMails: Int
        var sandboxMailsRepeated: Int
    }

    private func run(seed: Int, while accidents: @escaping @Sendable (LocalStack) async throws -> Void) async throws -> Outcome {
        let system = try await TestSystem.start(sandbox: StackPlan.SandboxPlan(seed: seed))
        let story = Lines()
        do {
            async let troubled: Void = accidents(system.stack)
            let report = try await Demo(at: system.stack.plan.address, client: system.client) { story.add($0) }.run(leads: Self.sample)
            try await troubled
            var deadLetters = 0
            for service in StackPlan.services {
                deadLetters += try await system.client.ask(ListDeadLetters(service: service)).deadLetters.count
            }
            let counts = try await sandboxCounts(system)
            try await system.stop()
            return Outcome(
                imported: report.imported,
                funnel: report.funnel,
                deadLetters: deadLetters,
                sandboxMails: counts["mails"] ?? 0,
                sandboxMailsRepeated: counts["mails_repeated"] ?? 0
            )
        } catch {
            let logs = StackPlan.services.map { "== \($0.rawValue)\n\(system.stack.endOfLog($0.rawValue))" }.joined(separator: "\n")
            Issue.record("\(error)\n\(story.text)\n\(await system.whereEventsAre())\n\(logs)")
            try? await system.stop()
            throw error
        }
    }

    private func sandboxCounts(_ system: TestSystem) async throws -> [String: Int] {
        struct Status: Decodable { var counts: [String: Int] }
        let body = try await system.get("\(system.stack.plan.sandboxURL)/sandbox/status").body
        return try WireJSON.decode(Status.self, from: body).counts
    }
}

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// SplitMix64: the same seed gives the same order, so that a failing case can be run again.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
