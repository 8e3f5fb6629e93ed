import Contracts
import Foundation
import Postgres

/// Fills the table of leads through COPY, as fast as the machine takes them: what is measured is reading.
///
/// As leads are: one city has a fifth of them, one agent a third and half of them nobody, most are new and come from Google, some tags are on
/// one in five and some on one in thousands, one in fifty is archived. They came in one after the other, and were changed since in any order.
struct ManyLeads {
    let database: Database

    /// Leads of these numbers, made over the same two years however many they are; each number is always the same lead.
    func fill(_ numbers: Range<Int>) async throws {
        try await database.withConnection { connection in
            try await connection.execute("SET statement_timeout = 0")
            try await connection.copyIn(
                """
                COPY leads (id, slug, gmb_id, name, category, city, state, country, phone, email, website_url, rating, review_count,
                    first_name, last_name, company, source, sales_stage, assigned_to, qualification_score, lead_score, tags,
                    last_contact_at, next_follow_up_at, created_at, updated_at, archived_at)
                FROM STDIN
                """
            ) { writer in
                for number in numbers {
                    let share = Double(number - numbers.lowerBound) / Double(numbers.count)
                    try await writer.write(row: GeneratedLead(number).fields(share: share))
                }
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

    static let begin = 1_700_000_000.0
    static let length = 60_000_000.0

    /// In the order of the columns above. `share` of the time in which leads were made was over.
    func fields(share: Double) -> [String?] {
        var random = random
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        /// Small numbers far more often than large ones.
        func skewed(_ bound: Int) -> Int { below(bound) * below(bound) / bound }
        let created = Self.begin + share * Self.length
        let updated = created + Double(below(8_000_000))
        let last = Self.word(skewed(20_000))
        let hex = String(UInt64(number), radix: 16)
        let isPerson = number % 5 == 0
        // 7,919 is prime to the rest: numbers beside each other have telephone numbers far from each other.
        let phone = "+502\(20_000_000 + number * 7_919 % 40_000_000)"
        return [
            "0190a000-0000-7000-8000-" + String(repeating: "0", count: 12 - hex.count) + hex,
            "lead-\(number)", "gmb-\(number)",
            "\(Self.word(below(20_000))) \(last) \(["Barbería", "Plumbing", "Taller", "Café", "Dental"][number % 5])",
            "Category \(skewed(80))", below(5) == 0 ? Self.word(0) : Self.word(skewed(500)), "S\(below(50))", "GT",
            number % 10 == 3 ? nil : phone, number % 3 == 0 ? "\(last)\(number)@\(Self.word(number % 3_000)).example" : nil,
            number % 4 == 0 ? "https://lead\(number).example" : nil, below(10) == 0 ? nil : "\(Double(below(50)) / 10)", "\(below(200))",
            isPerson ? Self.word(below(700)) : nil, isPerson ? Self.word(below(9_000)) : nil,
            number % 10 == 0 ? "\(Self.word(below(20_000))) S.A." : nil,
            Self.sources[below(Self.sources.count)], Self.stages[below(Self.stages.count)], Self.agent(below(100)), "\(below(101))",
            "\(below(101))", "{\(tags.joined(separator: ","))}", below(10) < 3 ? Self.time(updated - Double(below(1_000_000))) : nil,
            below(20) < 3 ? Self.time(updated + Double(below(3_000_000))) : nil, Self.time(created), Self.time(updated),
            number % 50 == 7 ? Self.time(updated) : nil,
        ]
    }

    private static let sources = Array(repeating: "google_business", count: 5) + ["website", "facebook", "import", "api", "referral"]
    private static let stages = Array(repeating: "new", count: 5) + ["contacted", "contacted", "qualified", "negotiation", "won", "lost"]

    /// Three have 30, 10 and 5 %, seven 1 % each; 48 % are nobody's.
    private static func agent(_ percent: Int) -> String? {
        switch percent {
        case ..<30: "agent-0"
        case ..<40: "agent-1"
        case ..<45: "agent-2"
        case ..<52: "agent-\(percent - 42)"
        default: nil
        }
    }

    private var tags: [String] {
        var tags: [String] = []
        if number % 10 == 0 { tags.append("vip") }
        if number % 5 == 1 { tags.append("newsletter") }
        if number % 7 == 0 { tags += Set(["tag\(number % 100)", "tag\(number % 13)"]).sorted() }
        if number % 2_500 == 0 { tags.append("rare") }
        return tags
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

    private static func time(_ seconds: Double) -> String { RFC3339.string(from: Date(timeIntervalSince1970: seconds)) }
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
