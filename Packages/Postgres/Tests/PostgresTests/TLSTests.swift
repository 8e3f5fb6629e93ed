import Foundation
import LocalServers
import Logging
import Postgres
import Testing

@Suite("TLS to PostgreSQL", .timeLimit(.minutes(2)))
struct TLSTests {
    @Test func `a certificate of the right authority, for the right host, is taken, and all goes over TLS`() async throws {
        let scene = try await Scene(host: "localhost")
        let database = scene.database(trusting: scene.authority.certificateFile)
        #expect(try await database.value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
        // More than any buffer between us and the socket holds.
        let text: String = try await database.value("SELECT repeat('x', 8000000)")
        #expect(text.utf8.count == 8_000_000)
        #expect(try await database.pipeline([SQL("SELECT 1"), SQL("SELECT 2")]).count == 2)
        // Cancelling opens a connection of its own.
        let sleeper = Task { try await database.query("SELECT pg_sleep(60)") }
        try await until {
            try await scene.server.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'").isEmpty == false
        }
        sleeper.cancel()
        #expect(await databaseError { try await sleeper.value }?.code == .cancelled)
        await database.close()
        try await scene.end()
    }

    @Test func `a connection that the server ended while it was idle is replaced unnoticed`() async throws {
        let scene = try await Scene(host: "localhost")
        let database = scene.database(trusting: scene.authority.certificateFile)
        let backend: Int32 = try await database.value("SELECT pg_backend_pid()")
        try await scene.server.execute("SELECT pg_terminate_backend(\(backend), 10000)")
        #expect(try await database.value("SELECT pg_backend_pid()") != backend)
        await database.close()
        try await scene.end()
    }

    @Test func `whatever the address says of TLS, a file of authorities asks for all of it`() async throws {
        let scene = try await Scene(host: "localhost")
        let database = scene.database(trusting: scene.authority.certificateFile, more: "&sslmode=disable")
        #expect(try await database.value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
        await database.close()
        let other = scene.database(trusting: scene.stranger.certificateFile, more: "&sslmode=require")
        #expect(await databaseError { try await other.ping() }?.message.contains("certificate verify failed") == true)
        await other.close()
        try await scene.end()
    }

    @Test func `a certificate of a foreign authority is refused, and said to be`() async throws {
        let scene = try await Scene(host: "localhost")
        let database = scene.database(trusting: scene.stranger.certificateFile)
        let error = await databaseError { try await database.ping() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("certificate verify failed") == true, "\(String(describing: error?.message))")
        await database.close()
        try await scene.end()
    }

    @Test func `a certificate for another host is refused, and said to be`() async throws {
        let scene = try await Scene(host: "elsewhere.example")
        let database = scene.database(trusting: scene.authority.certificateFile)
        let message = await databaseError { try await database.ping() }?.message
        #expect(message?.contains("\"elsewhere.example\" does not match host name \"localhost\"") == true, "\(String(describing: message))")
        await database.close()
        try await scene.end()
    }

    @Test func `a server without TLS is refused where it is asked for, and a client without it by a server that asks`() async throws {
        let scene = try await Scene(host: nil)
        let wanting = scene.database(trusting: scene.authority.certificateFile)
        let message = await databaseError { try await wanting.ping() }?.message
        #expect(message?.contains("server does not support SSL") == true, "\(String(describing: message))")
        await wanting.close()

        try await scene.server.useTLS(scene.authority.issue(to: "localhost"), only: true)
        let plain = scene.database(trusting: nil, more: "&sslmode=disable")
        let error = await databaseError { try await plain.ping() }
        #expect(error?.message.contains("no encryption") == true, "\(String(describing: error?.message))")
        await plain.close()
        try await scene.end()
    }

    @Test func `a file of authorities that isn't there is named`() async throws {
        let scene = try await Scene(host: "localhost")
        let database = scene.database(trusting: "/nowhere/ca.pem")
        #expect(await databaseError { try await database.ping() }?.message.contains("/nowhere/ca.pem") == true)
        await database.close()
        try await scene.end()
    }
}

/// A server with a certificate, the authority that made it, and another one.
private struct Scene {
    let server: PostgresServer
    let authority: CertificateAuthority
    let stranger: CertificateAuthority

    init(host: String?) async throws {
        async let started = PostgresServer.start(durability: .fast)
        (authority, stranger) = try await (CertificateAuthority(), CertificateAuthority())
        server = try await started
        if let host { try await server.useTLS(authority.issue(to: host)) }
    }

    func database(trusting caFile: String?, more: String = "") -> Database {
        Database(
            DatabaseConfiguration(
                // By its name, at this address alone.
                url: "postgres://postgres@localhost:\(server.port)/postgres?hostaddr=127.0.0.1\(more)",
                caFile: caFile,
                waitTimeout: .seconds(20),
                applicationName: "tls"
            ),
            logger: .quiet
        )
    }

    func end() async throws {
        authority.remove()
        stranger.remove()
        try await server.stop()
    }
}
