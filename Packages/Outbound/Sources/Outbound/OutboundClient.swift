import Foundation
public import Logging

/// Sends HTTP requests and mails: all transfers on one thread, over connections that are kept and shared.
///
/// Make one for the process. Cancelling the task that sends breaks its transfer off.
public final class OutboundClient: Sendable {
    let loop: TransferLoop
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void

    public convenience init(_ configuration: OutboundConfiguration = .init(), logger: Logger = Logger(label: "outbound")) {
        self.init(configuration, logger: logger) { try await Task.sleep(for: $0) }
    }

    /// With a way to wait between attempts, for tests that don't want to.
    package init(
        _ configuration: OutboundConfiguration,
        logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        loop = TransferLoop(configuration)
        self.logger = logger
        self.sleep = sleep
        loop.start()
    }

    deinit {
        loop.abortAll()
        loop.drain()
    }

    /// The server's answer, whatever its status, after as many attempts as the request's policy allows.
    ///
    /// - Throws: ``OutboundError``. Its `maybeDelivered` speaks for all attempts together.
    public func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let plan = try TransferPlan(request)
        let policy = request.retry ?? (request.method.isIdempotent ? .idempotent : .ifUndelivered)
        return try await attempt(plan, policy) { answer, attempt in
            guard case .response(let response) = answer else { throw Self.wrongAnswer }
            let pause = policy.delay(
                afterStatus: response.status,
                retryAfter: response.retryAfter(),
                attempt: attempt,
                jitter: .random(in: 0...1)
            )
            return (response, pause)
        }
    }

    /// Hands a mail to the server.
    ///
    /// - Returns: the server's word that it has it.
    /// - Throws: ``OutboundError``; `smtp(replyCode:)` when the server refused it.
    @discardableResult
    public func send(_ mail: OutboundMail, through server: SMTPServer) async throws -> SMTPReply {
        let plan = try TransferPlan(mail, through: server)
        return try await attempt(plan, server.retry) { answer, _ in
            guard case .reply(let reply) = answer else { throw Self.wrongAnswer }
            return (reply, nil)
        }
    }

    /// Takes no more transfers, waits for those under way, and after `grace` breaks off the rest. Returns when the
    /// thread has ended.
    public func shutdown(grace: Duration = .seconds(10)) async {
        loop.drain()
        await withTaskGroup { group in
            group.addTask { [loop, sleep] in
                // Waking early, by cancellation, means the same: what is left, if anything, is broken off.
                try? await sleep(grace)
                loop.abortAll()
            }
            await loop.waitUntilEnded()
            group.cancelAll()
        }
    }

    // `judge` says what to return for an answer, and the pause before trying for a better one.
    private func attempt<Value>(
        _ plan: TransferPlan,
        _ policy: RetryPolicy,
        _ judge: (TransferResult.Answer, _ attempt: Int) throws -> (Value, Duration?)
    ) async throws -> Value {
        var plan = plan
        var maybeDelivered = false
        var attempt = 1
        while true {
            let transfer = await loop.run(plan)
            let pause: Duration
            switch transfer.result {
            case .success(let answer):
                let (value, delay) = try judge(answer, attempt)
                guard let delay else { return value }
                maybeDelivered = true
                pause = delay
            case .failure(var error):
                if transfer.reusedConnection, Self.isEndOfConnection(error) {
                    // That we had kept it is no matter of the caller's, and says nothing about the server. A new
                    // connection can't fail in the same way, so this happens once.
                    plan.freshConnection = true
                    continue
                }
                maybeDelivered = maybeDelivered || error.maybeDelivered
                error.maybeDelivered = maybeDelivered
                guard let delay = policy.delay(after: error, attempt: attempt, jitter: .random(in: 0...1)) else { throw error }
                pause = delay
                plan.freshConnection = transfer.reusedConnection
            }
            logger.debug(
                "a transfer is tried again",
                metadata: ["outbound.host": "\(plan.host)", "outbound.attempt": "\(attempt)", "outbound.pause": "\(pause)"]
            )
            attempt += 1
            do {
                try await sleep(pause)
            } catch {
                throw OutboundError(.cancelled, maybeDelivered: maybeDelivered, message: "the task was cancelled")
            }
        }
    }

    /// True when a kept connection had died before anything reached the peer. 421 is how an SMTP server ends one that was
    /// idle for too long or has carried enough mails (RFC 5321, 3.8): no word on the mail.
    private static func isEndOfConnection(_ error: OutboundError) -> Bool {
        !error.maybeDelivered && (error.code == .connectionLost || error.code == .smtp(replyCode: 421))
    }

    private static var wrongAnswer: OutboundError {
        OutboundError(.badReply, maybeDelivered: true, message: "the answer is of another protocol")
    }
}
