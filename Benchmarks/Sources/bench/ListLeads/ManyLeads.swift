import Contracts
import Foundation
import LocalServers
import LocalStack
import Logging
import Postgres

/// Fills the table of leads through COPY, as fast as the machine takes them: what is measured is reading.
///
/// As leads are: a few cities and categories have most of them, most are new and come from Google, a third has an e-mail address, most nobody's.
struct ManyLeads {
    private let database: Database

    static func with<Result>(_ stack: LocalStack, _ body: (ManyLeads) async throws -> Result) async throws -> Result {
        let configuration = DatabaseConfiguration(
            url: stack.postgres.url(database: "plumbline"),
            maximumConnections: 1,
            applicationName: "bench",
            schema: "lead_intake"
        )
        let database = Database(configuration, logger: Logger(label: "bench"))
        do {
            let result = try await body(ManyLeads(database: database))
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    /// Leads of these numbers; each number is always the same lead.
    func fill(_ numbers: Range<Int>) async throws {
        try await database.withConnection { connection in
            try await connection.execute("SET statement_timeout = 0")
            try await connection.copyIn(
                """
                COPY leads (id, slug, gmb_id, name, category, city, state, country, phone, email, website_url, rating, review_count,
                    first_name, last_name, source, sales_stage, assigned_to, qualification_score, lead_score, tags, created_at, updated_at)
                FROM STDIN
                """
            ) { writer in
                for number in numbers { try await writer.write(row: GeneratedLead(number).fields) }
            }
            // As autovacuum does it by and by.
            try await connection.execute("VACUUM ANALYZE leads")
            try await connection.execute("ANALYZE lead_words")
        }
    }
}

struct GeneratedLead {
    let number: Int
    private var random: SplitMix

    init(_ number: Int) {
        self.number = number
        random = SplitMix(state: UInt64(number))
    }

    /// In the order of the columns above.
    var fields: [String?] {
        var random = random
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        /// Small numbers far more often than large ones.
        func skewed(_ bound: Int) -> Int { below(bound) * below(bound) / bound }
        let created = 1_700_000_000 + below(60_000_000)
        let last = Self.word(skewed(20_000))
        let hex = String(UInt64(number), radix: 16)
        let tags = number % 10 == 0 ? "{vip}" : number % 7 == 0 ? "{tag\(number % 100),tag\(number % 13)}" : "{}"
        let isPerson = number % 5 == 0
        return [
            "0190a000-0000-7000-8000-" + String(repeating: "0", count: 12 - hex.count) + hex,
            "lead-\(number)", "gmb-\(number)",
            "\(Self.word(below(20_000))) \(last) \(["Barbería", "Plumbing", "Taller", "Café", "Dental"][number % 5])",
            "Category \(skewed(80))", Self.word(skewed(500)), "S\(below(50))", "GT", "+502\(20_000_000 + number)",
            number % 3 == 0 ? "\(last)\(number)@\(Self.word(number % 3_000)).example" : nil,
            number % 4 == 0 ? "https://lead\(number).example" : nil, "\(Double(below(50)) / 10)", "\(below(200))",
            isPerson ? Self.word(below(700)) : nil, isPerson ? Self.word(below(9_000)) : nil,
            [
                "google_business", "google_business", "google_business", "google_business", "google_business", "website", "facebook",
                "import",
                "api", "referral",
            ][below(10)],
            ["new", "new", "new", "new", "new", "contacted", "contacted", "qualified", "negotiation", "won", "lost"][below(11)],
            below(5) < 2 ? "agent-\(below(20))" : nil, "\(below(101))", "\(below(101))", tags, Self.time(created),
            Self.time(created + below(8_000_000)),
        ]
    }

    /// Some 20,000 words that could be names.
    static func word(_ number: Int) -> String {
        let parts = [
            ["ba", "ce", "do", "fri", "gu", "ha", "jo", "ka", "li", "mo", "ne", "pa", "qui", "ro", "sa", "tu", "va", "xe", "zo", "el"],
            ["ran", "mez", "lor", "tin", "sos", "nia", "der", "bel", "cas", "ver"],
            ["do", "ra", "li", "mo", "ne", "sa", "ta", "vi", "zo", "ki"],
            ["", "s", "na", "lo", "ria", "n", "x", "t", "m", "tes"],
        ]
        return parts[0][number % 20] + parts[1][number / 20 % 10] + parts[2][number / 200 % 10] + parts[3][number / 2_000 % 10]
    }

    private static func time(_ seconds: Int) -> String { RFC3339.string(from: Date(timeIntervalSince1970: Double(seconds))) }
}

/// SplitMix64: the same numbers from the same seed, on every machine.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
