import Foundation

/// Python programs of `Tests/Peers`, run by the environment that the tests' requirements are installed in.
enum PythonPeer {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let root = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What the script answers to `input`.
    static func ask<Answer: Decodable & Sendable>(_ script: String, _ input: some Encodable) async throws -> Answer {
        let input = try JSONEncoder().encode(input)
        let output = try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, so it happens on a thread that may block.
            Thread { continuation.resume(with: Result { try run(script, input) }) }.start()
        }
        return try JSONDecoder().decode(Answer.self, from: output)
    }

    private static func run(_ script: String, _ input: Data) throws -> Data {
        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? root.appending(path: ".venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failed(description: "no Python at \(python): run `make setup`, or set PLUMBLINE_PYTHON")
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-W", "ignore", tests.appending(path: "Peers/\(script)").path]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "\(script) exited with \(process.terminationStatus)") }
        return output
    }
}
