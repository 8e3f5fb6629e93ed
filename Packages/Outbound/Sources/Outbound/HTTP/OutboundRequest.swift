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
        /// AWS Signature Version 4, made by libcurl over the request as it is sent. For the service `s3` the headers must have an
        /// `x-amz-content-sha256`: the body's SHA-256 in hexadecimal, of no bytes where there is no body.
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
    /// Up to five, for GET and HEAD alone, and never from https to http. `authentication` goes to the first host only;
    /// `headers` go to all but for Authorization and Cookie.
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

// A request that finds its way into a log or a test's output shows no secret: a path may have a token in it, too.

extension OutboundRequest: CustomStringConvertible, CustomReflectable {
    public var description: String {
        let parts = URLComponents(string: url)
        return "\(method.rawValue) \(parts?.scheme ?? "?")://\(parts?.host ?? "?")"
    }

    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

extension OutboundRequest.Authentication: CustomStringConvertible, CustomReflectable {
    public var description: String {
        switch self {
        case .none: "none"
        case .basic: "basic"
        case .awsSigV4(_, _, let region, let service, _): "AWS SigV4 for \(service) in \(region)"
        }
    }

    public var customMirror: Mirror { Mirror(self, children: ["authentication": description]) }
}
