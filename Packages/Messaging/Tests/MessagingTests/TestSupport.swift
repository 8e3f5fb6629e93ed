import Foundation
import LocalServers
import Logging
import Messaging
import Testing

/// How long what must come may take: the machine may be slow, and all tests run at once.
let patience = Duration.seconds(30)

/// A name that no other test uses.
func unique(_ prefix: String) -> String { "\(prefix)\(UInt32.random(in: .min ... .max))" }

func connectedClient(_ server: NATSServer, _ authentication: NATSConfiguration.Authentication = .none) async throws -> NATSClient {
    let client = NATSClient(
        NATSConfiguration(
            servers: [server.url],
            authentication: authentication,
            name: "test",
            reconnectWait: .milliseconds(50),
            reconnectJitter: .milliseconds(20)
        ),
        logger: quietLogger
    )
    try await client.connect(timeout: patience)
    return client
}

let quietLogger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = ProcessInfo.processInfo.environment["TEST_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .critical
    return logger
}()

/// Waits until `condition` holds, and fails the test when it doesn't in 30 seconds.
func eventually(
    _ what: Comment,
    within limit: Duration = patience,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}

extension AsyncSequence where Failure == Never {
    /// The first `count` elements.
    func first(_ count: Int) async -> [Element] {
        var found: [Element] = []
        if count == 0 { return [] }
        for await element in self {
            found.append(element)
            if found.count == count { break }
        }
        return found
    }
}
