import Foundation
import LocalServers
import Testing

@Suite("A local nats-server", .timeLimit(.minutes(1)))
struct NATSServerTests {
    @Test func `it greets with JetStream, on the same port after a kill and a restart`() async throws {
        let server = try await NATSServer.start()
        #expect(try greeting(of: server.port).contains(#""jetstream":true"#))

        try await server.kill()
        #expect(!server.isRunning)
        #expect(throws: POSIXError.self) { try greeting(of: server.port) }

        try await server.restart()
        #expect(try greeting(of: server.port).contains(#""jetstream":true"#))
        try await server.stop()
        #expect(!FileManager.default.fileExists(atPath: server.directory))
    }

    @Test func `a configuration file adds what the flags don't say`() async throws {
        let server = try await NATSServer.start(configuration: "authorization { user: app, password: secret }\n")
        #expect(try greeting(of: server.port).contains(#""auth_required":true"#))
        try await server.stop()
    }

    @Test func `a paused server stays alive and says nothing until it is resumed`() async throws {
        let server = try await NATSServer.start()
        try await server.pause()
        #expect(throws: POSIXError.self) { try greeting(of: server.port, patience: 1) }
        #expect(server.isRunning)
        server.resume()
        #expect(try greeting(of: server.port).contains("INFO"))
        try await server.stop()
    }

    @Test func `a configuration it can't read is told, with its own words`() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            try await NATSServer.start(configuration: "authorization { user: }{\n")
        }
        #expect(error?.code == .notReady)
        #expect(error?.message.contains("Parse error on line 1") == true)
    }
}

/// The INFO line that the server sends to whoever connects.
private func greeting(of port: Int, patience seconds: Int = 20) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard connected == 0 else { throw POSIXError(.ECONNREFUSED) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { throw POSIXError(.ETIMEDOUT) }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
}
