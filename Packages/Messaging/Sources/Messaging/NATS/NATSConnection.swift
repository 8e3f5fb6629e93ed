import CNATS
import Foundation
import Synchronization

/// What libnats tells about one connection, on threads of its own.
enum ConnectionEvent: Sendable {
    case connected, disconnected, closed
    case failed(String)
}

/// One `natsConnection` and its subscriptions: the seam to libnats. Every call may block.
///
/// `@unchecked Sendable`: "All calls use internal locking where needed" (nats.c's maintainer, nats-io/nats.c#50); the pointer never
/// changes, and is destroyed once, by `close`, which the client's one thread calls last.
@safe
final class NATSConnection: @unchecked Sendable {
    private let connection: OpaquePointer
    private let hasUnsent = Atomic(false)

    private init(_ connection: OpaquePointer) {
        unsafe self.connection = connection
    }

    /// Connects, or keeps trying in the background and says so by `.connected`.
    ///
    /// - Returns: the connection, and whether it stands already.
    static func open(
        _ configuration: NATSConfiguration,
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void
    ) throws(NATSError) -> (NATSConnection, isConnected: Bool) {
        var created: OpaquePointer?
        try unsafe check(natsOptions_Create(&created), "options")
        guard let options = unsafe created else { throw NATSError(.library, "no memory for options") }
        defer { unsafe natsOptions_Destroy(options) }

        let listener = unsafe Unmanaged.passRetained(EventListener(onEvent))
        do throws(NATSError) {
            try unsafe apply(configuration, to: options)
            try unsafe listen(with: listener.toOpaque(), to: options)
            var connection: OpaquePointer?
            let status = unsafe natsConnection_Connect(&connection, options)
            guard let connection = unsafe connection, status == NATS_OK || status == NATS_NOT_YET_CONNECTED else {
                throw error(status, "connect")
            }
            // From here the listener is released by the closed callback, the last that libnats calls.
            return unsafe (NATSConnection(connection), status == NATS_OK)
        } catch {
            unsafe listener.release()
            throw error
        }
    }

    /// Why no connection comes about, in libnats' words: what one attempt, now, meets. It doesn't tell that of those that it makes by itself.
    static func failure(of configuration: NATSConfiguration) -> String? {
        var created: OpaquePointer?
        guard unsafe natsOptions_Create(&created) == NATS_OK, let options = unsafe created else { return nil }
        defer { unsafe natsOptions_Destroy(options) }
        do throws(NATSError) { try unsafe apply(configuration, to: options) } catch { return error.message }
        var connection: OpaquePointer?
        defer { unsafe natsConnection_Destroy(connection) }
        let allowed = unsafe natsOptions_SetAllowReconnect(options, false)
        let status = unsafe natsConnection_Connect(&connection, options)
        guard allowed == NATS_OK, status != NATS_OK else { return nil }
        var last = NATS_OK
        let words = unsafe nats_GetLastError(&last).map { unsafe String(cString: $0) } ?? ""
        // "(conn.c:733): SSL handshake error: ...": where in libnats is nobody's concern.
        let detail = words.replacing(#/^\([a-z_]+\.c:[0-9]+\): /#, with: "")
        return detail.isEmpty ? unsafe String(cString: natsStatus_GetText(status)) : detail
    }

    private static func apply(_ configuration: NATSConfiguration, to options: OpaquePointer) throws(NATSError) {
        let servers = unsafe configuration.servers.map { unsafe strdup($0) }
        defer { unsafe servers.forEach { unsafe free($0) } }
        var pointers = unsafe servers.map { unsafe UnsafePointer<CChar>($0) }
        try unsafe check(natsOptions_SetServers(options, &pointers, Int32(servers.count)), "servers")
        try unsafe check(natsOptions_SetName(options, configuration.name), "name")
        try unsafe check(natsOptions_SetTimeout(options, configuration.connectTimeout.milliseconds), "connect timeout")
        try unsafe check(natsOptions_SetPingInterval(options, configuration.pingInterval.milliseconds), "ping interval")
        try unsafe check(natsOptions_SetAllowReconnect(options, true), "reconnect")
        try unsafe check(natsOptions_SetMaxReconnect(options, -1), "reconnect")
        try unsafe check(natsOptions_SetReconnectWait(options, configuration.reconnectWait.milliseconds), "reconnect wait")
        let jitter = configuration.reconnectJitter.milliseconds
        try unsafe check(natsOptions_SetReconnectJitter(options, jitter, jitter), "reconnect jitter")
        // What is published while we are disconnected fails at once: a message that waits in a buffer that nobody sees could come
        // out after its sender has given up and sent it anew.
        try unsafe check(natsOptions_SetReconnectBufSize(options, 0), "reconnect buffer")
        // What is written together is sent together, by `flush`: a system call for each message takes longer than all the rest of it.
        try unsafe check(natsOptions_SetSendAsap(options, false), "send together")
        // A server that stands still must not hold our thread for ever.
        try unsafe check(natsOptions_SetWriteDeadline(options, 5_000), "write deadline")

        switch configuration.authentication {
        case .none: break
        case .user(let user, let password):
            try unsafe check(natsOptions_SetUserInfo(options, user, password), "user")
        case .token(let token):
            try unsafe check(natsOptions_SetToken(options, token), "token")
        case .credentialsFile(let file):
            try unsafe check(natsOptions_SetUserCredentialsFromFiles(options, file, nil), "credentials file \(file)")
        case .nkey(let publicKey, let seedFile):
            try unsafe check(natsOptions_SetNKeyFromSeed(options, publicKey, seedFile), "nkey seed file \(seedFile)")
        }
        if configuration.requiresTLS { try unsafe check(natsOptions_SetSecure(options, true), "TLS") }
        guard let tls = configuration.tls else { return }
        if let file = tls.caFile {
            try unsafe check(natsOptions_LoadCATrustedCertificates(options, file), "CA file \(file)")
        }
        if let certificate = tls.certificateFile, let key = tls.keyFile {
            try unsafe check(natsOptions_LoadCertificatesChain(options, certificate, key), "certificate \(certificate), key \(key)")
        }
        if let hostname = tls.expectedHostname {
            try unsafe check(natsOptions_SetExpectedHostname(options, hostname), "expected hostname")
        }
    }

    private static func listen(with closure: UnsafeMutableRawPointer, to options: OpaquePointer) throws(NATSError) {
        let connected: natsConnectionHandler = { _, closure in unsafe EventListener.of(closure)?.report(.connected) }
        let disconnected: natsConnectionHandler = { _, closure in unsafe EventListener.of(closure)?.report(.disconnected) }
        let closed: natsConnectionHandler = { _, closure in
            guard let closure = unsafe closure else { return }
            unsafe Unmanaged<EventListener>.fromOpaque(closure).takeRetainedValue().report(.closed)
        }
        let failed: natsErrHandler = { _, _, status, closure in
            let text = unsafe String(cString: natsStatus_GetText(status))
            // The server's own words, where it has said some: which subject it refuses. This thread's, put there for this call.
            var last = NATS_OK
            let words = unsafe nats_GetLastError(&last).map { unsafe String(cString: $0) }
            let detail = last == status ? words : nil
            unsafe EventListener.of(closure)?.report(.failed(detail.map { "\(text): \($0)" } ?? text))
        }
        try unsafe check(natsOptions_SetRetryOnFailedConnect(options, true, connected, closure), "retry")
        try unsafe check(natsOptions_SetReconnectedCB(options, connected, closure), "callback")
        try unsafe check(natsOptions_SetDisconnectedCB(options, disconnected, closure), "callback")
        try unsafe check(natsOptions_SetClosedCB(options, closed, closure), "callback")
        try unsafe check(natsOptions_SetErrorHandler(options, failed, closure), "callback")
    }

    func publish(_ subject: String, reply: String?, headers: NATSHeaders, payload: Data) throws(NATSError) {
        if headers.isEmpty { return try publish(subject, reply: reply, payload: payload) }
        var created: OpaquePointer?
        let status = unsafe payload.withUnsafeBytes { bytes in
            unsafe natsMsg_Create(
                &created,
                subject,
                reply,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: bytes.count)
            )
        }
        try Self.check(status, "message")
        guard let message = unsafe created else { throw NATSError(.library, "no memory for a message") }
        defer { unsafe natsMsg_Destroy(message) }
        // libnats 3.4 can't read a header without a value, nor any other of its message.
        for field in headers.fields where !field.value.isEmpty {
            try unsafe Self.check(natsMsgHeader_Add(message, field.name, field.value), "header \(field.name)")
        }
        try unsafe Self.check(natsConnection_PublishMsg(connection, message), "publish")
        hasUnsent.store(true, ordering: .relaxed)
    }

    /// Without a message being made of it first: most of what is sent is acks.
    private func publish(_ subject: String, reply: String?, payload: Data) throws(NATSError) {
        let status = unsafe payload.withUnsafeBytes { bytes in
            let count = Int32(clamping: bytes.count)
            return if let reply {
                unsafe natsConnection_PublishRequest(connection, subject, reply, bytes.baseAddress, count)
            } else {
                unsafe natsConnection_Publish(connection, subject, bytes.baseAddress, count)
            }
        }
        try Self.check(status, "publish")
        hasUnsent.store(true, ordering: .relaxed)
    }

    /// Sends what was written since the last time.
    ///
    /// libnats has only this call for it, which waits for the server's answer too, for a millisecond at least, and a thread that does it a
    /// millisecond later. What fails here shows in the connection's state.
    func flush() {
        guard hasUnsent.exchange(false, ordering: .relaxed) else { return }
        _ = unsafe natsConnection_FlushTimeout(connection, 1)
    }

    func subscribe(_ subject: String, queue: String?, to sink: MessageSink) throws(NATSError) -> Subscription {
        let closure = unsafe Unmanaged.passRetained(sink)
        let receive: natsMsgHandler = { _, _, message, closure in
            guard let message = unsafe message else { return }
            defer { unsafe natsMsg_Destroy(message) }
            guard let closure = unsafe closure else { return }
            let sink = unsafe Unmanaged<MessageSink>.fromOpaque(closure).takeUnretainedValue()
            unsafe sink.receive(NATSMessage(copying: message, withHeaders: sink.readsHeaders))
        }
        var created: OpaquePointer?
        let status =
            if let queue {
                unsafe natsConnection_QueueSubscribe(&created, connection, subject, queue, receive, closure.toOpaque())
            } else {
                unsafe natsConnection_Subscribe(&created, connection, subject, receive, closure.toOpaque())
            }
        guard status == NATS_OK, let subscription = unsafe created else {
            unsafe closure.release()
            throw Self.error(status, "subscribe \(subject)")
        }
        // Nothing is dropped here: the sinks only hand over, and what is above them bounds what is asked for.
        unsafe natsSubscription_SetPendingLimits(subscription, -1, -1)
        unsafe natsSubscription_SetOnCompleteCB(
            subscription,
            { closure in
                guard let closure = unsafe closure else { return }
                unsafe Unmanaged<MessageSink>.fromOpaque(closure).takeRetainedValue().end()
            },
            closure.toOpaque()
        )
        hasUnsent.store(true, ordering: .relaxed)
        return unsafe Subscription(subscription)
    }

    /// Closes without a word to the subscriptions, which end; then frees.
    func close() {
        unsafe natsConnection_Destroy(connection)
        // This thread's last errors, which libnats keeps for each thread that calls it.
        nats_ReleaseThreadMemory()
    }

    /// `@unchecked Sendable` for the same reason as the connection; destroyed once, when nobody refers to it any more.
    @safe
    final class Subscription: @unchecked Sendable {
        private let subscription: OpaquePointer

        fileprivate init(_ subscription: OpaquePointer) {
            unsafe self.subscription = subscription
        }

        /// Takes no more, hands over what has arrived, then ends.
        func drain() { unsafe natsSubscription_Drain(subscription) }

        /// Ends at once.
        func unsubscribe() { unsafe natsSubscription_Unsubscribe(subscription) }

        deinit { unsafe natsSubscription_Destroy(subscription) }
    }
}

extension NATSConnection {
    fileprivate static func check(_ status: natsStatus, _ what: @autoclosure () -> String) throws(NATSError) {
        if status != NATS_OK { throw error(status, what()) }
    }

    fileprivate static func error(_ status: natsStatus, _ what: String) -> NATSError {
        let code: NATSError.Code =
            switch status {
            case NATS_MAX_PAYLOAD: .tooLarge
            case NATS_INSUFFICIENT_BUFFER, NATS_CONNECTION_CLOSED, NATS_CONNECTION_DISCONNECTED, NATS_IO_ERROR, NATS_NO_SERVER,
                NATS_TIMEOUT, NATS_STALE_CONNECTION, NATS_DRAINING:
                .disconnected
            default: .library
            }
        return unsafe NATSError(code, "\(what): \(String(cString: natsStatus_GetText(status)))")
    }
}

/// Whom a subscription's messages go to. Called on a thread of libnats: it hands over and returns.
final class MessageSink: Sendable {
    let receive: @Sendable (NATSMessage) -> Void
    let end: @Sendable () -> Void
    /// False: but for those of messages without a payload, which may be the server's own words. To take headers apart takes longer than
    /// all the rest of a message.
    let readsHeaders: Bool

    init(readsHeaders: Bool = true, receive: @escaping @Sendable (NATSMessage) -> Void, end: @escaping @Sendable () -> Void = {}) {
        self.readsHeaders = readsHeaders
        self.receive = receive
        self.end = end
    }
}

private final class EventListener: Sendable {
    let report: @Sendable (ConnectionEvent) -> Void
    init(_ report: @escaping @Sendable (ConnectionEvent) -> Void) { self.report = report }

    static func of(_ closure: UnsafeMutableRawPointer?) -> EventListener? {
        unsafe closure.map { unsafe Unmanaged<EventListener>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension NATSMessage {
    fileprivate init(copying message: OpaquePointer, withHeaders: Bool) {
        let length = unsafe Int(natsMsg_GetDataLength(message))
        let data = unsafe natsMsg_GetData(message)
        unsafe self.init(
            subject: String(cString: natsMsg_GetSubject(message)),
            reply: natsMsg_GetReply(message).map { unsafe String(cString: $0) },
            headers: withHeaders || length == 0 ? NATSHeaders(copying: message) : NATSHeaders(),
            payload: length > 0 ? data.map { unsafe Data(bytes: $0, count: length) } ?? Data() : Data()
        )
    }
}

extension NATSHeaders {
    fileprivate init(copying message: OpaquePointer) {
        self.init()
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var count: Int32 = 0
        guard unsafe natsMsgHeader_Keys(message, &names, &count) == NATS_OK, let names = unsafe names else { return }
        defer { unsafe free(names) }
        for index in 0..<Int(count) {
            guard let name = unsafe names[index] else { continue }
            var values: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            var valueCount: Int32 = 0
            guard unsafe natsMsgHeader_Values(message, name, &values, &valueCount) == NATS_OK, let values = unsafe values else { continue }
            defer { unsafe free(values) }
            for position in 0..<Int(valueCount) {
                guard let value = unsafe values[position] else { continue }
                unsafe fields.append(Field(name: String(cString: name), value: String(cString: value)))
            }
        }
    }
}

extension Duration {
    /// Whole milliseconds, as libnats takes them.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
    /// Whole nanoseconds, as JetStream takes them.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
