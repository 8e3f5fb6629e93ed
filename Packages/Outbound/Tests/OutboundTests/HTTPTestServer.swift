import Foundation
import Logging
import Outbound

/// `Tests/Peers/http_server.py` and a client of it that doesn't wait between attempts.
struct HTTPTestServer: Sendable {
    let server: PythonServer
    let client: OutboundClient
    let pauses: Pauses
    let base: String

    static func start(
        _ configuration: OutboundConfiguration = OutboundConfiguration(),
        tls authority: LocalAuthority? = nil
    ) async throws -> HTTPTestServer {
        let server = try await PythonServer.start("http_server.py", authority.map { [$0.certificate, $0.key] } ?? [])
        let pauses = Pauses()
        let client = OutboundClient(configuration, logger: Logger(label: "tests")) { await pauses.add($0) }
        let scheme = authority == nil ? "http" : "https"
        return HTTPTestServer(server: server, client: client, pauses: pauses, base: "\(scheme)://127.0.0.1:\(server.port)")
    }

    struct Echo: Decodable {
        let method, target, body: String
        let connection: Int
        let headers: [[String]]

        func header(_ name: String) -> String? {
            headers.first { $0[0].lowercased() == name.lowercased() }?[1]
        }
    }

    struct Stats: Decodable {
        let connections, requests, peak, hanging, aborted: Int
        let failures: [String: Int]
    }

    func send(
        _ method: OutboundRequest.Method = .get,
        _ path: String,
        _ change: (inout OutboundRequest) -> Void = { _ in }
    ) async throws -> OutboundResponse {
        var request = OutboundRequest(method, base + path)
        change(&request)
        return try await client.send(request)
    }

    func stats() async throws -> Stats {
        try JSONDecoder().decode(Stats.self, from: try await send(.get, "/stats").body)
    }

    actor Pauses {
        private(set) var all: [Duration] = []
        func add(_ pause: Duration) { all.append(pause) }
    }
}

extension OutboundResponse {
    func echo() throws -> HTTPTestServer.Echo {
        try JSONDecoder().decode(HTTPTestServer.Echo.self, from: body)
    }
}

/// Polls until it holds or half a minute is over.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
