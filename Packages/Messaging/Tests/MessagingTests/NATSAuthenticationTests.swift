import Foundation
import LocalServers
import Messaging
import Testing

@Suite("Who may connect", .timeLimit(.minutes(1)))
struct NATSAuthenticationTests {
    @Test func `user and password`() async throws {
        let server = try await NATSServer.start(configuration: "authorization { user: plumb, password: line }")
        let client = try await connectedClient(server, .user("plumb", password: "line"))
        try await client.ping(timeout: patience)
        await client.drain()
        try await server.stop()
    }

    @Test func `a token`() async throws {
        let server = try await NATSServer.start(configuration: "authorization { token: secret }")
        let client = try await connectedClient(server, .token("secret"))
        try await client.ping(timeout: patience)
        await client.drain()
        try await server.stop()
    }

    @Test func `an nkey, whose seed stays in its file`() async throws {
        // The pair that the NATS documentation shows.
        let publicKey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
        let server = try await NATSServer.start(configuration: "authorization { users: [ { nkey: \(publicKey) } ] }")
        let seedFile = "\(server.directory)/user.nk"
        try Data("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY\n".utf8).write(to: URL(filePath: seedFile))
        let client = try await connectedClient(server, .nkey(publicKey: publicKey, seedFile: seedFile))
        try await client.ping(timeout: patience)
        await client.drain()
        try await server.stop()
    }

    @Test func `TLS, with a certificate of our own authority`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: unique("plumbline-tls-")).path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await makeCertificate(in: directory)
        let server = try await NATSServer.start(
            configuration: "tls { cert_file: \"\(directory)/cert.pem\", key_file: \"\(directory)/key.pem\" }"
        )
        func client(trusting caFile: String?) -> NATSClient {
            let url = "tls://localhost:\(server.port)"
            return NATSClient(NATSConfiguration(servers: [url], tls: .init(caFile: caFile), name: "tls"), logger: quietLogger)
        }
        let trusting = client(trusting: "\(directory)/cert.pem")
        try await trusting.connect(timeout: patience)
        try await trusting.ping()
        await trusting.drain()

        // The server asks for no certificate of ours; where it does, the same file proves us.
        let strict = try await NATSServer.start(
            configuration: """
                tls { cert_file: "\(directory)/cert.pem", key_file: "\(directory)/key.pem", ca_file: "\(directory)/cert.pem", verify: true }
                """
        )
        let known = NATSClient(
            NATSConfiguration(
                servers: ["tls://localhost:\(strict.port)"],
                tls: .init(caFile: "\(directory)/cert.pem", certificateFile: "\(directory)/cert.pem", keyFile: "\(directory)/key.pem"),
                name: "known"
            ),
            logger: quietLogger
        )
        try await known.connect(timeout: patience)
        try await known.ping()
        await known.drain()
        try await strict.stop()

        let early = client(trusting: "\(directory)/later.pem")
        await #expect(throws: NATSError.self) { try await early.connect(timeout: .milliseconds(200)) }
        try FileManager.default.copyItem(atPath: "\(directory)/cert.pem", toPath: "\(directory)/later.pem")
        try await early.connected(within: .seconds(30))
        await early.drain()

        let strange = client(trusting: nil)
        await #expect(throws: NATSError.self) { try await strange.connect(timeout: .milliseconds(500)) }
        await strange.drain()
        try await server.stop()
    }

    private func makeCertificate(in directory: String) async throws {
        try await openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            "\(directory)/key.pem",
            "-out",
            "\(directory)/cert.pem"
        )
    }

    @Test func `a credentials file, with a JWT of the operator's account`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: unique("plumbline-jwt-")).path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let credentials = try await OperatorCredentials(in: directory)
        let server = try await NATSServer.start(configuration: credentials.configuration)
        let client = try await connectedClient(server, .credentialsFile(credentials.file))
        try await client.ping(timeout: patience)
        let nobody = NATSClient(NATSConfiguration(servers: [server.url], name: "nobody"), logger: quietLogger)
        await #expect(throws: NATSError.self) { try await nobody.connect(timeout: .milliseconds(500)) }
        for client in [client, nobody] { await client.drain() }
        try await server.stop()
    }

    @Test func `a wrong password is refused, tried again, and works once the server knows it`() async throws {
        let server = try await NATSServer.start(configuration: "authorization { user: plumb, password: line }")
        let client = NATSClient(
            NATSConfiguration(
                servers: [server.url],
                authentication: .user("plumb", password: "other"),
                name: "wrong",
                reconnectWait: .milliseconds(50)
            ),
            logger: quietLogger
        )
        await #expect(throws: NATSError.self) { try await client.connect(timeout: .seconds(2)) }
        try Data("authorization { user: plumb, password: other }".utf8).write(to: URL(filePath: "\(server.directory)/nats.conf"))
        try await server.restart()
        try await client.connected(within: .seconds(30))
        try await client.ping(timeout: patience)
        await client.drain()
        try await server.stop()
    }
}
