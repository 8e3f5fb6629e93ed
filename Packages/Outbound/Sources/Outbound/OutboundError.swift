/// Why a transfer failed, and whether the peer may have it nevertheless.
public struct OutboundError: Error, Hashable, Sendable {
    public struct Code: Hashable, Sendable {
        private enum Kind: Hashable {
            case invalidRequest, timeout, resolve, connect, tls, connectionLost, badReply, authentication
            case smtp(Int)
            case tooLarge, cancelled, shutDown
        }
        private let kind: Kind

        /// The request or the mail cannot be sent as it is; nothing was tried.
        public static let invalidRequest = Self(kind: .invalidRequest)
        /// The time allowed for connecting or for the whole attempt ran out.
        public static let timeout = Self(kind: .timeout)
        /// The host name has no address.
        public static let resolve = Self(kind: .resolve)
        public static let connect = Self(kind: .connect)
        /// No trusted encryption: a certificate that doesn't verify, or STARTTLS required and not offered.
        public static let tls = Self(kind: .tls)
        /// The connection broke after it stood.
        public static let connectionLost = Self(kind: .connectionLost)
        /// What came back is not the protocol.
        public static let badReply = Self(kind: .badReply)
        /// The SMTP server offers no way to sign in that we know.
        public static let authentication = Self(kind: .authentication)
        /// The SMTP server refused with this code (RFC 5321, 4.2): 4xx for now, 5xx for good.
        public static func smtp(replyCode: Int) -> Self { Self(kind: .smtp(replyCode)) }
        /// The response is bigger than `maximumResponseBytes`.
        public static let tooLarge = Self(kind: .tooLarge)
        /// The task was cancelled.
        public static let cancelled = Self(kind: .cancelled)
        /// The client is shut down, or was while this transfer ran.
        public static let shutDown = Self(kind: .shutDown)

        /// The code of an SMTP server's refusal.
        public var smtpReplyCode: Int? {
            if case .smtp(let code) = kind { code } else { nil }
        }
    }

    public var code: Code
    /// True when the request, or the mail's content, may have reached the peer in whole or in part: sending it again
    /// may do a thing twice. False when it certainly didn't, or was refused.
    public var maybeDelivered: Bool
    /// A sentence without addresses, bodies or secrets.
    public var message: String
    /// What the SMTP server said last, as it said it; servers like to repeat the recipient's address in it.
    public var replyText: String?

    public init(_ code: Code, maybeDelivered: Bool = false, message: String, replyText: String? = nil) {
        self.code = code
        self.maybeDelivered = maybeDelivered
        self.message = message
        self.replyText = replyText
    }

    /// True when the same thing, tried later, may well succeed.
    public var isTransient: Bool {
        switch code {
        case .timeout, .resolve, .connect, .connectionLost, .badReply, .shutDown: true
        default: code.smtpReplyCode.map { 400..<500 ~= $0 } ?? false
        }
    }
}

extension OutboundError.Code: CustomStringConvertible {
    public var description: String {
        switch kind {
        case .smtp(let code): "smtp(\(code))"
        default: "\(kind)"
        }
    }
}

extension OutboundError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        "\(code): \(message)\(maybeDelivered ? " (may have been delivered)" : "")"
    }

    public var debugDescription: String {
        replyText.map { "\(description); the server said: \($0)" } ?? description
    }
}
