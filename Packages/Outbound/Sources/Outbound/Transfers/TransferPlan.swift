import Foundation

/// Everything one attempt needs, checked and rendered before it waits for its turn.
struct TransferPlan: Sendable {
    enum Content: Sendable {
        case request(OutboundRequest)
        case mail(MailPlan)
    }

    struct MailPlan: Sendable {
        var envelope: MailEnvelope
        var connection: SMTPConnection.Key
    }

    var content: Content
    var url: String
    /// What to ask the server for, where that isn't what the URL says.
    var target: String?
    /// Scheme, host and port: what the bound for each host counts by.
    var host: String
    var timeout: Duration
    /// Don't use a connection that stood before.
    var freshConnection = false

    init(_ request: OutboundRequest) throws {
        let parts = try Self.parts(of: request.url, schemes: ["http", "https"])
        try Self.check(request)
        content = .request(request)
        if case .awsSigV4(_, _, _, let service, _) = request.authentication {
            let aws = try AWSRequestTarget(request.url, for: service)
            url = aws.signedURL
            target = aws.target
        } else {
            url = request.url
        }
        host = parts.host
        timeout = request.timeout
    }

    init(_ mail: OutboundMail, through server: SMTPServer) throws {
        let parts = try Self.parts(of: server.url, schemes: ["smtp", "smtps"])
        guard parts.path.isEmpty || parts.path == "/" else {
            throw OutboundError(.invalidRequest, message: "an SMTP address has no path; the name to greet with is clientName")
        }
        // The path of an SMTP address is the name to greet with: libcurl's own convention.
        var base = server.url
        while base.hasSuffix("/") { base.removeLast() }
        if let name = server.clientName {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"/?#%".utf8.contains($0) }) else {
                throw OutboundError(.invalidRequest, message: "the SMTP client name is malformed")
            }
            base += "/\(name)"
        }
        guard [server.user ?? "", server.password ?? ""].allSatisfy(Self.isWithoutControls) else {
            throw OutboundError(.invalidRequest, message: "the credentials have control characters")
        }
        let connection = SMTPConnection.Key(
            url: base,
            user: server.user,
            password: server.password,
            startTLS: server.startTLS,
            caFile: server.caFile
        )
        content = .mail(MailPlan(envelope: try MailEnvelope(mail), connection: connection))
        url = base
        host = parts.host
        timeout = server.timeout
    }

    private static func parts(of url: String, schemes: Set<String>) throws -> (host: String, path: String) {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(), schemes.contains(scheme), let host = parts.host, !host.isEmpty
        else {
            throw OutboundError(
                .invalidRequest,
                message: "the address is not an absolute \(schemes.sorted().joined(separator: " or ")) URL"
            )
        }
        guard parts.user == nil, parts.password == nil else {
            throw OutboundError(.invalidRequest, message: "the address has credentials in it; they belong in the request's own members")
        }
        let defaultPorts = ["http": 80, "https": 443, "smtp": 25, "smtps": 465]
        return ("\(scheme)://\(host.lowercased()):\(parts.port ?? defaultPorts[scheme] ?? 0)", parts.path)
    }

    /// Nothing a caller puts into a header may end that header: it would begin another, or the body.
    private static func check(_ request: OutboundRequest) throws {
        let isSafeToRepeat = (request.method == .get || request.method == .head) && request.body == nil
        guard !request.followRedirects || isSafeToRepeat else {
            throw OutboundError(.invalidRequest, message: "redirects are followed for GET and HEAD only")
        }
        for (name, value) in request.headers {
            let isToken = !name.isEmpty && name.utf8.allSatisfy(isTokenText)
            let isSafe = value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
            guard isToken, isSafe else {
                throw OutboundError(.invalidRequest, message: "a request header is malformed")
            }
            guard !["content-length", "transfer-encoding"].contains(name.lowercased()) else {
                throw OutboundError(.invalidRequest, message: "the length of the body is not a header to give")
            }
        }
        var secrets: [String] = []
        switch request.authentication {
        case .none: break
        case .basic(let user, let password):
            guard !user.contains(":") else {
                throw OutboundError(.invalidRequest, message: "a user name with a colon can't sign in (RFC 7617)")
            }
            secrets = [user, password]
        case .awsSigV4(let key, let secret, let region, let service, let token):
            secrets = [key, secret, region, service] + (token.map { [$0] } ?? [])
            guard [region, service].allSatisfy({ 1...64 ~= $0.utf8.count && !$0.contains(":") && !$0.contains(" ") }) else {
                throw OutboundError(.invalidRequest, message: "the AWS region or service is malformed")
            }
            let hasHash = request.headers.contains { $0.name.lowercased() == AWSService.bodyHashHeader && $0.value.utf8.count == 64 }
            guard hasHash || service != AWSService.s3 else {
                throw OutboundError(.invalidRequest, message: "a request to S3 has the header \(AWSService.bodyHashHeader)")
            }
            // libcurl signs neither an empty header nor a redirected request rightly.
            guard !request.followRedirects, request.headers.allSatisfy({ !$0.value.trimmingCharacters(in: .whitespaces).isEmpty }) else {
                throw OutboundError(.invalidRequest, message: "a request signed for AWS has no empty headers and follows no redirects")
            }
        }
        guard secrets.allSatisfy(isWithoutControls) else {
            throw OutboundError(.invalidRequest, message: "the credentials have control characters")
        }
    }

    private static func isWithoutControls(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// How one attempt ended.
struct TransferResult: Sendable {
    enum Answer: Sendable {
        case response(OutboundResponse)
        case reply(SMTPReply)
    }

    var result: Result<Answer, OutboundError>
    /// It ran over a connection that stood before: such one may have died unnoticed.
    var reusedConnection = false
}
