import Contracts
import Foundation
import HTTPTypes
import Postgres
import Testing

@Suite("POST /intake/imports?dry_run=true")
struct ImportDryRunTests {
    private let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    /// The members that are looked at.
    private struct Answer: Decodable {
        var dry_run: Bool
        var reading: Reading
        var counts: Counts
        var is_whole: Bool
        var rejections: [Reason]
        var warnings: [String]
        var rows: [Row]

        struct Counts: Decodable {
            var read, created, matched, rejected, warnings: Int

            var all: [Int] { [read, created, matched, rejected, warnings] }
        }
        struct Reading: Decodable {
            var encoding: String
            var separator: String?
            var mapping: Mapping?
        }
        struct Mapping: Decodable {
            var preset: String
            var columns: [Column]
            var ignored: [String]
        }
        struct Column: Decodable {
            var number: Int
            var column: String
            var fields: [String]
        }
        struct Reason: Decodable {
            var reason: String
            var rows: Int
        }
        struct Row: Decodable {
            var line: Int
            var outcome: String
            var reason: String?
            var match: Match?
            var lead: LeadDraft?
            var qualification: Score?
            var warnings: [IntakeBench.Report.Remark]?
        }
        struct Match: Decodable {
            var lead_id: LeadID?
            var line: Int?
            var by: String
        }
        struct Score: Decodable {
            var score: Int
            var factors: [ScoreFactor]
        }
    }

    private func dryRun(_ text: String, _ query: String = "") async throws -> Answer {
        let answer = try await bench.post("/intake/imports?dry_run=true" + query, Array(text.utf8))
        try #require(answer.status == .ok, "\(String(decoding: answer.body, as: UTF8.self))")
        return try WireJSON.decode(Answer.self, from: answer.body)
    }

    private static let text = """
        Name;Phone number;Email;Rooms;place_id
        Ana's;(212) 555-0101;ana@ana.example;12;ChIJana
        ;1;;;
        Joe's;12;;;ChIJjoe
        Joe's again;;;;ChIJjoe
        """

    @Test func `it tells what would happen, row by row, and writes nothing`() async throws {
        _ = try await bench.post("/intake/imports", Array("name,place_id\nAna,ChIJana\n".utf8)).report()
        let before = try await bench.values(
            "SELECT id::text || version AS value FROM leads UNION ALL SELECT id::text FROM imports ORDER BY 1"
        )
        let answer = try await dryRun(Self.text)
        #expect(answer.dry_run && answer.is_whole)
        #expect(answer.reading.encoding == "UTF-8" && answer.reading.separator == ";")
        #expect(answer.reading.mapping?.preset == "by-name")
        #expect(answer.reading.mapping?.columns.map(\.fields) == [["name"], ["phone"], ["email"], [], ["gmb_id"]])
        #expect(answer.reading.mapping?.ignored == ["Rooms"])
        #expect(answer.rows.map(\.line) == [2, 3, 4, 5])
        #expect(answer.rows.map(\.outcome) == ["matched", "rejected", "created", "matched"])
        let matches = [try #require(answer.rows[0].match), try #require(answer.rows[3].match)]
        #expect(matches[0].lead_id != nil && matches.map(\.by) == ["gmb_id", "gmb_id"])
        #expect(matches.map(\.line) == [nil, 4])
        #expect(answer.rows[0].lead?.phone == "+12125550101" && answer.rows[0].qualification?.score == 40)
        #expect(answer.rows[0].qualification?.factors.map(\.factor) == ["has_email", "has_phone"])
        #expect(answer.rows[1].reason?.hasPrefix("name is required") == true)
        #expect(answer.rows[2].warnings?.first?.field == "phone")
        #expect(answer.counts.all == [4, 1, 2, 1, 1])
        #expect(answer.rejections.map(\.rows) == [1])
        let after = try await bench.values(
            "SELECT id::text || version AS value FROM leads UNION ALL SELECT id::text FROM imports ORDER BY 1"
        )
        #expect(before == after)
        await bench.close()
    }

    @Test func `the import does what the dry run said`() async throws {
        let said = try await dryRun(Self.text).counts.all.dropLast()
        let report = try await bench.post("/intake/imports", Array(Self.text.utf8)).report()
        #expect(report.counts == Array(said))
        await bench.close()
    }

    @Test func `of a long file only the beginning is read, and that is said`() async throws {
        let rows = (0..<30_000).map { "Firm \($0),ChIJ\($0)x" }.joined(separator: "\n")
        let answer = try await dryRun("name,place_id\n" + rows)
        #expect(!answer.is_whole && answer.rows.count == 20 && answer.counts.read < 30_000)
        #expect(answer.warnings.contains { $0.contains("Only the first") })
        await bench.close()
    }

    @Test func `a mapping and a preset are taken from the query, by the import too`() async throws {
        let text = "Firma,Notiz,Stand,Intern\nHarbor,call Ana,proposal,x\n"
        let mapping = ##"&mapping=%7B%22Firma%22:%22name%22,%22%232%22:%22notes%22,%22Stand%22:%22sales_stage%22%7D&preset=none"##
        let answer = try await dryRun(text, mapping)
        #expect(answer.rows.first?.lead?.name == "Harbor" && answer.reading.mapping?.ignored == ["Intern"])
        let report = try await bench.post("/intake/imports?" + mapping.dropFirst(), Array(text.utf8)).report()
        #expect(report.created == 1)
        #expect(try await bench.values("SELECT sales_stage AS value FROM leads") == ["proposal"])
        #expect(try await bench.values("SELECT text AS value FROM lead_notes") == ["call Ana"])
        #expect(try await bench.payloads(of: LeadCreated.self).map(\.snapshot.salesStage) == [.proposal])
        #expect(try await bench.values("SELECT reading #>> '{mapping,preset}' AS value FROM imports") == ["none"])
        await bench.close()
    }

    @Test(arguments: [
        ("dry_run=perhaps", "/dry_run", "neither true nor false"), ("preset=hubsport", "/preset", "there are: gosom"),
        ("mapping=%7B%22Fax%22:%22phone%22%7D", "/mapping/Fax", "#1 'name'"), ("mapping=Fax", "/mapping", "must be a JSON object"),
        ("mapping=%7B%22name%22:%22nmae%22%7D", "/mapping/name", "there are: name"),
    ])
    func `what is asked for and does not exist is refused by name`(query: String, pointer: String, detail: String) async throws {
        let problem = try await bench.post("/intake/imports?" + query, Array("name,phone\nAna,\n".utf8)).problem(.unprocessableContent)
        #expect(problem.errors?.first?.pointer == pointer)
        #expect(problem.errors?.first?.detail.contains(detail) == true)
        #expect(try await bench.leadCount() == 0)
        await bench.close()
    }

    @Test func `an empty file and a workbook are refused as by the import`() async throws {
        let nothing = try await bench.post("/intake/imports?dry_run=1", [UInt8]()).problem(.unprocessableContent)
        #expect(nothing.type == "/problems/empty-file")
        let workbook = try await bench.post("/intake/imports?dry_run=1", Array("PK\u{3}\u{4}rest".utf8)).problem(.unsupportedMediaType)
        #expect(workbook.detail?.contains("CSV") == true)
        await bench.close()
    }
}
