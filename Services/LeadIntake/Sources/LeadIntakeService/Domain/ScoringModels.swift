package import Contracts
import Crypto
import Foundation

/// Both scores, as tables that a person can read: factor, points, condition. A lead's score is the base and the points of every rule that
/// holds, held in 0 to 100. Points, thresholds, tags and bases can be overridden by a file, see ``ScoringFile``.
package struct ScoringModels: Hashable, Sendable, Codable {
    /// Is this business worth a site?
    package var qualification: ScoringModel
    /// Who should be called first?
    package var leadScore: ScoringModel

    enum CodingKeys: String, CodingKey {
        case qualification
        case leadScore = "lead_score"
    }

    // The columns are there to be read down.
    // swift-format-ignore
    package static let standard = ScoringModels(
        qualification: ScoringModel(base: 0, rules: [
            //   factor              points  condition                                     reason
            Rule("has_email",         30,    .has(.email),                                 "has an e-mail address"),
            Rule("has_phone",         10,    .has(.phone),                                 "has a phone number"),
            Rule("good_rating",       20,    .atLeast(4, .rating),                         "is rated {} or better"),
            Rule("ten_reviews",       15,    .atLeast(10, .reviewCount),                   "has {} reviews or more"),
            Rule("fifty_reviews",     15,    .atLeast(50, .reviewCount),                   "has {} reviews or more"),
            Rule("has_photos",        10,    .atLeast(1, .photoCount),                     "has photos"),
            Rule("has_website",      -15,    .has(.website),                               "has a web site already"),
        ]),
        leadScore: ScoringModel(base: 50, rules: [
            //   factor              points  condition                                     reason
            Rule("source_referral",   20,    .source([.referral]),                         "was recommended"),
            Rule("source_website",    15,    .source([.website]),                          "came through a web site"),
            Rule("source_social",     10,    .source([.facebook, .instagram]),             "came through Facebook or Instagram"),
            Rule("source_whatsapp",    5,    .source([.whatsapp]),                         "came through WhatsApp"),
            Rule("has_company",       10,    .has(.company),                               "names its company"),
            Rule("business_email",    10,    .businessEmail,                               "has an e-mail address at a domain of its own"),
            Rule("hot_tag",           15,    .tagged(anyOf: ["enterprise", "hot", "urgent"]), "is tagged {}"),
            Rule("opened",             5,    .engaged(.opened),                            "opened a message"),
            Rule("clicked",           10,    .engaged(.clicked),                           "clicked a link of a message"),
            Rule("replied",           20,    .engaged(.replied),                           "replied to a message"),
            Rule("interested",        25,    .engaged(.interested),                        "is interested"),
            Rule("bounced",          -20,    .engaged(.bounced),                           "has an e-mail address that messages come back from"),
        ])
    )

    private typealias Rule = ScoreRule

    /// SHA-256 of all that makes scores, in hexadecimal: two models that score alike by the same rules have the same.
    package var digest: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Numbers, words and lists of them: there is nothing in it that can't be encoded.
        guard let data = try? encoder.encode(self) else { return String(repeating: "0", count: 64) }
        return SHA256.hash(data: data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// One score: what every lead starts with, and what speaks for and against it.
package struct ScoringModel: Hashable, Sendable, Codable {
    package var base: Int
    package var rules: [ScoreRule]

    /// What makes up the score of a lead: it adds up to the score, before that is held in 0 to 100.
    package func factors(of facts: ScoreFacts) -> [ScoreFactor] {
        let start = base == 0 ? [] : [ScoreFactor(factor: "base", points: base, reason: "every lead starts with it")]
        return start + rules.filter { $0.condition.holds(for: facts) }.map(\.scored)
    }

    package func score(_ facts: ScoreFacts) -> Int {
        Self.held(rules.reduce(base) { $1.condition.holds(for: facts) ? $0 + $1.points : $0 })
    }

    package static func score(_ factors: [ScoreFactor]) -> Int {
        held(factors.reduce(0) { $0 + $1.points })
    }

    private static func held(_ sum: Int) -> Int { min(100, max(0, sum)) }
}

/// `points` for every lead of which the condition holds.
package struct ScoreRule: Hashable, Sendable, Codable {
    /// A stable name.
    package var factor: String
    package var points: Int
    package var condition: ScoreCondition
    /// For people; `{}` stands for what the condition compares with.
    private var words: String

    init(_ factor: String, _ points: Int, _ condition: ScoreCondition, _ words: String) {
        self.factor = factor
        self.points = points
        self.condition = condition
        self.words = words
    }

    package var reason: String { words.replacing("{}", with: condition.measure) }

    var scored: ScoreFactor { ScoreFactor(factor: factor, points: points, reason: reason) }
}
