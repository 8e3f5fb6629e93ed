import Contracts
import Foundation
import LocalServers
import LocalStack
import Outbound
import Testing

/// `docs/openapi.yaml`, as `Tests/Tests/Peers/check_openapi.py` reads it.
struct OpenAPIDocument: Decodable {
    struct Operation: Decodable {
        /// The service, or `operations` for what all have.
        var tag: String
        /// `GET /health/live`.
        var route: String
    }

    /// A real request, and what came back.
    struct Exchange: Encodable {
        var method: String
        /// As the document has it, with its parameters in braces.
        var path: String
        var status: Int
        var type: String
        var body: String

        init(_ method: OutboundRequest.Method, _ path: String, _ answer: OutboundResponse) {
            (self.method, self.path, status) = (method.rawValue, path, answer.status)
            type = answer.headers["Content-Type"] ?? ""
            body = String(decoding: answer.body, as: UTF8.self)
        }
    }

    var operations: [Operation]
    /// What is wrong with the document and its examples.
    var faults: [String]
    /// What of the exchanges is not as the document says.
    var misfits: [String]

    static let path = TestSystem.root + "/docs/openapi.yaml"

    static func read(_ exchanges: [Exchange] = []) async throws -> OpenAPIDocument {
        let place = NSTemporaryDirectory() + "plumbline-openapi-\(EventID.make())"
        let (input, output) = (place + ".in", place + ".out")
        defer { for file in [input, output] { unlink(file) } }
        try JSONEncoder().encode(exchanges).write(to: URL(filePath: input))
        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? TestSystem.root + "/.venv/bin/python3"
        let peer = TestSystem.root + "/Tests/Tests/Peers/check_openapi.py"
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "/bin/sh",
                arguments: ["-c", #"exec "$1" "$2" "$3" <"$4""#, "sh", python, peer, path, input],
                logFile: output
            )
        ).waitForExit()
        let said = try Data(contentsOf: URL(filePath: output))
        try #require(exit.isSuccess, "\(String(decoding: said, as: UTF8.self))")
        return try JSONDecoder().decode(OpenAPIDocument.self, from: said)
    }

    /// What the executable of a service says that it serves.
    static func routes(of service: ServiceName) async throws -> Set<String> {
        let output = NSTemporaryDirectory() + "plumbline-routes-\(EventID.make())"
        defer { unlink(output) }
        // What must be set; nothing of it is reached.
        let settings = ["DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "LINK_SECRETS": "nobody signs with this"]
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "\(TestSystem.executables)/\(service.rawValue)",
                arguments: ["routes"],
                environment: settings,
                logFile: output
            )
        ).waitForExit()
        let said = try String(contentsOfFile: output, encoding: .utf8)
        try #require(exit.isSuccess, "\(said)")
        return Set(said.split(separator: "\n").map(String.init))
    }
}
