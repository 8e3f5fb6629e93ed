/// How to reach one database, and how hard.
public struct DatabaseConfiguration: Sendable {
    /// A `postgres://` URL or a keyword string, given to libpq as it is: hosts, TLS (`sslmode`, `sslrootcert`, `sslcert`, `sslkey`),
    /// `connect_timeout`, keepalives and the rest of its options.
    public var url: String
    /// A file of certificate authorities, in PEM. With it the server must prove by TLS that it is the host of the URL, whatever that says of
    /// `sslmode`.
    public var caFile: String?
    /// How many connections the pool opens at most. Those that listen for notifications come on top.
    public var maximumConnections: Int
    /// How long a caller waits for a connection before ``DatabaseError/Code/waitTimeout``, a server that comes back included.
    public var waitTimeout: Duration
    /// The server ends a statement that runs for longer (57014); `nil` leaves the server's own setting.
    public var statementTimeout: Duration?
    public var applicationName: String
    /// Where unqualified names are looked for first, and made; then `public`, where extensions live.
    public var schema: String?
    /// How long a connection may have been idle before it is asked whether it still answers. All are checked for a closed socket.
    public var pingAfterIdle: Duration = .seconds(30)
    /// How many statements each connection keeps prepared.
    public var preparedStatementsPerConnection: Int = 256

    public init(
        url: String,
        caFile: String? = nil,
        maximumConnections: Int = 10,
        waitTimeout: Duration = .seconds(5),
        statementTimeout: Duration? = nil,
        applicationName: String,
        schema: String? = nil
    ) {
        self.url = url
        self.caFile = caFile
        self.maximumConnections = maximumConnections
        self.waitTimeout = waitTimeout
        self.statementTimeout = statementTimeout
        self.applicationName = applicationName
        self.schema = schema
    }
}

/// How a transaction is opened, and how often it is tried.
public struct TransactionOptions: Sendable {
    public enum Isolation: String, Sendable {
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    /// `nil` leaves the server's default.
    public var isolation: Isolation?
    public var readOnly: Bool
    /// How often the closure is run at most when it meets a serialization failure (40001) or a deadlock (40P01).
    public var maximumAttempts: Int

    public init(isolation: Isolation? = nil, readOnly: Bool = false, maximumAttempts: Int = 5) {
        self.isolation = isolation
        self.readOnly = readOnly
        self.maximumAttempts = maximumAttempts
    }
}
