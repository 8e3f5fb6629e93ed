import Contracts
import Foundation
import Messaging
import Outbound

extension Demo {
    /// Shows the funnel as it fills, until the people are done and every event has been followed.
    func watch(_ campaigns: [CampaignID]) async throws {
        var calm = 0
        var last: Funnel?
        try await poll("the people to finish and every event to be followed") {
            let funnel = try await Funnel.ask(client)
            let results = try await results(of: campaigns)
            let sandbox = try await sandboxStatus()
            let line = ["contacted", "opened", "clicked", "replied", "interested", "purchased", "active"]
                .map { "\($0) \(funnel[$0] ?? 0)" }.joined(separator: "  ")
            if funnel != last { tell(line) }

            let isIdle = try await followersAreIdle()
            let isDone = results.allSatisfy { $0.state == "completed" } && sandbox.pending == 0
            calm = isIdle && isDone && funnel == last ? calm + 1 : 0
            last = funnel
            // Between an acknowledged event and the one it causes an outbox row is on its way: look several times.
            return calm >= 8
        }
    }

    /// What the sandbox says about itself.
    struct SandboxStatus: Decodable {
        /// What the people still have in mind to do, and webhooks not yet taken.
        var pending: Int
    }

    func sandboxStatus() async throws -> SandboxStatus {
        let response = try await outbound.send(
            OutboundRequest(.get, address.sandboxURL + "/sandbox/status", timeout: .seconds(5))
        )
        return try WireJSON.decode(SandboxStatus.self, from: response.body)
    }

    /// Whether no durable consumer of any stream has something before it or in hand.
    func followersAreIdle() async throws -> Bool {
        let jetStream = JetStream(client.nats)
        for stream in Catalogue.streams {
            for service in StackPlan.services {
                // Not every service follows every stream.
                guard let state = try? await jetStream.state(ofConsumer: service.rawValue, stream: stream.name) else { continue }
                guard state.pending == 0, state.acksPending == 0 else { return false }
            }
        }
        return true
    }
}
