import Foundation
import LocalServers
import Outbound
import Testing

/// A service's executable before servers that are reached by TLS alone.
@Suite("A service, by TLS", .timeLimit(.minutes(2)))
struct RunningTLSTests {
    @Test func `reaches both servers with their authority, and with a foreign one says of each what is wrong`() async throws {
        let (authority, stranger) = try await (CertificateAuthority(), CertificateAuthority())
        let service = try await RunningService(certificate: authority.issue(to: "localhost"))
        let settings = service.settings.merging([
            "DATABASE_URL": "postgres://postgres@localhost:\(service.postgres.port)/postgres?hostaddr=127.0.0.1",
            "NATS_URL": "tls://localhost:\(service.nats.port)",
        ]) { $1 }
        let trusting = ["DATABASE_CA_FILE": authority.certificateFile, "NATS_CA_FILE": authority.certificateFile]

        for (key, words) in [("DATABASE_CA_FILE", "certificate verify failed"), ("NATS_CA_FILE", "SSL handshake error")] {
            let doubtful = settings.merging(trusting) { $1 }.merging([key: stranger.certificateFile]) { $1 }
            let (process, log) = try await RunningService.start([], doubtful)
            try await service.eventually("it never said what is wrong") { try String(contentsOfFile: log, encoding: .utf8).contains(words) }
            #expect(await service.readiness()?.status == 503)
            #expect(try await process.stop().isSuccess)
        }

        let (process, _) = try await RunningService.start([], settings.merging(trusting) { $1 })
        try await service.waitUntilReady()
        #expect(try await service.get("/greetings").status == 200)
        let encrypted = try await service.postgres.execute(
            "SELECT count(*) FILTER (WHERE ssl) > 0 AND bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'console'"
        )
        #expect(encrypted == "t")
        #expect(try await process.stop().isSuccess)
        for authority in [authority, stranger] { authority.remove() }
        try await service.close()
    }

    @Test func `knows that a client's certificate needs its key`() async throws {
        let (exit, output) = try await RunningService.run(
            [],
            ["DATABASE_URL": "postgres://x", "GREETING_URL": "https://x.example", "NATS_CLIENT_CERT": "/etc/client.pem"]
        )
        #expect(exit == .code(78))
        #expect(output.contains("NATS_CLIENT_CERT and NATS_CLIENT_KEY"), "\(output)")
    }
}
