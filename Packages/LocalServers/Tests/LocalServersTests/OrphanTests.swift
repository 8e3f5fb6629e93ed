import Foundation
import LocalServers
import Testing

@Suite("Throw-away servers whose owner is killed", .timeLimit(.minutes(2)))
struct OrphanTests {
    @Test func `they end and leave no directory behind`() async throws {
        let programs = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let maker = URL(filePath: programs).deletingLastPathComponent().appending(path: "orphan-maker").path()
        let log = NSTemporaryDirectory() + "plumbline-orphans-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: log) }

        let owner = try await ManagedProcess.start(.init(executable: maker, logFile: log))
        var words: [String] = []
        while words.count < 4 {
            try #require(owner.isRunning)
            try await Task.sleep(for: .milliseconds(20))
            words = try String(contentsOfFile: log, encoding: .utf8).split(whereSeparator: \.isWhitespace).map(String.init)
        }
        owner.signal(SIGKILL)
        try await owner.waitForExit()

        let left = words[..<2].map { "/proc/\($0)/cmdline" } + words[2...]
        while left.contains(where: isThere) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// A zombie that nobody reaps has an empty command line: it counts as gone.
    private func isThere(_ path: String) -> Bool {
        guard path.hasPrefix("/proc/") else { return FileManager.default.fileExists(atPath: path) }
        return (try? String(contentsOfFile: path, encoding: .utf8))?.isEmpty == false
    }
}
