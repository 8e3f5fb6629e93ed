import Foundation
import LocalServers
import Messaging
import Testing

@Suite("TLS to NATS", .timeLimit(.minutes(2)))
struct NATSTLSTests {
    @Test func `a certificate of the right authority, for the right host, is taken`() async throws {
        let authority = try await CertificateAuthority()
        let server = try await server(authority.issue(to: "localhost"))
        let client = client("tls://localhost:\(server.port)", trusting: authority)
        try await client.connect(timeout: patience)
        try await client.ping(timeout: patience)
        // It comes back by TLS too.
        try await server.restart()
        try await eventually("it never came back") { (try? await client.ping()) != nil }
        await client.drain()
        authority.remove()
        try await server.stop()
    }

    @Test func `a certificate of a foreign authority, or for another host, is refused, and said to be`() async throws {
        let (authority, stranger) = try await (CertificateAuthority(), CertificateAuthority())
        let server = try await server(authority.issue(to: "localhost"))
        let foreign = client("tls://localhost:\(server.port)", trusting: stranger)
        await expectRefused(foreign, "certificate")
        let misnamed = client("tls://127.0.0.1:\(server.port)", trusting: authority)
        await expectRefused(misnamed, "mismatch")
        for client in [foreign, misnamed] { await client.drain() }
        for authority in [authority, stranger] { authority.remove() }
        try await server.stop()
    }

    @Test(arguments: ["tls", "nats"])
    func `a server without TLS is refused where it is asked for, by its address or by an authority`(scheme: String) async throws {
        let server = try await NATSServer.start()
        let authority = try await CertificateAuthority()
        let client = client("\(scheme)://localhost:\(server.port)", trusting: scheme == "nats" ? authority : nil)
        await expectRefused(client, "Secure Connection not available")
        await client.drain()
        authority.remove()
        try await server.stop()
    }

    @Test func `where a server asks for it, a client shows a certificate of its own`() async throws {
        let authority = try await CertificateAuthority()
        let server = try await server(authority.issue(to: "localhost"), "ca_file: \"\(authority.certificateFile)\", verify: true")
        let nobody = client("tls://localhost:\(server.port)", trusting: authority)
        await #expect(throws: NATSError.self) { try await nobody.connect(timeout: .seconds(1)) }
        let own = try await authority.issue(to: "lifecycle")
        let known = client("tls://localhost:\(server.port)", trusting: authority, as: own)
        try await known.connect(timeout: patience)
        try await known.ping(timeout: patience)
        for client in [nobody, known] { await client.drain() }
        authority.remove()
        try await server.stop()
    }

    @Test func `whoever is away, refuses us or isn't named is told apart`() async throws {
        let server = try await NATSServer.start(configuration: "authorization { user: plumb, password: line }")
        let stranger = client(server.url, trusting: nil)
        await expectRefused(stranger, "authorization")
        let lost = client("nats://127.0.0.1:\(try FreePort.choose())", trusting: nil)
        await expectRefused(lost, "No server available")
        for client in [stranger, lost] { await client.drain() }
        try await server.stop()
    }

    private func server(_ issued: CertificateAuthority.Issued, _ more: String = "") async throws -> NATSServer {
        try await NATSServer.start(
            configuration: "tls { cert_file: \"\(issued.certificateFile)\", key_file: \"\(issued.keyFile)\", \(more) }"
        )
    }

    private func client(
        _ url: String,
        trusting authority: CertificateAuthority?,
        as own: CertificateAuthority.Issued? = nil
    ) -> NATSClient {
        let tls = authority.map {
            NATSConfiguration.TLS(caFile: $0.certificateFile, certificateFile: own?.certificateFile, keyFile: own?.keyFile)
        }
        return NATSClient(NATSConfiguration(servers: [url], tls: tls, name: "tls", reconnectWait: .milliseconds(50)), logger: quietLogger)
    }

    /// That there is no connection, and that why is said with `words`.
    private func expectRefused(_ client: NATSClient, _ words: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        do {
            try await client.connect(timeout: .milliseconds(500))
            Issue.record("it connected", sourceLocation: sourceLocation)
        } catch {
            #expect("\(error)".localizedStandardContains(words), sourceLocation: sourceLocation)
        }
    }
}
