import Contracts
import Foundation
import LocalServers
import Logging
import Messaging
import Outbound

/// lead-intake as it is shipped, on a PostgreSQL and a NATS of its own: nobody else's work is measured.
struct ImportServer {
    private let postgres: PostgresServer
    private let nats: NATSServer
    private let service: ManagedProcess
    private let port: Int
    private static let database = "plumbline"
    private static let schema = "lead_intake"

    static func start(in directory: URL) async throws -> ImportServer {
        let (postgres, nats) = (try await PostgresServer.start(), try await NATSServer.start())
        try await postgres.createDatabase(database)
        try await postgres.execute("CREATE SCHEMA \(schema); CREATE EXTENSION pg_trgm SCHEMA \(schema)", database: database)
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let port = try FreePort.choose()
        var environment = [
            "DATABASE_URL": postgres.url(database: database), "NATS_URL": nats.url, "HTTP_PORT": "\(port)", "LOG_LEVEL": "warning",
        ]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        let service = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: URL(filePath: own).deletingLastPathComponent().appending(path: "lead-intake").path,
                environment: environment,
                logFile: directory.appending(path: "lead-intake.log").path
            )
        )
        let server = ImportServer(postgres: postgres, nats: nats, service: service, port: port)
        let web = OutboundClient()
        try await wait(for: "lead-intake to be ready") {
            (try? await web.send(OutboundRequest(.get, server.url + "/health/ready", timeout: .seconds(5))))?.status == 200
        }
        await web.shutdown()
        return server
    }

    func stop() async {
        _ = try? await service.stop()
        try? await nats.stop()
        try? await postgres.stop()
    }

    private var url: String { "http://127.0.0.1:\(port)" }

    /// How long it takes from the first byte of the file to the answer with the counts, and the most memory that the service had, in MB.
    func importFile(_ file: URL, rows: Int) async throws -> (time: Duration, memory: Double) {
        let key = try await makeKey()
        // The answer comes when all is done, and nothing before it.
        var patient = OutboundConfiguration()
        patient.stallTimeout = .seconds(7_200)
        let web = OutboundClient(patient)
        var request = OutboundRequest(.post, url + "/intake/imports", timeout: .seconds(7_200), retry: .never)
        request.headers = [("Authorization", "Bearer \(key)"), ("Content-Type", "text/csv"), ("Expect", "")]
        request.body = try Data(contentsOf: file, options: .mappedIfSafe)
        try await postgres.execute("CHECKPOINT", database: Self.database)
        let start = ContinuousClock.now
        let response = try await web.send(request)
        let time = ContinuousClock.now - start
        await web.shutdown()
        let counts = try? WireJSON.decode(Counts.self, from: response.body)
        guard counts?.created == rows else {
            throw BenchmarkFault(description: "the import answered \(String(decoding: response.body.prefix(500), as: UTF8.self))")
        }
        let found = try await postgres.execute(
            """
            SELECT (SELECT count(*) FROM \(Self.schema).leads WHERE lead_score IS NOT NULL),
                (SELECT count(*) FROM \(Self.schema).lead_audit), (SELECT last_value FROM \(Self.schema).outbox_position_seq)
            """,
            database: Self.database
        )
        guard found == "\(rows)|\(rows)|\(rows)" else {
            throw BenchmarkFault(description: "not each of \(rows) rows is a scored lead with its trail and its event: \(found)")
        }
        return (time, try peakMemory())
    }

    private struct Counts: Decodable {
        var created: Int
    }

    private func makeKey() async throws -> String {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let client = NATSClient(NATSConfiguration(servers: [nats.url], name: "bench"), logger: logger)
        try await client.connect()
        let key = try await CommandClient(client).call(CreateAPIKey(name: "bench", scopes: ["intake"]), as: .operator).key
        await client.drain()
        return key
    }

    private func peakMemory() throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(service.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kilobytes = line?.split(separator: " ").compactMap({ Double($0) }).first else {
            throw BenchmarkFault(description: "the memory of lead-intake can't be read")
        }
        return (kilobytes / 1_024).rounded()
    }

    /// How long psql takes to copy the leads that were imported into their own table, emptied before: with its indexes, generated columns
    /// and triggers, and nothing beside it.
    func bareCopy(rows: Int, through file: URL) async throws -> Duration {
        _ = try await service.stop()
        let columns = try await postgres.execute(
            """
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = '\(Self.schema).leads'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            """,
            database: Self.database
        )
        try await postgres.execute("\\copy \(Self.schema).leads (\(columns)) TO '\(file.path)'", database: Self.database)
        try await postgres.execute(
            """
            TRUNCATE \(Self.schema).leads, \(Self.schema).lead_words, \(Self.schema).outbox, \(Self.schema).import_rows CASCADE;
            ALTER ROLE postgres SET search_path = \(Self.schema);
            CHECKPOINT
            """,
            database: Self.database
        )
        let start = ContinuousClock.now
        try await postgres.execute("\\copy leads (\(columns)) FROM '\(file.path)'", database: Self.database)
        let time = ContinuousClock.now - start
        guard try await postgres.execute("SELECT count(*) FROM leads", database: Self.database) == "\(rows)" else {
            throw BenchmarkFault(description: "the bare copy did not copy all rows")
        }
        return time
    }
}
