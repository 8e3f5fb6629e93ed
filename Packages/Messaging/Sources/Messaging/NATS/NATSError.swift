/// What kept a message from its way.
public struct NATSError: Error {
    public struct Code: Hashable, Sendable {
        private enum Kind { case disconnected, timeout, noResponders, closed, tooLarge, refused, invalidReply, library }
        private let kind: Kind

        /// Not connected now; or the connection was lost before the answer came, so the request may have been received.
        public static let disconnected = Code(kind: .disconnected)
        /// No answer within the deadline; the request may have been received.
        public static let timeout = Code(kind: .timeout)
        /// Nobody listens on the subject.
        public static let noResponders = Code(kind: .noResponders)
        /// The client was drained.
        public static let closed = Code(kind: .closed)
        /// Larger than the server takes.
        public static let tooLarge = Code(kind: .tooLarge)
        /// JetStream said no: see ``NATSError/jetStreamCode``.
        public static let refused = Code(kind: .refused)
        /// An answer that isn't what the JetStream API promises.
        public static let invalidReply = Code(kind: .invalidReply)
        /// Any other error of libnats.
        public static let library = Code(kind: .library)
    }

    public var code: Code
    public var message: String
    /// The JetStream API's `err_code`, e.g. 10071: wrong last sequence.
    public var jetStreamCode: Int?

    public init(_ code: Code, _ message: String, jetStreamCode: Int? = nil) {
        self.code = code
        self.message = message
        self.jetStreamCode = jetStreamCode
    }

    /// It is about the connection or the server's absence, not about what was sent: later it may work.
    public var isOutage: Bool { [.disconnected, .timeout, .noResponders].contains(code) }
}

extension NATSError: CustomStringConvertible {
    public var description: String { jetStreamCode.map { "\(message) (JetStream \($0))" } ?? message }
}
