import Foundation
import LocalServers
import Testing

@Suite("Free ports", .timeLimit(.minutes(2)))
struct FreePortTests {
    /// By chance alone, two thousand of twenty thousand would repeat some hundred.
    @Test func `nobody is told a port that another process or call was told`() async throws {
        let programs = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let maker = URL(filePath: programs).deletingLastPathComponent().appending(path: "orphan-maker").path()
        let log = NSTemporaryDirectory() + "plumbline-ports-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: log) }

        let other = try await ManagedProcess.start(.init(executable: maker, arguments: ["2000"], logFile: log))
        var theirs: [String] = []
        while theirs.last != "done" {
            try #require(other.isRunning)
            try await Task.sleep(for: .milliseconds(20))
            theirs = try String(contentsOfFile: log, encoding: .utf8).split(whereSeparator: \.isWhitespace).map(String.init)
        }
        let ours = try (0..<2_000).map { _ in "\(try FreePort.choose())" }
        #expect(Set(ours + theirs.dropLast()).count == 4_000)

        // Its ports come back with its end: there are not enough others.
        other.signal(SIGKILL)
        try await other.waitForExit()
        let taken = Set(theirs)
        while !taken.contains("\(try FreePort.choose())") {}
    }

    @Test func `a link where the ports are noted opens no file to others`() async throws {
        let programs = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let maker = URL(filePath: programs).deletingLastPathComponent().appending(path: "orphan-maker").path()
        let directory = NSTemporaryDirectory() + "plumbline-ports-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (secret, log) = (directory + "/secret", directory + "/log")
        #expect(FileManager.default.createFile(atPath: secret, contents: nil, attributes: [.posixPermissions: 0o600]))
        try FileManager.default.createSymbolicLink(atPath: directory + "/plumbline-ports", withDestinationPath: secret)

        let environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": directory]) { $1 }
        let other = try await ManagedProcess.start(.init(executable: maker, arguments: ["1"], environment: environment, logFile: log))
        while try !String(contentsOfFile: log, encoding: .utf8).contains("done") {
            try #require(other.isRunning)
            try await Task.sleep(for: .milliseconds(20))
        }
        other.signal(SIGKILL)
        try await other.waitForExit()
        #expect(try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int == 0o600)
    }
}
