/// Where NATS is, who we are there, and how patient we are.
public struct NATSConfiguration: Sendable {
    /// Who we are to the server.
    public enum Authentication: Sendable {
        case none
        case user(String, password: String)
        case token(String)
        /// A `.creds` file: the user's JWT and its nkey seed.
        case credentialsFile(String)
        /// The user's public nkey (`U...`) and the file with its seed; libnats reads the file at each connect and asks for both.
        case nkey(publicKey: String, seedFile: String)
    }

    /// Files in PEM. Without a CA file the system's trusted ones are used.
    public struct TLS: Sendable {
        public var caFile: String?
        /// The client's own certificate chain and key, when the server asks for one.
        public var certificateFile: String?
        public var keyFile: String?
        /// The name that the server's certificate must have, when it isn't the host of the URL.
        public var expectedHostname: String?

        public init(caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil, expectedHostname: String? = nil) {
            self.caFile = caFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.expectedHostname = expectedHostname
        }
    }

    /// `nats://host:4222`, or `tls://host:4222`: one of those is enough for TLS to be asked of all.
    public var servers: [String]
    public var authentication: Authentication
    /// Without it there is TLS where a server's address or the server itself asks for it, checked against the system's authorities.
    public var tls: TLS?
    /// What the server's monitoring calls this connection, and a token of the subjects that are its own: its inbox is `_INBOX.<name>.…`. With
    /// the name of the user, permissions can keep others from it.
    public var name: String
    /// Between two attempts at the same server; they go on without end.
    public var reconnectWait: Duration
    /// Up to so much longer, at random, so that a fleet doesn't come back in one instant.
    public var reconnectJitter: Duration
    public var connectTimeout: Duration
    public var pingInterval: Duration

    public init(
        servers: [String],
        authentication: Authentication = .none,
        tls: TLS? = nil,
        name: String,
        reconnectWait: Duration = .milliseconds(250),
        reconnectJitter: Duration = .milliseconds(250),
        connectTimeout: Duration = .seconds(2),
        pingInterval: Duration = .seconds(10)
    ) {
        self.servers = servers
        self.authentication = authentication
        self.tls = tls
        self.name = name
        self.reconnectWait = reconnectWait
        self.reconnectJitter = reconnectJitter
        self.connectTimeout = connectTimeout
        self.pingInterval = pingInterval
    }

    /// Whether nothing may go in plain text. libnats takes `tls://` for a wish.
    var requiresTLS: Bool { tls != nil || servers.contains { $0.lowercased().hasPrefix("tls://") } }

    /// The name as one token of a subject.
    package var token: String {
        let token = String(name.map { $0 == "." || $0 == "*" || $0 == ">" || $0.isWhitespace ? "_" : $0 })
        return token.isEmpty ? "_" : token
    }
}
