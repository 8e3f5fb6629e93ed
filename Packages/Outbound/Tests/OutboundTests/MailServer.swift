import Foundation
import Logging
import Outbound

/// `Tests/Peers/smtp_server.py`, and what it got.
struct MailServer: Sendable {
    let server: PythonServer
    let scheme: String
    let authority: LocalAuthority?

    struct Received: Decodable, Sendable {
        let event: String
        let connection: Int?
        let greeting, type, user, mailFrom: String?
        let tls, ascii: Bool?
        let rcptTos, mailOptions, defects: [String]?
        let headers, from, to, parts: [[String]]?
        let longest, bareNewlines: Int?

        enum CodingKeys: String, CodingKey {
            case event, connection, greeting, type, user, tls, ascii, defects, headers, from, to, parts, longest
            case mailFrom = "mail_from"
            case rcptTos = "rcpt_tos"
            case mailOptions = "mail_options"
            case bareNewlines = "bare_newlines"
        }

        func header(_ name: String) -> String? { headers?.first { $0[0] == name }?[1] }
    }

    static func start(
        tls authority: LocalAuthority? = nil,
        implicitTLS: Bool = false,
        user: String? = nil,
        _ further: [String: Double] = [:]
    ) async throws -> MailServer {
        var options: [String: Any] = further
        options["implicit_tls"] = implicitTLS
        if let authority {
            options["certificate"] = authority.certificate
            options["key"] = authority.key
        }
        if let user {
            options["user"] = user
            options["password"] = "pass word"
        }
        let text = String(decoding: try JSONSerialization.data(withJSONObject: options), as: UTF8.self)
        let server = try await PythonServer.start("smtp_server.py", [text])
        return MailServer(server: server, scheme: implicitTLS ? "smtps" : "smtp", authority: authority)
    }

    func address(user: String? = nil, password: String? = nil, timeout: Duration = .seconds(20)) -> SMTPServer {
        SMTPServer(
            url: "\(scheme)://127.0.0.1:\(server.port)",
            user: user,
            password: password,
            startTLS: authority == nil ? .none : .required,
            caFile: authority?.caFile,
            timeout: timeout,
            clientName: "plumbline.example.org"
        )
    }

    func next() async throws -> Received { try await server.next() }
}

extension OutboundMail {
    static func sample(to: String = "owner@example.org", text: String = "Hello", html: String? = nil) -> OutboundMail {
        OutboundMail(
            envelopeFrom: "bounces+1@example.com",
            to: [to],
            subject: "Hello",
            text: text,
            html: html,
            messageID: "0198-1@example.com"
        )
    }
}
