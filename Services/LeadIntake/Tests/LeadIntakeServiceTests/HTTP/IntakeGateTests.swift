import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import LeadIntakeService
import NIOCore
import Postgres
import Testing

@Suite("Who may send leads", .timeLimit(.minutes(5)))
struct IntakeGateTests {
    static let paths = ["/intake/leads", "/intake/imports"]

    @Test(arguments: paths)
    func `without a key nobody`(path: String) async throws {
        let bench = try await IntakeBench()
        try await bench.http { client in
            try await client.execute(uri: path, method: .post) { response in
                #expect(response.status == .unauthorized)
                #expect(response.headers[.contentType] == "application/problem+json")
            }
        }
        await bench.close()
    }

    @Test(arguments: ["plb_" + String(repeating: "x", count: 43), "plb_short", "Bearer", "' OR 1=1 --"])
    func `nobody with a key that is not known`(key: String) async throws {
        let bench = try await IntakeBench()
        for path in Self.paths {
            let problem = try await bench.post(path, Array("name\nAna\n".utf8), key: key).problem(.unauthorized)
            #expect(problem.type == "/problems/unauthorized")
        }
        #expect(try await bench.leadCount() == 0)
        await bench.close()
    }

    @Test func `nobody with a key that was revoked`() async throws {
        let bench = try await IntakeBench()
        let key = try await bench.makeKey(revoked: true)
        _ = try await bench.post("/intake/imports", Array("name\nAna\n".utf8), key: key).problem(.unauthorized)
        await bench.close()
    }

    @Test func `nobody with a key for something else`() async throws {
        let bench = try await IntakeBench()
        let key = try await bench.makeKey(scopes: ["reports"])
        for path in Self.paths {
            let problem = try await bench.post(path, Array("name\nAna\n".utf8), key: key).problem(.forbidden)
            #expect(problem.detail?.contains("intake") == true)
        }
        await bench.close()
    }

    @Test func `a key that comes too often is told when to come again, another key goes on`() async throws {
        let bench = try await IntakeBench(settings: ["INTAKE_RATE": "1", "INTAKE_BURST": "2"])
        let (ann, bob) = (try await bench.makeKey(), try await bench.makeKey())
        try await bench.database.execute("UPDATE api_keys SET rate = 0.01, burst = 3 WHERE key_hash = \(try #require(APISecret(bob)).hash)")
        let body = ByteBuffer(string: #"{"name": "Ana"}"#)
        try await bench.http { client in
            func send(_ key: String) async throws -> TestResponse {
                try await client.execute(uri: "/intake/leads", method: .post, headers: [.authorization: "Bearer \(key)"], body: body) { $0 }
            }
            let first = try await send(bob)
            #expect(first.status == .ok)
            #expect(first.headers[try Self.name("RateLimit-Limit")] == "3")
            #expect(first.headers[try Self.name("RateLimit-Remaining")] == "2")
            #expect(first.headers[try Self.name("RateLimit-Reset")] == "100")
            _ = try await send(bob)
            _ = try await send(bob)
            let refused = try await send(bob)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(refused.headers[try Self.name("RateLimit-Remaining")] == "0")
            let wait = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect((1...100).contains(wait))
            let problem = try WireJSON.decode(Problem.self, from: Data(refused.body.readableBytesView))
            #expect(problem.type == "/problems/too-many-requests")
            #expect(problem.detail == "The API key may send 0.01 requests a second and 3 at once. Send it again in \(wait) s.")
            #expect(try await send(ann).headers[try Self.name("RateLimit-Limit")] == "2")
        }
        await bench.close()
    }

    private static func name(_ text: String) throws -> HTTPField.Name { try #require(HTTPField.Name(text)) }
}
