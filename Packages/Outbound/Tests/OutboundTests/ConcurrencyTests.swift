import Foundation
import Testing

@testable import Outbound

@Suite("Many transfers at once", .timeLimit(.minutes(1)))
struct ConcurrencyTests {
    @Test func `500 requests keep to 16 at a time and to 16 connections`() async throws {
        let http = try await HTTPTestServer.start(OutboundConfiguration(maximumTransfers: 64, maximumTransfersPerHost: 16))
        try await withThrowingTaskGroup { group in
            for _ in 0..<500 {
                group.addTask {
                    let response = try await http.send(.get, "/hold")
                    #expect(response.body == Data("held".utf8))
                }
            }
            try await group.waitForAll()
        }
        let stats = try await http.stats()
        #expect(stats.requests == 501)
        #expect(stats.peak <= 16)
        #expect(stats.peak > 1)
        #expect(stats.connections <= 16)
    }

    @Test func `one request after another uses one connection`() async throws {
        let http = try await HTTPTestServer.start()
        for _ in 0..<20 {
            #expect(try await http.send(.post, "/echo") { $0.body = Data("x".utf8) }.echo().connection == 1)
        }
    }

    @Test func `the bound over all hosts holds too`() async throws {
        let one = try await HTTPTestServer.start(OutboundConfiguration(maximumTransfers: 3, maximumTransfersPerHost: 3))
        let other = try await PythonServer.start("http_server.py")
        try await withThrowingTaskGroup { group in
            for index in 0..<60 {
                let base = index.isMultiple(of: 2) ? one.base : "http://127.0.0.1:\(other.port)"
                group.addTask { _ = try await one.client.send(OutboundRequest(.get, base + "/hold")) }
            }
            try await group.waitForAll()
        }
        #expect(try await one.stats().peak <= 3)
    }

    @Test func `a host that hangs doesn't hold up another`() async throws {
        let hanging = try await HTTPTestServer.start(OutboundConfiguration(maximumTransfers: 8, maximumTransfersPerHost: 2))
        let other = try await PythonServer.start("http_server.py")
        let stuck = (0..<500).map { _ in Task { try await hanging.send(.post, "/hang") } }
        let response = try await hanging.client.send(OutboundRequest(.get, "http://127.0.0.1:\(other.port)/echo"))
        #expect(response.status == 200)
        for task in stuck { task.cancel() }
        for task in stuck {
            let error = await #expect(throws: OutboundError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
        #expect(try await hanging.send(.get, "/echo").status == 200, "cancelled transfers give their places back")
    }

    @Test func `shutting down finishes what is under way and takes nothing new`() async throws {
        let http = try await HTTPTestServer.start()
        let client = OutboundClient()
        let running = (0..<10).map { _ in Task { try await client.send(OutboundRequest(.get, http.base + "/hold")) } }
        #expect(try await eventually { try await http.stats().peak > 0 })
        await client.shutdown()
        for task in running {
            // Those that came too late are told so; none is lost without a word.
            switch await task.result {
            case .success(let response): #expect(response.status == 200)
            case .failure(let error): #expect((error as? OutboundError)?.code == .shutDown)
            }
        }
        let error = await #expect(throws: OutboundError.self) { try await client.send(OutboundRequest(.get, http.base + "/echo")) }
        #expect(error?.code == .shutDown && error?.maybeDelivered == false)
        await client.shutdown()
    }

    @Test func `shutting down breaks off what outlasts its grace`() async throws {
        let http = try await HTTPTestServer.start()
        let client = OutboundClient()
        let task = Task { try await client.send(OutboundRequest(.post, http.base + "/hang")) }
        #expect(try await eventually { try await http.stats().hanging == 1 })
        await client.shutdown(grace: .milliseconds(100))
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.code == .shutDown)
    }

    @Test func `a client that is let go ends its thread`() async throws {
        let http = try await HTTPTestServer.start()
        func useOne() async throws -> TransferLoop {
            let client = OutboundClient()
            #expect(try await client.send(OutboundRequest(.get, http.base + "/echo")).status == 200)
            return client.loop
        }
        let loop = try await useOne()
        await loop.waitUntilEnded()
    }
}
