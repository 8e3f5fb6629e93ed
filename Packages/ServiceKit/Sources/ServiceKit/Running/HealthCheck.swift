import Contracts
import Outbound

/// Asks the service that runs on this machine whether it is ready; for a container's health check.
struct HealthCheck {
    /// Where it listens, and nothing else: the check needs no secret.
    private let declared: [Setting]

    init(_ service: ServiceName) {
        declared = Setting.common(to: service).filter { ["CONFIG_FILE", "HTTP_HOST", "HTTP_PORT"].contains($0.key) }
    }

    /// - Throws: ``NotReady`` with what the service says; or why it says nothing.
    func run() async throws {
        let settings = try await SettingsSource.read(declared)
        let outbound = OutboundClient()
        let address = "http://\(Self.reachable(settings.string("HTTP_HOST"))):\(settings.int("HTTP_PORT"))"
        // Each of its two servers has two seconds to answer it.
        let response = try await outbound.send(OutboundRequest(.get, address + "/health/ready", timeout: .seconds(4), retry: .never))
        await outbound.shutdown()
        guard response.status == 200 else { throw NotReady(report: String(decoding: response.body, as: UTF8.self)) }
    }

    /// How to connect to what listens on `host`.
    static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0", "": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") ? "[\(host)]" : host
        }
    }

    struct NotReady: Error, CustomStringConvertible {
        var report: String
        var description: String { "not ready: \(report)" }
    }
}
