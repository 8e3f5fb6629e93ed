import Contracts
import Foundation
import LocalServers
import LocalStack
import Testing

/// Each service with the credentials that it really has, and everything that is not its own.
@Suite("Fences", .timeLimit(.minutes(5)))
struct FenceTests {
    @Test(arguments: NATSFence.all)
    func `refuse each user of NATS every foreign event, command, stream, consumer and inbox`(fence: NATSFence) async throws {
        let plan = try await TestSystem.shared().stack.plan
        let attempts = fence.own + fence.foreign
        let refused = try await WireClient.refused(
            attempts,
            as: fence.user,
            password: plan.secret(of: fence.user),
            port: plan.port(of: "nats")
        )
        for attempt in fence.foreign { #expect(refused.contains(attempt), "\(fence.user) may \(attempt)") }
        for attempt in fence.own { #expect(!refused.contains(attempt), "\(fence.user) may not \(attempt)") }
    }

    @Test func `let nobody into NATS without a password, or with another's`() async throws {
        let plan = try await TestSystem.shared().stack.plan
        for (user, password) in [("", ""), ("lifecycle", ""), ("lifecycle", plan.secret(of: "campaign"))] {
            await #expect(throws: WireClient.Failure.self) {
                try await WireClient.refused([], as: user, password: password, port: plan.port(of: "nats"))
            }
        }
    }

    @Test func `are those of docker, as they are`() async throws {
        let stack = try await TestSystem.shared().stack
        let shipped = try String(contentsOfFile: TestSystem.root + "/docker/nats/nats.conf", encoding: .utf8)
        let started = try String(contentsOfFile: stack.nats.directory + "/nats.conf", encoding: .utf8)
        #expect(started.hasSuffix(shipped))
    }
}
