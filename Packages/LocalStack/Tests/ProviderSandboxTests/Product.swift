import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Outbound
import ProviderSandbox
import ServiceLifecycle
import Synchronization
import WebhookSignatures

/// Stands where the product's services would: answers their public addresses and writes down who called, and how.
final class Product: Service {
    struct Hit: Sendable {
        var method: String
        var path: String
        var userAgent: String
        var contentType: String
        var body: String
        var headers: HTTPFields
        var at: ContinuousClock.Instant

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    private struct State {
        var hits: [Hit] = []
        var outages = 0
        var unknownCheckouts = 0
        var sandboxURL = ""
    }

    let port: Int
    let settings: SandboxSettings
    private let state: Mutex<State>

    /// - Parameters:
    ///   - port: where it listens.
    ///   - outages: so many requests are answered 503 first, as by a service that is down.
    ///   - settings: those of the sandbox that calls it.
    init(port: Int, outages: Int = 0, settings: SandboxSettings) {
        self.port = port
        self.settings = settings
        state = Mutex(State(outages: outages))
    }

    var hits: [Hit] { state.withLock { $0.hits } }
    func hits(_ method: String, _ path: String) -> [Hit] { hits.filter { $0.method == method && $0.path.hasPrefix(path) } }
    /// So many visits to a checkout find nothing there yet.
    func forgetCheckouts(for visits: Int) { state.withLock { $0.unknownCheckouts = visits } }
    func connect(to sandboxURL: String) { state.withLock { $0.sandboxURL = sandboxURL } }

    var url: String { "http://127.0.0.1:\(port)" }

    func run() async throws {
        let router = Router()
        router.get("t/**") { request, _ in
            try await self.note(request) {
                request.uri.path.hasPrefix("/t/o/")
                    ? Response(status: .ok, headers: [.contentType: "image/gif"], body: .init(byteBuffer: ByteBuffer(string: "GIF89a")))
                    : Response(status: .found, headers: [.location: request.uri.path.hasSuffix("/other") ? "/sites/other" : "/sites/acme"])
            }
        }
        router.get("sites/{slug}") { request, context in
            try await self.note(request) {
                let page = #"<h1>Site</h1><a href="/checkout/\#(context.parameters.get("slug") ?? "")?a=1&amp;b=2">Buy this site</a>"#
                return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: page)))
            }
        }
        router.get("checkout/{slug}") { request, _ in
            try await self.note(request) {
                guard self.knowsCheckout() else { return Response(status: .notFound) }
                return Response(status: .seeOther, headers: [.location: try await self.createCheckout()])
            }
        }
        router.get("thanks") { request, _ in try await self.note(request) { Response(status: .ok) } }
        for path in ["u/{token}", "webhooks/recurrente", "webhooks/twilio/status", "webhooks/twilio/inbound"] as [RouterPath] {
            router.post(path) { request, _ in try await self.note(request) { Response(status: .ok) } }
        }
        router.get("u/{token}") { request, _ in try await self.note(request) { Response(status: .ok) } }
        var logger = Logger(label: "product")
        logger.logLevel = .error
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger).run()
    }

    private func knowsCheckout() -> Bool {
        state.withLock { state in
            guard state.unknownCheckouts > 0 else { return true }
            state.unknownCheckouts -= 1
            return false
        }
    }

    private func note(_ request: Request, _ answer: () async throws -> Response) async throws -> Response {
        let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
        let hit = Hit(
            method: request.method.rawValue,
            path: request.uri.path,
            userAgent: request.headers[.userAgent] ?? "",
            contentType: request.headers[.contentType] ?? "",
            body: body,
            headers: request.headers,
            at: .now
        )
        let isDown = state.withLock { state in
            guard state.outages == 0 else {
                state.outages -= 1
                return true
            }
            state.hits.append(hit)
            return false
        }
        return isDown ? Response(status: .serviceUnavailable) : try await answer()
    }

    private func createCheckout() async throws -> String {
        let body = """
            {"items":[{"name":"Sitio web","currency":"USD","amount_in_cents":15000,"quantity":1,"charge_type":"recurring",
            "billing_interval":"month","billing_interval_count":1}],"success_url":"\(url)/thanks","metadata":{"lead_id":"l-1"}}
            """
        let client = OutboundClient()
        let response = try await client.send(
            OutboundRequest(
                .post,
                state.withLock { $0.sandboxURL } + "/api/checkouts",
                headers: [
                    (name: "X-PUBLIC-KEY", value: settings.recurrente.publicKey),
                    (name: "X-SECRET-KEY", value: settings.recurrente.secretKey),
                    (name: "Content-Type", value: "application/json"),
                ],
                body: Data(body.utf8)
            )
        )
        await client.shutdown()
        return try JSONDecoder().decode(CreatedCheckout.self, from: response.body).checkoutURL
    }
}

struct CreatedCheckout: Decodable {
    var id: String
    var checkoutURL: String

    enum CodingKeys: String, CodingKey {
        case id
        case checkoutURL = "checkout_url"
    }
}
