import Contracts
import Foundation
import HTTPTypes
import Postgres
import Testing

@Suite("POST /intake/imports", .timeLimit(.minutes(1)))
struct ImportTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func post(
        _ text: String,
        type: String? = "text/csv",
        key: String? = nil,
        idempotencyKey: String? = nil
    ) async throws -> IntakeBench.Answer {
        try await bench.post("/intake/imports", Array(text.utf8), type: type, key: key, idempotencyKey: idempotencyKey)
    }

    private static let csv =
        "name,place_id,phone\nAna's Diner,ChIJana,+1 212-555-0101\n\"Café Río\",ChIJrio,\nJoe & Sons,ChIJjoe,(212) 555-0103\n"
    private static let array = """
        [{"title": "Ana's Diner", "placeId": "ChIJana", "phone": "+1 212-555-0101"},
         {"title": "Café Río", "placeId": "ChIJrio"}, {"title": "Joe & Sons", "placeId": "ChIJjoe", "phone": "(212) 555-0103"}]
        """
    private static let lines = """
        {"title": "Ana's Diner", "placeId": "ChIJana", "phone": "+1 212-555-0101"}
        {"title": "Café Río", "placeId": "ChIJrio"}
        {"title": "Joe & Sons", "placeId": "ChIJjoe", "phone": "(212) 555-0103"}
        """

    @Test(arguments: [
        (csv, "text/csv; charset=utf-8"), (csv, nil), (csv, "application/octet-stream"), (csv, "application/x-www-form-urlencoded"),
        (array, "application/json"), (array, nil), (array, "text/csv"), (lines, "application/x-ndjson"), (lines, nil),
        (csv.replacing(",", with: ";"), nil), (csv.replacing(",", with: "\t"), "text/tab-separated-values"),
        ("\u{FEFF}" + csv, "text/csv"), (csv.replacing("\n", with: "\r\n"), "text/csv"), ("\u{FEFF}" + array, "application/json"),
    ])
    func `the same businesses come out of every format`(text: String, type: String?) async throws {
        let report = try await post(text, type: type).report()
        #expect(report.counts == [3, 3, 0, 0])
        #expect(try await bench.values("SELECT name AS value FROM leads ORDER BY gmb_id") == ["Ana's Diner", "Joe & Sons", "Café Río"])
        #expect(try await bench.values("SELECT gmb_id AS value FROM leads ORDER BY gmb_id") == ["ChIJana", "ChIJjoe", "ChIJrio"])
        #expect(try await bench.values("SELECT phone AS value FROM leads ORDER BY gmb_id") == ["+12125550101", "+12125550103"])
        #expect(try await bench.events().count == 3)
        await bench.close()
    }

    @Test func `rows that the database refuses are set aside by their lines, and all others become leads`() async throws {
        try await bench.database.execute("ALTER TABLE leads ADD CONSTRAINT leads_no_gym CHECK (category IS DISTINCT FROM 'Gym')")
        let gyms: Set = [1, 2, 500, 1_023, 1_024]
        let rows = (1...1_024).map { "Place \($0),ChIJ\($0),\(gyms.contains($0) ? "Gym" : "Cafe")\n" }
        let report = try await post("name,place_id,category\n" + rows.joined()).report()
        #expect(report.counts == [1_024, 1_019, 0, 5])
        #expect(report.rejections.map(\.line) == gyms.sorted().map { $0 + 1 })
        #expect(Set(report.rejections.map(\.reason)) == ["breaks a rule of the database: leads_no_gym"])
        #expect(try await bench.values("SELECT state AS value FROM imports") == ["finished"])
        #expect(try await bench.values("SELECT count(*)::text AS value FROM import_rows") == ["0"])
        #expect(try await bench.events().count == 1_019)
        await bench.close()
    }

    @Test func `a bad row never stops the good ones, and is found by its line, also behind cells of several lines`() async throws {
        let report = try await post(
            #"""
            name,phone,about
            Ana,,"two
            lines, and a ""quote"""
            ,,nobody
            Joe,12,"three

            lines"
            ,,nobody again
            Bea,,"never closed
            Zoe,,
            """#
        ).report()
        #expect(report.counts == [6, 3, 0, 3])
        #expect(report.rejections.map(\.line) == [4, 8, 9])
        #expect(report.rejections.map(\.field) == ["name", "name", nil])
        #expect(report.rejections[0].reason.hasPrefix("name is required"))
        #expect(report.rejections[2].reason.contains("never closed"))
        #expect(report.warnings?.map(\.line) == [5])
        #expect(report.warnings?.first?.field == "phone")
        await bench.close()
    }

    @Test func `the same file again matches all and makes none`() async throws {
        _ = try await post(Self.csv).report()
        let again = try await post(Self.csv).report()
        #expect(again.counts == [3, 0, 3, 0] && again.updated == 0)
        #expect(try await bench.leadCount() == 3)
        #expect(try await bench.events().count == 3)
        await bench.close()
    }

    @Test func `a business that stands in a file twice is one lead, filled from both rows`() async throws {
        let report = try await post("name,place_id,email\nAna,ChIJa,\nAna,ChIJa,ana@ana.example\nJoe,,\nJoe,,\n").report()
        #expect(report.counts == [4, 2, 2, 0] && report.updated == 1)
        #expect(try await bench.values("SELECT email AS value FROM leads WHERE gmb_id = 'ChIJa'") == ["ana@ana.example"])
        await bench.close()
    }

    @Test func `one file that is sent five times at once makes each lead once`() async throws {
        let rows = (0..<1_200).map { "Branch \($0 % 7),ChIJ\(($0 * 7_919) % 1_100)x,+1 212-555-01\($0 % 90 + 10),Austin" }
        let text = "name,place_id,phone,city\n" + rows.joined(separator: "\n")
        let backwards = "name,place_id,phone,city\n" + rows.reversed().joined(separator: "\n")
        let created = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<5 {
                group.addTask {
                    let report = try await post(number.isMultiple(of: 2) ? text : backwards).report()
                    #expect(report.read == 1_200 && report.rejected == 0)
                    return report.created
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(created == 1_100)
        #expect(try await bench.leadCount() == 1_100)
        #expect(try await bench.payloads(of: LeadCreated.self).count == 1_100)
        await bench.close()
    }

    @Test func `columns that nobody reads are kept in the record`() async throws {
        _ = try await post("name,Owner \"since\",seats\nAna,1994,40\nJoe,,\n").report()
        let records = try await bench.values("SELECT line || record AS value FROM lead_records ORDER BY line")
        #expect(records == [#"2{"name":"Ana","Owner \"since\"":"1994","seats":"40"}"#, #"3{"name":"Joe"}"#])
        await bench.close()
    }

    @Test func `a record without end is refused, and the rows behind it are read`() async throws {
        let huge = String(repeating: "x", count: 1_200_000)
        let report = try await post("name,about\nAna,\(huge)\nJoe,\n").report()
        #expect(report.counts == [2, 1, 0, 1])
        #expect(report.rejections.first?.line == 2 && report.rejections.first?.reason.contains("1 MiB") == true)
        await bench.close()
    }

    @Test func `a file in Windows-1252 or UTF-16 is read as it was meant`() async throws {
        let latin = Array("name,city\n".utf8) + [0x43, 0x61, 0x66, 0xE9, 0x20, 0x80] + Array(",Z".utf8) + [0xFC] + Array("rich\n".utf8)
        #expect(try await bench.post("/intake/imports", latin).report().created == 1)
        let wide = "\u{FEFF}name,city\nTaquería 🌮,León\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try await bench.post("/intake/imports", wide).report().created == 1)
        let names = try await bench.values("SELECT name || ' ' || city AS value FROM leads ORDER BY 1")
        #expect(names == ["Café € Zürich", "Taquería 🌮 León"])
        await bench.close()
    }

    @Test func `a file without a column for the name is refused, and told its columns`() async throws {
        let problem = try await post("street,city\nMain St,Austin\n").problem(.unprocessableContent)
        #expect(problem.type == "/problems/unknown-columns")
        #expect(problem.detail?.contains("'street'") == true)
        await bench.close()
    }

    @Test func `what can't be a list of leads is refused`() async throws {
        #expect(try await post("").problem(.unprocessableContent).type == "/problems/empty-file")
        let form = try await post("--x\r\n", type: "multipart/form-data; boundary=x").problem(.unsupportedMediaType)
        #expect(form.detail?.contains("--data-binary") == true)
        let workbook = try await post("PK\u{3}\u{4}rest").problem(.unsupportedMediaType)
        #expect(workbook.detail?.contains("CSV") == true)
        let country = try await bench.post("/intake/imports?country=Mars", Array(Self.csv.utf8)).problem(.unprocessableContent)
        #expect(country.errors?.map(\.pointer) == ["/country"])
        await bench.close()
    }

    @Test func `the country of a file may be named, so that its numbers are read as they are dialled there`() async throws {
        let report = try await bench.post("/intake/imports?country=GT", Array("name,phone\nAna,5550 1234\n".utf8)).report()
        #expect(report.created == 1)
        #expect(try await bench.values("SELECT phone AS value FROM leads") == ["+50255501234"])
        await bench.close()
    }

    @Test func `a file that is too large is refused`() async throws {
        let small = try await IntakeBench(settings: ["IMPORT_MAX_BYTES": "30"])
        let problem = try await small.post("/intake/imports", Array(Self.csv.utf8)).problem(.contentTooLarge)
        #expect(problem.type == "/problems/file-too-large")
        await small.close()
        await bench.close()
    }
}
