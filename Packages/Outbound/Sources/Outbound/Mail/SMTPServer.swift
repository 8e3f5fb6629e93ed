/// An SMTP server to hand mails to. Mails through equal servers share connections.
public struct SMTPServer: Hashable, Sendable {
    public enum StartTLS: Hashable, Sendable {
        /// Plain text: for a server on this machine.
        case none
        /// If the server offers it. With a user it counts as `required`: a password is not to depend on what somebody
        /// between us and the server lets through.
        case opportunistic
        case required
    }

    /// "smtp://host:port", or "smtps://host:port" for TLS from the first byte.
    public var url: String
    public var user: String?
    public var password: String?
    public var startTLS: StartTLS
    /// PEM file of the authorities to trust instead of the client's.
    public var caFile: String?
    /// For each attempt, from its start.
    public var timeout: Duration
    /// The name we greet with (EHLO); this machine's when nil.
    public var clientName: String?
    /// When to try again. A mail is never tried again once its content may have left, nor after a refusal:
    /// when to come back to a 4xx is the caller's to decide.
    public var retry: RetryPolicy

    public init(
        url: String,
        user: String? = nil,
        password: String? = nil,
        startTLS: StartTLS = .required,
        caFile: String? = nil,
        timeout: Duration = .seconds(60),
        clientName: String? = nil,
        retry: RetryPolicy = .ifUndelivered
    ) {
        self.url = url
        self.user = user
        self.password = password
        self.startTLS = startTLS
        self.caFile = caFile
        self.timeout = timeout
        self.clientName = clientName
        self.retry = retry
    }
}

extension SMTPServer: CustomStringConvertible, CustomReflectable {
    /// Without the password.
    public var description: String { "\(url), STARTTLS \(startTLS)\(user == nil ? "" : ", with a user")" }

    public var customMirror: Mirror { Mirror(self, children: ["server": description]) }
}

/// The server's answer to a mail it took.
public struct SMTPReply: Hashable, Sendable {
    public var code: Int
    /// Without the code; servers put their queue id here.
    public var text: String

    public init(code: Int, text: String) {
        self.code = code
        self.text = text
    }
}
