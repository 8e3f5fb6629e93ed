import Contracts
import Foundation
import LocalServers
import LocalStack
import Testing

/// docker/compose.yaml, as a program reads it.
struct ComposeFile: Decodable {
    struct Container: Decodable {
        struct Dependency: Decodable {
            var condition: String
        }

        struct Build: Decodable {
            var args: [String: String]
        }

        struct HealthCheck: Decodable {
            var test: [String]?
            var disable: Bool?
        }

        var image: String
        var build: Build?
        var command: [String]?
        /// A key without a value is taken from .env.
        var environment: [String: String?]?
        var secrets: [String]?
        var ports: [String]?
        var volumes: [String]?
        var networks: [String]?
        var profiles: [String]?
        var healthcheck: HealthCheck?
        var dependencies: [String: Dependency]?
        var isReadOnly: Bool?
        var droppedCapabilities: [String]?
        var securityOptions: [String]?

        enum CodingKeys: String, CodingKey {
            case image, build, command, environment, secrets, ports, volumes, networks, profiles, healthcheck
            case dependencies = "depends_on"
            case isReadOnly = "read_only"
            case droppedCapabilities = "cap_drop"
            case securityOptions = "security_opt"
        }

        var keys: Set<String> { Set((environment ?? [:]).keys) }
        /// Those that .env says.
        var keysLeftToTheOwner: Set<String> { Set((environment ?? [:]).filter { $0.value == nil }.keys) }
        /// What it reads of `/run/secrets`.
        var secretsRead: Set<String> {
            Set((environment ?? [:]).values.compactMap { $0 }.filter { $0.hasPrefix("/run/secrets/") }.map { String($0.dropFirst(13)) })
        }
    }

    struct Secret: Decodable {
        var file: String
    }

    var services: [String: Container]
    var secrets: [String: Secret]
    var volumes: [String: [String: String]?]
    /// As it stands.
    var text = ""

    enum CodingKeys: String, CodingKey {
        case services, secrets, volumes
    }

    static let directory = TestSystem.root + "/docker"

    static func read() async throws -> ComposeFile {
        let path = directory + "/compose.yaml"
        let output = NSTemporaryDirectory() + "compose-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? TestSystem.root + "/.venv/bin/python3",
                arguments: ["-c", "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)", path],
                logFile: output
            )
        ).waitForExit()
        let json = try Data(contentsOf: URL(filePath: output))
        try #require(exit.isSuccess, "\(String(decoding: json, as: UTF8.self))")
        var file = try JSONDecoder().decode(ComposeFile.self, from: json)
        file.text = try String(contentsOfFile: path, encoding: .utf8)
        return file
    }

    func container(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Container {
        try #require(services[name], "there is no service \(name)", sourceLocation: sourceLocation)
    }

    /// What .env may say: what stands in `${...}`, and what is passed on by its name alone.
    var keysOfItsOwner: Set<String> {
        let interpolated = text.split(separator: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("#") }
            .flatMap { $0.matches(of: #/\$\{([A-Z][A-Z0-9_]*)/#).map { String($0.1) } }
        return Set(interpolated).union(services.values.flatMap(\.keysLeftToTheOwner))
    }
}

/// Lines of KEY=value.
struct EnvironmentFile {
    var values: [String: String] = [:]

    init(_ name: String) throws {
        for line in try String(contentsOfFile: ComposeFile.directory + "/" + name, encoding: .utf8).split(separator: "\n") {
            guard let match = line.wholeMatch(of: #/([A-Z][A-Z0-9_]*)=(.*)/#) else {
                try #require(line.hasPrefix("#"), "\(name): what is \(line)?")
                continue
            }
            #expect(values[String(match.1)] == nil, "\(name) says \(match.1) twice")
            values[String(match.1)] = String(match.2)
        }
    }
}
