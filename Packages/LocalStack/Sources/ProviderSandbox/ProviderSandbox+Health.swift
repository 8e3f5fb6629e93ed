import Outbound

extension ProviderSandbox {
    /// Whether a sandbox that was started with `settings` answers on this machine.
    public static func isHealthy(_ settings: SandboxSettings) async -> Bool {
        let host = settings.host == "0.0.0.0" ? "127.0.0.1" : settings.host
        let outbound = OutboundClient()
        let answer = try? await outbound.send(
            OutboundRequest(.get, "http://\(host):\(settings.httpPort)/sandbox/health", timeout: .seconds(4))
        )
        await outbound.shutdown()
        return answer?.status == 200
    }
}
