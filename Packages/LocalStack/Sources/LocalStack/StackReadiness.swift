public import Contracts
import Foundation
import LocalServers
import Outbound

extension LocalStack {
    /// Waits until every service says that it is ready.
    ///
    /// - Throws: ``StackError`` when one ended meanwhile or takes longer than `patience`, with the end of its log.
    public func waitUntilReady(within patience: Duration = .seconds(60)) async throws {
        for service in StackPlan.services { try await waitUntilReady(service, within: patience) }
    }

    /// Waits until one service says that it is ready.
    public func waitUntilReady(_ service: ServiceName, within patience: Duration = .seconds(60)) async throws {
        let end = ContinuousClock.now + patience
        while await !isReady(service) {
            guard process(service.rawValue)?.isRunning == true else {
                throw StackError("\(service.rawValue) ended at its start:\n\(endOfLog(service.rawValue))")
            }
            guard ContinuousClock.now < end else {
                throw StackError("\(service.rawValue) wasn't ready within \(patience):\n\(endOfLog(service.rawValue))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Whether the service says, just now, that it is ready.
    public func isReady(_ service: ServiceName) async -> Bool {
        let request = OutboundRequest(.get, url(of: service) + "/health/ready", timeout: .seconds(5))
        return (try? await outbound.send(request))?.status == 200
    }

    /// The last lines that a process wrote.
    public func endOfLog(_ name: String, lines: Int = 20) -> String {
        let text = (try? String(contentsOfFile: logFile(of: name), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
    }
}

/// Why a stack doesn't run as it should, with the end of the log that says more.
public struct StackError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
