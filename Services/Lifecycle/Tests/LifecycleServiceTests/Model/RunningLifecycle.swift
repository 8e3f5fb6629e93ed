import Contracts
import Foundation
import LocalServers
import Outbound
import Postgres
import Testing

/// The service's own executable, which can be killed and started again.
struct RunningLifecycle {
    let process: ManagedProcess

    /// Returns once it is ready.
    static func start(on bench: Bench, _ settings: [String: String] = [:]) async throws -> RunningLifecycle {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let places = [own, CommandLine.arguments[0]].map { URL(filePath: $0).deletingLastPathComponent().path }
        let place = places.first { FileManager.default.isExecutableFile(atPath: $0 + "/lifecycle") } ?? places[0]
        let port = try FreePort.choose()
        var environment = [
            "DATABASE_URL": bench.database.configuration.url, "NATS_URL": bench.nats.url, "HTTP_PORT": "\(port)", "LOG_LEVEL": "error",
            "CHROMIUM": "none",
        ]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: place + "/lifecycle", environment: environment.merging(settings) { $1 })
        )
        let web = OutboundClient()
        try await eventually("the service is ready", within: .seconds(120)) {
            (try? await web.send(OutboundRequest(.get, "http://127.0.0.1:\(port)/health/ready", timeout: .seconds(5))))?.status == 200
        }
        await web.shutdown()
        return RunningLifecycle(process: process)
    }

    /// Without a word, in the middle of whatever it does.
    func kill() async throws {
        process.signal(SIGKILL)
        try await process.waitForExit()
    }
}
