import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A mail server for tests, which can be told to behave badly.
final class SMTPPeer: Sendable {
    struct Mail: Hashable, Sendable {
        var recipient: String
        /// Headers and body, as they came.
        var content: String

        /// The first value of a header that stands on one line.
        func header(_ name: String) -> String? {
            content.split(separator: "\r\n", omittingEmptySubsequences: false)
                .prefix { !$0.isEmpty }
                .first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    enum Manner: Hashable, Sendable {
        case take
        /// The answer to RCPT.
        case refuse(String)
        /// Takes the mail and never says so.
        case takeInSilence
    }

    private struct State {
        var mails: [Mail] = []
        var attempts: [String: Int] = [:]
    }

    let port: Int
    private let listener: any Channel
    private let state: Mutex<State>

    var mails: [Mail] { state.withLock(\.mails) }

    private init(port: Int, listener: any Channel, state: sending State) {
        self.port = port
        self.listener = listener
        self.state = Mutex(state)
    }

    /// Treats each recipient in its `manner`, which may depend on how often it was named.
    static func start(
        _ manner: @escaping @Sendable (_ recipient: String, _ attempt: Int) -> Manner = { _, _ in .take }
    ) async throws -> SMTPPeer {
        let box = Box()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(box: box, manner: manner))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let peer = SMTPPeer(port: listener.localAddress?.port ?? 0, listener: listener, state: State())
        box.peer.withLock { $0 = peer }
        return peer
    }

    func stop() async { try? await listener.close().get() }

    fileprivate func count(_ recipient: String) -> Int {
        state.withLock { state in
            state.attempts[recipient, default: 0] += 1
            return state.attempts[recipient, default: 0]
        }
    }

    fileprivate func keep(_ mail: Mail) { state.withLock { $0.mails.append(mail) } }

    fileprivate final class Box: Sendable {
        let peer = Mutex<SMTPPeer?>(nil)
    }
}

/// One connection, on its event loop.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let box: SMTPPeer.Box
    private let manner: @Sendable (String, Int) -> SMTPPeer.Manner
    private var pending = ""
    private var recipient = ""
    private var content: String?
    private var isSilent = false

    init(box: SMTPPeer.Box, manner: @escaping @Sendable (String, Int) -> SMTPPeer.Manner) {
        self.box = box
        self.manner = manner
    }

    func channelActive(context: ChannelHandlerContext) { reply("220 peer.test ESMTP", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += String(buffer: unwrapInboundIn(data))
        while let end = pending.range(of: "\r\n") {
            let line = String(pending[..<end.lowerBound])
            pending.removeSubrange(..<end.upperBound)
            take(line, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func take(_ line: String, _ context: ChannelHandlerContext) {
        if let content {
            guard line == "." else {
                self.content = content + (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
                return
            }
            box.peer.withLock { $0 }?.keep(SMTPPeer.Mail(recipient: recipient, content: content))
            self.content = nil
            if !isSilent { reply("250 2.0.0 queued", context) }
            return
        }
        switch line.split(separator: " ").first?.uppercased() {
        case "EHLO": reply("250-peer.test\r\n250 8BITMIME", context)
        case "RCPT":
            recipient = String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
            let attempt = box.peer.withLock { $0 }?.count(recipient) ?? 0
            switch manner(recipient, attempt) {
            case .take: reply("250 2.1.5 ok", context)
            case .refuse(let answer): reply(answer, context)
            case .takeInSilence:
                isSilent = true
                reply("250 2.1.5 ok", context)
            }
        case "DATA":
            content = ""
            reply("354 go on", context)
        case "QUIT":
            reply("221 bye", context)
            context.close(promise: nil)
        default: reply("250 ok", context)
        }
    }

    private func reply(_ line: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
    }
}
