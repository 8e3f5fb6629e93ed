import Contracts
import Foundation
import LocalServers

/// wrk, of the Debian package of that name.
struct Wrk: Sendable {
    var headers: [String]
    var connections = 64

    struct Answer: Sendable {
        var requests: Int
        /// Per second.
        var rate: Double
    }

    func run(_ url: String, for time: Duration) async throws -> Answer {
        let log = FileManager.default.temporaryDirectory.appending(path: "plumbline-wrk-\(EventID.make()).log")
        defer { try? FileManager.default.removeItem(at: log) }
        let arguments = ["-t", "2", "-c", "\(connections)", "-d", "\(time.components.seconds)s"] + headers.flatMap { ["-H", $0] } + [url]
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: "wrk", arguments: arguments, logFile: log.path)
        )
        let exit = try await process.waitForExit()
        let text = try String(contentsOf: log, encoding: .utf8)
        guard exit.isSuccess, !text.contains("Non-2xx"), !text.contains("Socket errors"),
            let rate = text.firstMatch(of: /Requests\/sec: +([0-9.]+)/).flatMap({ Double($0.output.1) }),
            let requests = text.firstMatch(of: /([0-9]+) requests in/).flatMap({ Int($0.output.1) })
        else { throw BenchmarkFault(description: "wrk failed: \(text.suffix(2_000))") }
        return Answer(requests: requests, rate: rate)
    }
}
