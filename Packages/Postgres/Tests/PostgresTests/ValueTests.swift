import Contracts
import Foundation
import Postgres
import Testing

@Suite("Values")
struct ValueTests {
    enum Channel: String, PostgresCodable, Codable, CaseIterable { case email, sms }
    enum Priority: Int, PostgresCodable { case low = 1, high = 9 }

    @Test func `whole numbers come back as they went`() async throws {
        let database = try await makeDatabase()
        for number in [0, 1, -1, Int.max, Int.min] { #expect(try await database.value("SELECT \(number)") == number) }
        for number in [Int16.min, 0, .max] { #expect(try await database.value("SELECT \(number)") == number) }
        for number in [Int32.min, 0, .max] { #expect(try await database.value("SELECT \(number)") == number) }
        for number in [Int64.min, 0, .max] { #expect(try await database.value("SELECT \(number)") == number) }
        #expect(try await database.value("SELECT \(true)") == true)
        #expect(try await database.value("SELECT \(false)") == false)
    }

    @Test func `floating numbers come back to the last bit`() async throws {
        let database = try await makeDatabase()
        for number in [0.1, -1e300, .pi, Double.leastNonzeroMagnitude, .infinity] {
            #expect(try await database.value("SELECT \(number)") == number)
        }
        #expect(try await database.value("SELECT \(Double.nan)", as: Double.self).isNaN)
        #expect(try await database.value("SELECT \(Float(0.1))") == Float(0.1))
    }

    @Test(arguments: ["", "plain", "O'Hara", "𝕌nicode ✓ ümläut 🧵", "back\\slash \"quotes\" {braces}, NULL", "line\nbreak\ttab"])
    func `text comes back as it went, alone and in an array`(text: String) async throws {
        let database = try await makeDatabase()
        #expect(try await database.value("SELECT \(text)") == text)
        #expect(try await database.value("SELECT \([text, "b", text])") == [text, "b", text])
    }

    @Test func `a zero byte in text is refused, not cut off`() async throws {
        let database = try await makeDatabase()
        let error = await databaseError { try await database.execute("SELECT \("a\0b")") }
        #expect(error?.sqlState == SQLState(rawValue: "22021"))
    }

    @Test func `bytes, UUIDs and decimals come back as they went`() async throws {
        let database = try await makeDatabase()
        let bytes = Data((0...255).map { UInt8($0) })
        #expect(try await database.value("SELECT \(bytes)") == bytes)
        #expect(try await database.value("SELECT \(Data())") == Data())
        let id = UUID()
        #expect(try await database.value("SELECT \(id)") == id)
        #expect(try await database.value("SELECT \(id)::text") == id.uuidString.lowercased())
        for text in ["0", "-0.001", "123456789012345678901234567890.12345678", "99.90"] {
            let decimal = try #require(Decimal(string: text))
            #expect(try await database.value("SELECT \(decimal)") == decimal)
        }
        #expect(try await database.value("SELECT \([Decimal(1.5), nil])") == [Decimal(1.5), nil])
    }

    @Test func `identifiers are uuids, alone and in an array`() async throws {
        let database = try await makeDatabase()
        let lead = LeadID.make()
        #expect(try await database.value("SELECT \(lead)") == lead)
        #expect(try await database.value("SELECT \(lead)::text") == "\(lead)")
        #expect(try await database.value("SELECT \([lead, nil])") == [lead, nil])
    }

    @Test func `times keep their microseconds, in every century`() async throws {
        let database = try await makeDatabase()
        for microseconds in [0, 1, -1, 815_000_000_123_456, -3_000_000_000_000_001, -63_000_000_000_000_000, 40_000_000_000_999_999] {
            let date = Date(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000)
            #expect(try await database.value("SELECT \(date)") == date)
        }
        let text: String = try await database.value("SELECT to_char(\(Date(timeIntervalSince1970: 1_700_000_000.123456)), 'US')")
        #expect(text == "123456")
        #expect(try await database.value("SELECT 'infinity'::timestamptz", as: Date.self) == .distantFuture)
        #expect(try await database.value("SELECT date '1970-01-02'", as: Date.self) == Date(timeIntervalSince1970: 86_400))
        try await database.withConnection { connection in
            try await connection.execute("SET timezone TO 'Asia/Kolkata'")
            let date = Date(timeIntervalSince1970: 1_700_000_000.5)
            #expect(try await connection.value("SELECT \(date)") == date)
        }
    }

    @Test func `NULL is nil, alone and in arrays, and never a value`() async throws {
        let database = try await makeDatabase()
        let row = try #require(try await database.row("SELECT \(String?.none) AS empty, \([1, nil, 3]) AS list, \([Int]()) AS none"))
        #expect(try row.decodeIfPresent("empty", as: String.self) == nil)
        #expect(try row.decode("list", as: [Int?].self) == [1, nil, 3])
        #expect(try row.decode("none", as: [Int].self) == [])
        for broken in ["empty", "list", "missing"] {
            #expect(throws: DatabaseError.self) { try row.decode(broken, as: [Int].self) }
        }
    }

    @Test func `arrays of every kind come back as they went`() async throws {
        let database = try await makeDatabase()
        let ids = [UUID(), UUID()]
        #expect(try await database.value("SELECT \(ids)") == ids)
        #expect(try await database.value("SELECT \([true, false])") == [true, false])
        #expect(try await database.value("SELECT \([Data([0, 255]), Data()])") == [Data([0, 255]), Data()])
        #expect(try await database.value("SELECT \(["NULL", nil, ""])") == ["NULL", nil, ""])
        #expect(try await database.value("SELECT \(Channel.allCases)") == Channel.allCases)
        let dates = [Date(timeIntervalSince1970: 1), Date(timeIntervalSince1970: 2.000001)]
        #expect(try await database.value("SELECT \(dates)") == dates)
    }

    @Test func `enums are their raw values`() async throws {
        let database = try await makeDatabase()
        #expect(try await database.value("SELECT \(Channel.sms)") == "sms")
        #expect(try await database.value("SELECT \(Priority.high)") == 9)
        #expect(try await database.value("SELECT \(Priority.high)") == Priority.high)
        let error = await databaseError { try await database.value("SELECT 'fax' AS channel", as: Channel.self) }
        #expect(error?.code == .decoding)
        #expect(error?.debugDescription.contains("fax") == false)
    }

    struct Breakdown: Codable, Hashable { var email: Int; var at: Date }

    @Test func `JSON is bound and read as a Codable value`() async throws {
        let database = try await makeDatabase()
        let value = JSONB(["a": Breakdown(email: 30, at: Date(timeIntervalSince1970: 1_700_000_000.25))])
        #expect(try await database.value("SELECT \(value)") == value)
        #expect(try await database.value("SELECT \(value) #>> '{a,email}'") == "30")
    }

    struct Lead: Decodable, Equatable {
        var id: UUID
        var name: String
        var rating: Double?
        var reviews: Int16
        var channel: Channel
        var tags: [String]
        var scored: Breakdown
        var createdAt: Date

        enum CodingKeys: String, CodingKey {
            case id, name, rating, reviews, channel, tags, scored
            case createdAt = "created_at"
        }
    }

    @Test func `a whole row is read by its coding keys`() async throws {
        let database = try await makeDatabase()
        let lead = Lead(
            id: UUID(),
            name: "Zum Löwen",
            rating: nil,
            reviews: 12,
            channel: .email,
            tags: ["a b", "c"],
            scored: Breakdown(email: 1, at: Date(timeIntervalSince1970: 5)),
            createdAt: Date(timeIntervalSince1970: 1_700_000_000)
        )
        let row = try #require(
            try await database.row(
                """
                SELECT \(lead.id) AS id, \(lead.name) AS name, \(lead.rating) AS rating, \(lead.reviews) AS reviews,
                    \(lead.channel) AS channel, \(lead.tags) AS tags, \(JSONB(lead.scored)) AS scored, \(lead.createdAt) AS created_at
                """
            )
        )
        #expect(try row.decode(Lead.self) == lead)
        #expect(throws: (any Error).self) { try row.decode([String: Int].self) }
    }
}
