import Foundation
import LocalStack
import Logging
import Messaging

/// What NATS itself takes: a request with a small payload to somebody who does nothing but answer, one after another.
struct BareRequest: Sendable {
    private let asking: NATSClient
    private let answering: NATSClient

    /// Two connections of their own, so that a message goes through the server.
    static func with<Result>(_ stack: LocalStack, _ body: (BareRequest) async throws -> Result) async throws -> Result {
        func client() async throws -> NATSClient {
            let client = NATSClient(
                NATSConfiguration(
                    servers: [stack.natsURL],
                    authentication: .user("operator", password: stack.plan.secret(of: "operator")),
                    // Whose inbox alone it may listen to.
                    name: "operator"
                ),
                logger: Logger(label: "bench")
            )
            try await client.connect()
            return client
        }
        let (asking, answering) = (try await client(), try await client())
        let requests = answering.subscribe(subject)
        try await answering.flush()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await request in requests {
                    guard let reply = request.reply else { continue }
                    try await answering.publish(reply, payload: request.payload)
                }
            }
            let result = try await body(BareRequest(asking: asking, answering: answering))
            await asking.drain()
            await answering.drain()
            try await group.waitForAll()
            return result
        }
    }

    // Of what the operator may say and hear, nothing that a service knows.
    private static let subject = "crm.bench.echo"

    func measure(_ count: Int) async throws -> [Duration] {
        let payload = Data(repeating: UInt8(ascii: "x"), count: 256)
        var durations: [Duration] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            _ = try await asking.request(Self.subject, payload: payload, timeout: .seconds(5))
            durations.append(.now - start)
        }
        return durations
    }
}
