/// How one client behaves; what it sends is up to each request.
public struct OutboundConfiguration: Sendable {
    /// Transfers at the same time, to all hosts together; the others wait in their order.
    public var maximumTransfers: Int
    /// Transfers at the same time to one host and port.
    public var maximumTransfersPerHost: Int
    /// From looking up the host to the end of the TLS handshake; for mail, to the end of signing in.
    public var connectTimeout: Duration
    /// An HTTP transfer on which nothing has moved for so long, be it that the server thinks, has timed out.
    public var stallTimeout: Duration
    /// How long an unused connection is kept. Shorter than the peers keep theirs (load balancers: 60 s), so that few die under a request.
    public var idleConnectionLifetime: Duration
    /// PEM file of the authorities to trust instead of the system's.
    public var caFile: String?
    /// "scheme://host:port" for HTTP, without credentials; nil is a direct connection, whatever the environment says.
    public var proxy: String?
    public var userAgent: String

    public init(
        maximumTransfers: Int = 64,
        maximumTransfersPerHost: Int = 16,
        connectTimeout: Duration = .seconds(10),
        stallTimeout: Duration = .seconds(30),
        idleConnectionLifetime: Duration = .seconds(45),
        caFile: String? = nil,
        proxy: String? = nil,
        userAgent: String = "Plumbline"
    ) {
        self.maximumTransfers = max(1, maximumTransfers)
        self.maximumTransfersPerHost = max(1, maximumTransfersPerHost)
        self.connectTimeout = connectTimeout
        self.stallTimeout = stallTimeout
        self.idleConnectionLifetime = idleConnectionLifetime
        self.caFile = caFile
        self.proxy = proxy
        self.userAgent = userAgent
    }
}
