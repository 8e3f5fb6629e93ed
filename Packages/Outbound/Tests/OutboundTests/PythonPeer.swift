import Foundation
import Synchronization
import Testing

/// Python programs of `Tests/Peers`, run by the environment that the tests' requirements are installed in.
enum PythonPeer {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    static func process(_ script: String, _ arguments: [String]) throws -> Process {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let python =
            ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? root.appending(path: ".venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failed(description: "no Python at \(python): run `make setup`, or set PLUMBLINE_PYTHON")
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-W", "ignore", tests.appending(path: "Peers/\(script)").path] + arguments
        return process
    }

    /// What the script answers to `input`.
    static func ask(_ script: String, _ input: Any) async throws -> Any {
        let input = try JSONSerialization.data(withJSONObject: input)
        let output = try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, so it happens on a thread that may block.
            Thread { continuation.resume(with: Result { try run(script, input) }) }.start()
        }
        return try JSONSerialization.jsonObject(with: output)
    }

    private static func run(_ script: String, _ input: Data) throws -> Data {
        let process = try process(script, [])
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

/// A server in Python, told of by the lines of JSON it prints; the first has its port. Ends with its standard input,
/// so that it can't outlive the tests.
final class PythonServer: Sendable {
    let port: Int
    private let lines: Lines
    private let stdin: FileHandle

    private init(port: Int, lines: Lines, stdin: FileHandle) {
        self.port = port
        self.lines = lines
        self.stdin = stdin
    }

    deinit {
        try? stdin.close()
    }

    static func start(_ script: String, _ arguments: [String] = []) async throws -> PythonServer {
        let process = try PythonPeer.process(script, arguments)
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        let lines = Lines()
        try process.run()
        let output = stdout.fileHandleForReading
        Thread {
            var buffer = Data()
            while case let bytes = output.availableData, !bytes.isEmpty {
                buffer.append(bytes)
                while let end = buffer.firstIndex(of: 10) {
                    lines.add(buffer[buffer.startIndex..<end])
                    buffer = Data(buffer[(end + 1)...])
                }
            }
            lines.add(nil)
            process.waitUntilExit()
        }
        .start()

        struct Started: Decodable { let port: Int }
        let started = try await lines.next(as: Started.self)
        return PythonServer(port: started.port, lines: lines, stdin: stdin.fileHandleForWriting)
    }

    /// The next line it prints.
    func next<Event: Decodable & Sendable>(as type: Event.Type = Event.self) async throws -> Event {
        try await lines.next(as: type)
    }

    /// What has been printed and not been asked for yet, or asked for and not been printed yet.
    private final class Lines: Sendable {
        private struct State {
            var lines: [Data] = []
            var asking: [CheckedContinuation<Data?, Never>] = []
            var hasEnded = false
        }

        private let state = Mutex(State())

        /// - Parameter line: nil when there won't be another.
        func add(_ line: Data?) {
            let asking = state.withLock { state -> [CheckedContinuation<Data?, Never>] in
                guard let line else {
                    state.hasEnded = true
                    defer { state.asking = [] }
                    return state.asking
                }
                if state.asking.isEmpty {
                    state.lines.append(line)
                    return []
                }
                return [state.asking.removeFirst()]
            }
            for continuation in asking { continuation.resume(returning: line) }
        }

        func next<Event: Decodable & Sendable>(as _: Event.Type) async throws -> Event {
            let line = await withCheckedContinuation { continuation in
                let ready: Data?? = state.withLock { state in
                    if !state.lines.isEmpty { return .some(state.lines.removeFirst()) }
                    if state.hasEnded { return .some(nil) }
                    state.asking.append(continuation)
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
            guard let line else { throw PythonPeer.Failed(description: "the server has ended") }
            return try JSONDecoder().decode(Event.self, from: line)
        }
    }
}

/// An authority of our own, a certificate of it for 127.0.0.1 and one for another host, made by openssl; removed with this.
final class LocalAuthority: Sendable {
    let folder: URL
    var caFile: String { folder.appending(path: "ca.pem").path }
    var certificate: String { folder.appending(path: "server.pem").path }
    var otherCertificate: String { folder.appending(path: "other.pem").path }
    var key: String { folder.appending(path: "server.key").path }

    static let shared = Result { try LocalAuthority() }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "outbound-tests-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = """
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem -subj "/CN=Outbound tests" \
              -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
            openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
            printf 'subjectAltName=IP:127.0.0.1,DNS:localhost' > server.ext
            printf 'subjectAltName=DNS:other.example' > other.ext
            for name in server other; do
              openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $name.ext -out $name.pem
            done
            """
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", script]
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonPeer.Failed(description: "openssl made no certificate") }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }
}
