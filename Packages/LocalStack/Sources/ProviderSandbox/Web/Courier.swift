import Foundation
import Logging

/// Brings things to servers that may be away for a while, and doesn't lose any.
struct Courier: Sendable {
    /// Nobody took it in time.
    struct GaveUp: Error {
        var url: URL
        var reason: String
    }

    let web: any WebSending
    let patience: SandboxSettings.Patience
    let ledger: SandboxLedger
    let logger: Logger

    /// Sends until the answer is good enough.
    ///
    /// - Parameters:
    ///   - isTaken: whether an answer settles it; a provider wants 2xx, a browser shows a 404 as it is.
    ///   - request: made anew for each attempt, since providers sign each with its own time.
    /// - Returns: the answer that settled it.
    /// - Throws: ``GaveUp`` when the patience is over, `CancellationError`.
    @discardableResult
    func deliver(
        until isTaken: @Sendable (WebResponse) -> Bool,
        _ request: @Sendable () throws -> WebRequest
    ) async throws -> WebResponse {
        let deadline = ContinuousClock.now + patience.total
        var wait = patience.first
        while true {
            let made = try request()
            let reason: String
            do {
                let response = try await web.send(made)
                if isTaken(response) { return response }
                reason = "HTTP \(response.status)"
            } catch {
                try Task.checkCancellation()
                reason = "\(error)"
            }
            guard ContinuousClock.now + wait < deadline else {
                ledger.count(.givenUp)
                logger.error("Gave up", metadata: ["url": "\(made.url)", "reason": "\(reason)"])
                throw GaveUp(url: made.url, reason: reason)
            }
            logger.debug("Will try again", metadata: ["url": "\(made.url)", "reason": "\(reason)"])
            ledger.count(.retries)
            try await Task.sleep(for: wait)
            wait = min(wait * 2, patience.longest)
        }
    }
}
