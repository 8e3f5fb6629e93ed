import CCurl
import Foundation

/// The mails under way, and the connections kept for the next ones. On the transfer thread only.
struct MailTransfers {
    /// How one attempt stands.
    private final class Attempt {
        let envelope: MailEnvelope
        let connection: SMTPConnection
        let deadline: ContinuousClock.Instant
        let isReused: Bool
        /// Nil while libcurl makes the connection.
        var dialogue: SMTPDialogue?

        init(_ envelope: MailEnvelope, _ connection: SMTPConnection, deadline: ContinuousClock.Instant, isReused: Bool) {
            self.envelope = envelope
            self.connection = connection
            self.deadline = deadline
            self.isReused = isReused
        }
    }

    typealias Finished = (id: UInt64, result: TransferResult)

    private let configuration: OutboundConfiguration
    private let multi: MultiHandle
    private var attempts: [UInt64: Attempt] = [:]
    private var idOf: [UInt: UInt64] = [:]
    /// The longest kept first.
    private var kept: [(connection: SMTPConnection, until: ContinuousClock.Instant)] = []

    init(_ configuration: OutboundConfiguration, _ multi: MultiHandle) {
        self.configuration = configuration
        self.multi = multi
    }

    /// Begins an attempt, over a kept connection when there is one. Returns its result if it has ended already.
    mutating func start(_ id: UInt64, _ plan: TransferPlan, _ mail: TransferPlan.MailPlan) throws(OutboundError) -> Finished? {
        let deadline = ContinuousClock.now + plan.timeout
        if !plan.freshConnection, let connection = takeKept(mail.connection) {
            attempts[id] = Attempt(mail.envelope, connection, deadline: deadline, isReused: true)
            return begin(id)
        }
        let connection = try SMTPConnection(mail.connection, timeout: plan.timeout, configuration: configuration)
        try multi.add(connection.handle)
        idOf[connection.handle.identity] = id
        attempts[id] = Attempt(mail.envelope, connection, deadline: deadline, isReused: false)
        return nil
    }

    /// libcurl has made the connection, or given up. Nil also when the handle is none of these.
    mutating func connected(_ handle: UInt, _ code: CURLcode) -> Finished? {
        guard let id = idOf.removeValue(forKey: handle), let attempt = attempts[id] else { return nil }
        if code == CURLE_OK { return begin(id) }
        return end(id, .failure(Self.connectError(code, attempt.connection.lastReply)), keepsConnection: false)
    }

    /// Goes on with those whose socket is ready.
    mutating func proceed(_ ready: Set<Int32>) -> [Finished] {
        kept.removeAll { [multi] entry in
            guard ready.contains(entry.connection.socket), !entry.connection.isQuiet else { return false }
            multi.remove(entry.connection.handle)
            return true
        }
        return attempts.compactMap { id, attempt in
            attempt.dialogue != nil && ready.contains(attempt.connection.socket) ? id : nil
        }
        .compactMap { proceed($0) }
    }

    /// Ends what has outlasted its time.
    mutating func expire(at now: ContinuousClock.Instant) -> [Finished] {
        kept.removeAll { [multi] entry in
            guard entry.until <= now else { return false }
            entry.connection.quit()
            multi.remove(entry.connection.handle)
            return true
        }
        return attempts.filter { $1.dialogue != nil && $1.deadline <= now }.compactMap { id, attempt in
            end(id, .failure(lost(attempt, .timeout, CURLE_OPERATION_TIMEDOUT.text)), keepsConnection: false)
        }
    }

    /// When ``expire(at:)`` has something to do next.
    var nextDeadline: ContinuousClock.Instant? {
        (attempts.values.filter { $0.dialogue != nil }.map(\.deadline) + kept.map(\.until)).min()
    }

    /// What to wait for, beside libcurl's own sockets.
    var sockets: [(socket: Int32, writes: Bool)] {
        attempts.values.filter { $0.dialogue != nil }.map { ($0.connection.socket, $0.connection.hasUnsent) }
            + kept.map { ($0.connection.socket, false) }
    }

    /// Breaks an attempt off. Nil when there is none, else whether the mail may have arrived.
    mutating func abort(_ id: UInt64) -> Bool? {
        guard let attempt = attempts[id] else { return nil }
        let maybeDelivered = attempt.dialogue?.maybeDelivered ?? false
        _ = end(id, .failure(lost(attempt, .cancelled, "")), keepsConnection: false)
        return maybeDelivered
    }

    mutating func closeKept() {
        for entry in kept {
            entry.connection.quit()
            multi.remove(entry.connection.handle)
        }
        kept = []
    }

    // MARK: One attempt

    private mutating func begin(_ id: UInt64) -> Finished? {
        guard let attempt = attempts[id] else { return nil }
        let dialogue = SMTPDialogue(attempt.envelope)
        attempt.dialogue = dialogue
        return act(id, dialogue.begin(extensions: attempt.connection.extensions)) ?? proceed(id)
    }

    /// Sends and receives as far as the socket allows; the result, when that leads to one.
    private mutating func proceed(_ id: UInt64) -> Finished? {
        guard let attempt = attempts[id] else { return nil }
        while true {
            let flushed = attempt.connection.flush()
            if flushed == .all { attempt.dialogue?.sent() }
            // Also when sending failed: a server that closes in the midst of a mail says why before.
            let replies: [SMTPReply]
            do {
                replies = try attempt.connection.receive()
            } catch {
                return end(id, .failure(lost(attempt, .badReply, "the SMTP server's answer is no reply")), keepsConnection: false)
            }
            guard let reply = replies.first, var action = attempt.dialogue?.receive(reply) else {
                guard flushed == .broken || attempt.connection.hasEnded else { return nil }
                return end(id, .failure(lost(attempt, .connectionLost, "the SMTP server closed the connection")), keepsConnection: false)
            }
            // More than was asked for is a goodbye, or nothing to rely on.
            if case .send = action, let further = replies.dropFirst().first, let end = attempt.dialogue?.receive(unasked: further) {
                action = end
            }
            if let finished = act(id, action, isLast: replies.count > 1 || attempt.connection.hasEnded) { return finished }
        }
    }

    /// `isLast`: the server has said goodbye behind its reply.
    private mutating func act(_ id: UInt64, _ action: SMTPDialogue.Action, isLast: Bool = false) -> Finished? {
        switch action {
        case .send(let bytes):
            attempts[id]?.connection.send(bytes)
            return nil
        case .finish(let outcome):
            return end(id, outcome.result.map { .reply($0) }, keepsConnection: outcome.keepsConnection && !isLast)
        }
    }

    private mutating func end(_ id: UInt64, _ result: Result<TransferResult.Answer, OutboundError>, keepsConnection: Bool) -> Finished? {
        guard let attempt = attempts.removeValue(forKey: id) else { return nil }
        let connection = attempt.connection
        idOf[connection.handle.identity] = nil
        if keepsConnection {
            kept.append((connection, .now + configuration.idleConnectionLifetime))
            if kept.count > configuration.maximumTransfers {
                let oldest = kept.removeFirst().connection
                oldest.quit()
                multi.remove(oldest.handle)
            }
        } else {
            multi.remove(connection.handle)
        }
        return (id, TransferResult(result: result, reusedConnection: attempt.isReused))
    }

    /// The one used last, so that those a burst needed beyond the usual grow old and go.
    private mutating func takeKept(_ key: SMTPConnection.Key) -> SMTPConnection? {
        while let index = kept.lastIndex(where: { $0.connection.key == key }) {
            let (connection, until) = kept.remove(at: index)
            if until > .now, connection.isQuiet { return connection }
            multi.remove(connection.handle)
        }
        return nil
    }

    // MARK: What went wrong

    private func lost(_ attempt: Attempt, _ code: OutboundError.Code, _ message: String) -> OutboundError {
        // Once refused, what becomes of the connection changes nothing.
        attempt.dialogue?.failure
            ?? OutboundError(code, maybeDelivered: attempt.dialogue?.maybeDelivered ?? false, message: message)
    }

    private static func connectError(_ code: CURLcode, _ lastReply: SMTPReply?) -> OutboundError {
        if let lastReply, lastReply.code >= 400 {
            return OutboundError(
                .smtp(replyCode: lastReply.code),
                message: "the SMTP server refused with \(lastReply.code)",
                replyText: lastReply.text
            )
        }
        return OutboundError(.init(code), message: code.text, replyText: lastReply?.text)
    }
}
