import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Postgres
import ServiceKit
import Testing

@Suite("What every HTTP endpoint does alike")
struct HTTPTests {
    private struct Body: Codable {
        var name: String
        var tags: [Int]
    }

    private struct Unexpected: Error {}

    @Test func `a missing field is a problem that points at it`() async throws {
        let problem = try await answer(to: #"{"tags": []}"#, status: .badRequest)
        #expect(problem.type == "/problems/invalid-body")
        #expect(problem.errors == [.init(pointer: "/name", detail: "is missing")])
    }

    @Test func `a field of the wrong kind is a problem that points at it`() async throws {
        let problem = try await answer(to: #"{"name": "x", "tags": [1, "two"]}"#, status: .badRequest)
        #expect(problem.errors == [.init(pointer: "/tags/1", detail: "must be a whole number")])
    }

    @Test func `what isn't JSON is a problem`() async throws {
        let problem = try await answer(to: "name=x", status: .badRequest)
        #expect(problem.type == "/problems/invalid-body")
    }

    @Test func `an unforeseen error is a 500 that tells nothing of itself`() async throws {
        try await api.test(.router) { client in
            try await client.execute(uri: "/fails", method: .get) { response in
                #expect(response.status == .internalServerError)
                #expect(!String(buffer: response.body).contains("Unexpected"))
                #expect(response.headers[.contentType] == "application/problem+json")
            }
        }
    }

    @Test func `a browser is shown a page when something of ours fails, and told when to come again`() async throws {
        let browser: HTTPFields = [.accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"]
        try await api.test(.router) { client in
            try await client.execute(uri: "/fails", method: .get, headers: browser) { response in
                #expect(response.status == .internalServerError && response.headers[.retryAfter] == "5")
                #expect(response.headers[.contentType] == "text/html; charset=utf-8")
                #expect(String(buffer: response.body).contains("Please try again in a minute."))
                #expect(!String(buffer: response.body).contains("Unexpected"))
            }
            try await client.execute(uri: "/nowhere", method: .get, headers: browser) { response in
                #expect(response.headers[.contentType] == "application/problem+json", "nothing of ours fails here")
            }
        }
    }

    @Test func `a request that gave way to others in the database is to be sent again`() async throws {
        try await api.test(.router) { client in
            try await client.execute(uri: "/gives-way", method: .get) { response in
                #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "5")
                let problem = try WireJSON.decode(Problem.self, from: Data(response.body.readableBytesView))
                #expect(problem == .contention)
            }
        }
    }

    @Test func `an unknown path is a problem too`() async throws {
        try await api.test(.router) { client in
            try await client.execute(uri: "/nowhere", method: .get) { response in
                #expect(response.status == .notFound)
                #expect(response.headers[.contentType] == "application/problem+json")
            }
        }
    }

    @Test func `the caller's trace goes on, and a broken one is replaced`() async throws {
        let name = try #require(HTTPField.Name("traceparent"))
        let requestID = try #require(HTTPField.Name("X-Request-Id"))
        try await api.test(.router) { client in
            try await client.execute(
                uri: "/trace",
                method: .get,
                headers: [name: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
            ) { response in
                #expect(String(buffer: response.body) == "4bf92f3577b34da6a3ce929d0e0e4736")
                #expect(response.headers[requestID] == "4bf92f3577b34da6a3ce929d0e0e4736")
            }
            try await client.execute(uri: "/trace", method: .get, headers: [name: "nonsense"]) { response in
                #expect(response.headers[requestID]?.count == 32)
            }
        }
    }

    private var api: some ApplicationProtocol {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ObservingMiddleware())
        router.add(middleware: ProblemMiddleware())
        router.post("echo") { request, context in
            JSONResponse(try await request.decodeJSON(as: Body.self, context: context))
        }
        router.get("fails") { _, _ -> HTTPResponse.Status in throw Unexpected() }
        router.get("gives-way") { _, _ -> HTTPResponse.Status in
            throw DatabaseError(.server, "deadlock detected", sqlState: .deadlockDetected)
        }
        router.get("trace") { _, _ in TraceContext.current?.traceID ?? "none" }
        return Application(router: router)
    }

    private func answer(to body: String, status: HTTPResponse.Status) async throws -> Problem {
        try await api.test(.router) { client in
            try await client.execute(uri: "/echo", method: .post, body: ByteBuffer(string: body)) { response in
                #expect(response.status == status)
                return try WireJSON.decode(Problem.self, from: Data(response.body.readableBytesView))
            }
        }
    }
}
