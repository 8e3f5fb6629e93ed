import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("Who may send leads", .timeLimit(.minutes(1)))
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
}
