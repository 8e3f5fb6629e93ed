import Contracts
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Testing

@Suite("GET /intake/imports/{id}", .timeLimit(.minutes(2)))
struct ImportResourceTests {
    let bench: IntakeBench
    let key: String

    init() async throws {
        bench = try await IntakeBench()
        key = try await bench.makeKey()
    }

    private struct Resource: Decodable {
        var id: String
        var state: String
        var read: Int
        var created: Int
        var matched: Int
        var rejected: Int
        var updated: Int
        var rowsPerSecond: Double
        var startedAt: Date
        var finishedAt: Date?
        var failure: String?
        var links: [String: String]

        enum CodingKeys: String, CodingKey {
            case id, state, read, created, matched, rejected, updated, failure, links
            case rowsPerSecond = "rows_per_second"
            case startedAt = "started_at"
            case finishedAt = "finished_at"
        }
    }

    private func post(_ text: String, _ idempotencyKey: String? = nil) async throws -> IntakeBench.Answer {
        try await bench.post("/intake/imports", Array(text.utf8), key: key, idempotencyKey: idempotencyKey)
    }

    private func resource(_ place: String) async throws -> Resource {
        let answer = try await bench.get(place, key: key)
        #expect(answer.status == .ok)
        return try WireJSON.decode(Resource.self, from: answer.body)
    }

    private func onlyImport() async throws -> String {
        "/intake/imports/" + (try await bench.values("SELECT id::text AS value FROM imports")).joined()
    }

    @Test func `tells what became of a file, and where its errors are`() async throws {
        #expect(try await post("name,phone\nAna,\n,\nJoe,12\n").report().counts == [3, 2, 0, 1])
        let found = try await resource(onlyImport())
        let counts = [found.read, found.created, found.matched, found.rejected, found.updated]
        #expect(counts == [3, 2, 0, 1, 0])
        #expect(found.state == "finished" && found.failure == nil && found.rowsPerSecond > 0)
        let end = try #require(found.finishedAt)
        #expect(end >= found.startedAt)
        let place = try await onlyImport()
        #expect(found.links == ["self": place, "errors": place + "/errors.csv"])
        await bench.close()
    }

    @Test func `its errors are a table that no spreadsheet takes for formulas`() async throws {
        _ = try await post("name,email\nAna,=cmd()|'x'@\n,a@a.example\n,b@b.example\n\"Joe\",joe@joe.example\n").report()
        let answer = try await bench.get(try await onlyImport() + "/errors.csv", key: key)
        #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.first == "line,field,reason,kind")
        #expect(lines.dropFirst().map { String($0.prefix { $0 != "," }) } == ["3", "4", "2"])
        #expect(lines[1].hasPrefix(#"3,"name","name is required"#) && lines[1].hasSuffix(",rejected"))
        #expect(lines[3].hasPrefix(#"2,"email",""#) && lines[3].hasSuffix(",warning"))
        #expect(!lines.contains { $0.contains(",=") || $0.contains(",\"=") })
        await bench.close()
    }

    @Test func `is for those with the scope, and for imports that there are`() async throws {
        _ = try await post("name\nAna\n").report()
        let place = try await onlyImport()
        #expect(try await bench.get(place, key: bench.makeKey(scopes: ["export"])).status == .forbidden)
        #expect(try await bench.get(place + "/errors.csv", key: bench.makeKey(scopes: ["export"])).status == .forbidden)
        let unknown = try await bench.get("/intake/imports/\(ImportID.make())", key: key).problem(.notFound)
        #expect(unknown.type == "/problems/import-not-found")
        #expect(try await bench.get("/intake/imports/x", key: key).status == .notFound)
        await bench.close()
    }

    @Test func `a client that prefers not to wait is told where to ask`() async throws {
        let taken = try await bench.post("/intake/imports", Array("name\nAna\n".utf8), key: key, prefer: "respond-async, wait=10")
        #expect(taken.status == .accepted)
        #expect(taken.headers[try #require(HTTPField.Name("Preference-Applied"))] == "respond-async")
        let place = try #require(taken.headers[.location])
        let id = try WireJSON.decode(Resource.self, from: taken.body).id
        #expect(place == "/intake/imports/\(id)")
        try await eventually("it ended") { try await resource(place).state == "finished" }
        #expect(try await resource(place).created == 1)
        await bench.close()
    }

    @Test func `a file that was refused may be mended under its key`() async throws {
        #expect(try await post("street\nMain St\n", "a").problem(.unprocessableContent).type == "/problems/unknown-columns")
        let refused = try await resource(onlyImport())
        #expect(refused.state == "failed" && refused.failure?.contains("no column") == true)
        #expect(try await post("name\nAna\nJoe\n", "a").report().counts == [2, 2, 0, 0])
        #expect(try await resource(onlyImport()).state == "finished")
        #expect(try await bench.leadCount() == 2)
        #expect(try await bench.values("SELECT number::text AS value FROM import_rows").isEmpty)
        await bench.close()
    }
}
