import Foundation
import Testing

/// The providers' own SDKs, in Python: `Tests/Peers/providers.py`.
enum ProvidersSDK {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Sends the requests, one after another, and returns an answer to each.
    static func ask<Answer: Decodable>(_ requests: [[String: Any]], for type: Answer.Type = Answer.self) async throws -> [Answer] {
        let input = try JSONSerialization.data(withJSONObject: requests)
        let output = try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, so it happens on a thread that may block.
            Thread { continuation.resume(with: Result { try run(input) }) }.start()
        }
        return try JSONDecoder().decode([Answer].self, from: output)
    }

    static func ask<Answer: Decodable>(_ request: [String: Any], for type: Answer.Type = Answer.self) async throws -> Answer {
        try #require(try await ask([request], for: type).first)
    }

    private static func run(_ input: Data) throws -> Data {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? root.appending(path: ".venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failed(description: "no Python at \(python): run `make setup`, or set PLUMBLINE_PYTHON")
        }
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: python)
        process.arguments = ["-W", "ignore", tests.appending(path: "Peers/providers.py").path]
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "providers.py exited with \(process.terminationStatus)") }
        return output
    }
}
