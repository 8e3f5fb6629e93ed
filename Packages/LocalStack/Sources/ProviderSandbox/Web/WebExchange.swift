import Foundation

/// A request to somebody else's server.
struct WebRequest: Sendable {
    var method: String
    var url: URL
    var headers: [(String, String)]
    var body: Data?

    init(_ method: String = "GET", _ url: URL, headers: [(String, String)] = [], body: Data? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What it answered.
struct WebResponse: Sendable {
    var status: Int
    var location: String?
    var body: Data

    var isSuccess: Bool { (200..<300).contains(status) }
    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
    /// The server is there, but not well: worth asking again, as with no answer at all.
    var isUnwell: Bool { status >= 500 || status == 429 }
}

/// One exchange, once: no redirects followed, nothing tried again.
protocol WebSending: Sendable {
    func send(_ request: WebRequest) async throws -> WebResponse
}
