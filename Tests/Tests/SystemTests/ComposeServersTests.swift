import Contracts
import Foundation
import LocalServers
import LocalStack
import Logging
import Postgres
import Testing

/// The scripts of docker/, with the servers that are on this machine.
@Suite("docker/make-secrets", .timeLimit(.minutes(2)))
struct ComposeServersTests {
    @Test func `writes each secret that compose.yaml names, and none anew`() async throws {
        let secrets = try await Secrets()
        defer { secrets.remove() }
        let compose = try await ComposeFile.read()
        let written = try secrets.values()
        #expect(Set(written.keys) == Set(compose.secrets.keys))
        let ofOthers = [
            "smtp_password", "twilio_auth_tokens", "recurrente_secret_key", "recurrente_webhook_secrets", "llm_api_key",
            "sites_s3_secret_key",
        ]
        for (name, value) in written { #expect(value.isEmpty == ofOthers.contains(name), "\(name)") }
        #expect(Set(written.values).count == written.count - ofOthers.count + 1, "no secret is used twice")
        try await secrets.make()
        #expect(try secrets.values() == written)
        try await secrets.make("--sandbox")
        let filled = try secrets.values()
        #expect(filled.filter { !ofOthers.contains($0.key) } == written.filter { !ofOthers.contains($0.key) })
        #expect(filled["recurrente_webhook_secrets"]?.hasPrefix("whsec_") == true)
    }

    @Test func `and init.sql let each service and each owner into PostgreSQL`() async throws {
        let secrets = try await Secrets()
        defer { secrets.remove() }
        let passwords = try await ComposeFile.read().container("postgres").environment ?? [:]
        let server = try await PostgresServer.start(authentication: .scram(password: "superuser"), durability: .fast)
        try await server.createDatabase("plumbline")
        let script = try String(contentsOfFile: ComposeFile.directory + "/postgres/init.sql", encoding: .utf8)
        try await server.execute(script, database: "plumbline", variables: secrets.files(passwords))
        for service in StackPlan.services {
            for (name, role) in [("database_url", service.schema), ("migration_database_url", service.schema + "_owner")] {
                let address = try #require(try secrets.values()["\(service.schema)_\(name)"])
                let database = Database(
                    DatabaseConfiguration(
                        url: address.replacing("@postgres/", with: "@127.0.0.1:\(server.port)/"),
                        maximumConnections: 1,
                        applicationName: "compose"
                    ),
                    logger: Logger(label: "compose") { _ in SwiftLogNoOpLogHandler() }
                )
                let user = try await database.row("SELECT current_user::text AS name")?.decode("name", as: String.self)
                #expect(user == role)
                await database.close()
            }
        }
        try await server.stop()
    }

    @Test func `and start.sh let each user into NATS`() async throws {
        let secrets = try await Secrets()
        defer { secrets.remove() }
        let passwords = try await ComposeFile.read().container("nats").environment ?? [:]
        let port = try FreePort.choose()
        let log = "\(secrets.directory).nats.log"
        var environment = secrets.files(passwords)
        environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "/bin/sh",
                arguments: [
                    "\(ComposeFile.directory)/nats/start.sh", "--config", "\(ComposeFile.directory)/nats/nats.conf",
                    "--store_dir", "\(secrets.directory)-nats", "--addr", "127.0.0.1", "--port", "\(port)", "--http_port", "0",
                ],
                environment: environment,
                logFile: log
            )
        )
        let end = ContinuousClock.now + .seconds(30)
        while try !String(contentsOfFile: log, encoding: .utf8).contains("Server is ready") {
            try #require(ContinuousClock.now < end, "nats-server never got ready")
            try await Task.sleep(for: .milliseconds(50))
        }
        for user in StackPlan.natsUsers {
            let password = try #require(try secrets.values()["nats_\(user.replacing("-", with: "_"))_password"])
            let refused = try await WireClient.refused([.subscribe("_INBOX.\(user).>")], as: user, password: password, port: port)
            #expect(refused.isEmpty, "\(user)")
        }
        _ = try await process.stop()
        for leftover in [log, "\(secrets.directory)-nats"] { try? FileManager.default.removeItem(atPath: leftover) }
    }
}

/// A directory that make-secrets has filled.
private struct Secrets {
    let directory = NSTemporaryDirectory() + "plumbline-secrets-\(UUID().uuidString)"

    init() async throws {
        try await make()
    }

    func make(_ options: String...) async throws {
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "/bin/sh",
                arguments: ["\(ComposeFile.directory)/make-secrets"] + options + [directory]
            )
        ).waitForExit()
        try #require(exit.isSuccess)
    }

    func values() throws -> [String: String] {
        var values: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            values[name] = try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
        }
        return values
    }

    /// What a container is given, with this directory for `/run/secrets`.
    func files(_ environment: [String: String?]) -> [String: String] {
        environment.compactMapValues { $0?.replacing("/run/secrets/", with: "\(directory)/") }
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}
