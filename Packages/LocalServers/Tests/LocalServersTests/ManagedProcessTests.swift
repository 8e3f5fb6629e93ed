import Foundation
import LocalServers
import Testing

@Suite("A managed process", .timeLimit(.minutes(1)))
final class ManagedProcessTests {
    private let scratch = NSTemporaryDirectory() + "plumbline-process-\(UUID().uuidString.prefix(8))"

    init() throws {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: scratch) }

    @Test func `its environment, folder, output and exit code are the ones asked for`() async throws {
        let process = try await ManagedProcess.start(
            .init(
                executable: "sh",
                arguments: ["-c", "echo $GREETING; pwd; env | wc -l; exit 3"],
                environment: ["GREETING": "hello"],
                directory: scratch,
                logFile: "\(scratch)/log"
            )
        )
        #expect(try await process.waitForExit() == .code(3))
        #expect(!process.isRunning)
        let lines = try String(contentsOfFile: "\(scratch)/log", encoding: .utf8).split(separator: "\n")
        #expect(lines.first == "hello")
        #expect(lines.dropFirst().first.map { $0.hasSuffix(scratch) } == true)
    }

    @Test func `one that doesn't listen to SIGTERM is killed after the grace`() async throws {
        let process = try await ManagedProcess.start(
            .init(
                executable: "sh",
                arguments: ["-c", "trap '' TERM; echo up; while :; do sleep 1; done"],
                logFile: "\(scratch)/log"
            )
        )
        try await until { (try? String(contentsOfFile: "\(scratch)/log", encoding: .utf8))?.contains("up") == true }
        #expect(try await process.stop(grace: .milliseconds(200)) == .signal(SIGKILL))
    }

    @Test func `a program that isn't there is told by name`() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            try await ManagedProcess.start(.init(executable: "no-such-program"))
        }
        #expect(error?.code == .missingProgram)
        #expect(error?.message.contains("no-such-program") == true)
    }

    @Test func `a cancelled wait returns, and the process goes on`() async throws {
        let process = try await ManagedProcess.start(.init(executable: "sleep", arguments: ["600"]))
        let wait = Task { try await process.waitForExit() }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
        #expect(process.isRunning)
        #expect(try await process.stop() == .signal(SIGTERM))
    }

    @Test func `a lasting one is found by its pid file until it ends`() async throws {
        let pidFile = "\(scratch)/pid"
        let process = try await ManagedProcess.start(
            .init(executable: "sleep", arguments: ["600"], pidFile: pidFile, lifetime: .lasting)
        )
        let found = try #require(ManagedProcess.attach(pidFile: pidFile))
        #expect(found.pid == process.pid)
        #expect(try await found.stop() == .unknown)
        try await process.waitForExit()
        #expect(ManagedProcess.attach(pidFile: pidFile) == nil)
    }

    @Test func `a reused process number isn't taken for the process`() throws {
        try Data("\(getpid()) 1\n".utf8).write(to: URL(filePath: "\(scratch)/pid"))
        #expect(ManagedProcess.attach(pidFile: "\(scratch)/pid") == nil)
    }
}

private func until(_ isDone: () -> Bool) async throws {
    while !isDone() { try await Task.sleep(for: .milliseconds(10)) }
}
