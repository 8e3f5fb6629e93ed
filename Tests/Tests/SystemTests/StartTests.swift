import Contracts
import Foundation
import LocalServers
import LocalStack
import Outbound
import Testing

/// Each service by itself: nothing is there that it needs, and none of the others ever is.
@Suite("A start", .timeLimit(.minutes(5)))
struct StartTests {
    @Test func `waits for both servers, says so, and needs no other service`() async throws {
        let plan = try StackPlan.make(executables: TestSystem.executables)
        let stack = try await LocalStack.start(plan, starting: [])
        let web = OutboundClient()
        func ready(_ service: ServiceName) async -> OutboundResponse? {
            try? await web.send(OutboundRequest(.get, stack.url(of: service) + "/health/ready", timeout: .seconds(10)))
        }
        do {
            for service in StackPlan.services {
                try await stack.nats.kill()
                try await stack.postgres.kill()
                try await stack.start(service.rawValue)
                try await eventually("\(service): it never said that it isn't ready") {
                    await ready(service)?.status == 503
                }
                #expect(try await web.send(OutboundRequest(.get, stack.url(of: service) + "/health/live")).status == 200)
                try await eventually("\(service): it never said what it waits for") {
                    try String(contentsOfFile: stack.logFile(of: service.rawValue), encoding: .utf8).contains("Not ready to work yet")
                }

                try await stack.postgres.restart()
                try await eventually("\(service): it never found PostgreSQL") {
                    guard let answer = await ready(service) else { return false }
                    return answer.status == 503 && String(decoding: answer.body, as: UTF8.self).contains(#""database":"ok""#)
                }
                try await stack.nats.restart()
                try await stack.waitUntilReady(service)
                #expect(try await stack.process(service.rawValue)?.stop(grace: .seconds(30)) == .code(0))
            }
            await web.shutdown()
            try await stack.stop()
        } catch {
            Issue.record("\(StackPlan.services.map { "== \($0.rawValue)\n\(stack.endOfLog($0.rawValue))" }.joined(separator: "\n"))")
            try? await stack.stop()
            throw error
        }
    }

    private func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < end, what)
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
