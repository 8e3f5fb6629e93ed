import Logging
import NIOCore
import NIOPosix

/// Takes mail on a socket; what SMTP says is ``SMTPSession``'s.
struct SMTPListener: Sendable {
    let host: String
    let port: Int
    let logger: Logger
    /// What is answered to a recipient instead of 250; nil takes them.
    let refusal: @Sendable (String) -> String?
    /// Called before the client is told 250.
    let take: @Sendable (SMTPSession.Envelope) -> Void

    /// Listens until cancelled.
    ///
    /// - Parameter isListening: told the port once clients may come.
    /// - Throws: when the port can't be listened on.
    func run(isListening: @Sendable (Int) -> Void) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SMTPHandler(refusal: refusal, take: take, logger: logger))
                }
            }
            .bind(host: host, port: port)
            .get()
        isListening(listener.localAddress?.port ?? port)
        try await withTaskCancellationHandler {
            try await listener.closeFuture.get()
        } onCancel: {
            listener.close(promise: nil)
        }
    }
}

/// Carries bytes to a session and its replies back, on the connection's event loop: a session never waits for anything.
private final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: SMTPSession
    private let take: @Sendable (SMTPSession.Envelope) -> Void
    private let logger: Logger

    init(refusal: @escaping @Sendable (String) -> String?, take: @escaping @Sendable (SMTPSession.Envelope) -> Void, logger: Logger) {
        session = SMTPSession(host: "sandbox.localhost", refusal: refusal)
        self.take = take
        self.logger = logger
    }

    func channelActive(context: ChannelHandlerContext) {
        perform([session.greeting], context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(session.receive(unwrapInboundIn(data).readableBytesView), context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A client that goes away in the middle is its own affair: nothing was taken that was not told so.
        logger.debug("SMTP connection ended", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    /// Does the steps in order.
    private func perform(_ steps: [SMTPSession.Step], context: ChannelHandlerContext) {
        var replies = context.channel.allocator.buffer(capacity: 256)
        var isOpen = true
        for step in steps {
            switch step {
            case .reply(let line): replies.writeString(line + "\r\n")
            case .take(let envelope): take(envelope)
            case .close: isOpen = false
            }
        }
        if replies.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(replies), promise: nil) }
        if !isOpen { context.close(promise: nil) }
    }
}
