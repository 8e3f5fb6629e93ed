public import Foundation

/// One HTTP request.
public struct OutboundRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case options = "OPTIONS"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"

        /// RFC 9110, 9.2.2: doing it twice is the same as doing it once.
        public var isIdempotent: Bool {
            switch self {
            case .get, .head, .options, .put, .delete: true
            case .post, .patch: false
            }
        }
    }

    public enum Authentication: Sendable {
        case none
        case basic(user: String, password: String)
        /// AWS Signature Version 4, made by libcurl over the request as it is sent.
        case awsSigV4(accessKey: String, secret: String, region: String, service: String, sessionToken: String? = nil)
    }

    public var method: Method
    /// Absolute, http or https, without a user in it.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: Data?
    /// For each attempt, from its start; waiting for a free place is not counted.
    public var timeout: Duration
    public var authentication: Authentication
    /// When to try again; nil means ``RetryPolicy/idempotent`` for methods that are, else ``RetryPolicy/ifUndelivered``.
    public var retry: RetryPolicy?
    /// A longer response ends the transfer with `tooLarge`.
    public var maximumResponseBytes: Int
    /// Up to five, to http and https only; credentials go to the first host only.
    public var followRedirects: Bool

    public init(
        _ method: Method = .get,
        _ url: String,
        headers: [(name: String, value: String)] = [],
        body: Data? = nil,
        timeout: Duration = .seconds(30),
        authentication: Authentication = .none,
        retry: RetryPolicy? = nil,
        maximumResponseBytes: Int = 4 << 20,
        followRedirects: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.authentication = authentication
        self.retry = retry
        self.maximumResponseBytes = maximumResponseBytes
        self.followRedirects = followRedirects
    }
}
