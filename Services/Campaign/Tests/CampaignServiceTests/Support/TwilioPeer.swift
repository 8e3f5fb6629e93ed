import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

@testable import CampaignService

/// Twilio's Messages resource for tests, which can be told to behave badly.
final class TwilioPeer: Sendable {
    struct Text: Hashable, Sendable {
        var sid: String
        var to: String
        var body: String
        var statusCallback: String
    }

    enum Manner: Hashable, Sendable {
        case take
        case refuse(Int, code: Int)
        /// Takes the text and never says so.
        case takeInSilence
        /// Never answers, and has taken nothing.
        case dropInSilence
    }

    private let state = Mutex<[Text]>([])
    private let attempts = Mutex<[String: Int]>([:])
    private let manner: @Sendable (String, Int) -> Manner

    var texts: [Text] { state.withLock { $0 } }

    init(_ manner: @escaping @Sendable (_ number: String, _ attempt: Int) -> Manner = { _, _ in .take }) {
        self.manner = manner
    }

    func texts(to number: String) -> [Text] { texts.filter { $0.to == number } }

    /// Serves until cancelled; `announce` is told the port.
    func run(announce: @escaping @Sendable (Int) -> Void) async throws {
        let router = Router()
        router.post("2010-04-01/Accounts/{account}/Messages.json") { request, _ in try await self.create(request) }
        router.get("2010-04-01/Accounts/{account}/Messages.json") { request, _ in try self.list(request) }
        let app = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce($0.localAddress?.port ?? 0) },
            logger: .quiet
        )
        try await app.run()
    }

    private func create(_ request: Request) async throws -> Response {
        let form = Form.decode(Data(try await request.body.collect(upTo: 1 << 16).readableBytesView))
        let number = form["To"] ?? ""
        let attempt = attempts.withLock { attempts in
            attempts[number, default: 0] += 1
            return attempts[number, default: 0]
        }
        let manner = manner(number, attempt)
        if case .refuse(let status, let code) = manner {
            return Self.json(#"{"code": \#(code), "message": "no", "status": \#(status)}"#, status: .init(code: status))
        }
        if manner == .dropInSilence { try await Task.sleep(for: .seconds(600)) }
        let text = Text(
            sid: "SM\(UUID().uuidString)",
            to: number,
            body: form["Body"] ?? "",
            statusCallback: form["StatusCallback"] ?? ""
        )
        state.withLock { $0.append(text) }
        if manner == .takeInSilence { try await Task.sleep(for: .seconds(600)) }
        return Self.json(#"{"sid": "\#(text.sid)", "status": "queued"}"#, status: .created)
    }

    private func list(_ request: Request) throws -> Response {
        let number = request.uri.queryParameters["To"].map(String.init) ?? ""
        let found = texts(to: number).map { text in
            ["sid": text.sid, "to": text.to, "body": text.body, "status": "sent", "direction": "outbound-api"]
        }
        let body = try JSONSerialization.data(withJSONObject: ["messages": found])
        return Self.json(String(decoding: body, as: UTF8.self), status: .ok)
    }

    private static func json(_ text: String, status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
