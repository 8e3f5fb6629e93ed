import Contracts
import Foundation
import LeadIntakeService
import Messaging
import Postgres
import Testing

/// However a lead came to what is known of it, the same facts make the same scores.
@Suite("The same facts make the same scores", .timeLimit(.minutes(5)))
struct SameScoreTests {
    static let may = Actor(id: "may", role: .manager)
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    /// Reproducible: the same for the same seed.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &self) ? value : nil }
    }

    /// A business with what scores look at, each there or not.
    private func draft(_ random: inout Random) -> LeadDraft {
        let number = UInt32.random(in: 0...UInt32.max, using: &random)
        return LeadDraft(
            name: "Fonda \(number)",
            gmbID: "ChIJ\(number)",
            country: "GT",
            phone: random.maybe("5550 1234"),
            email: random.maybe(random.maybe("ana@fonda\(number).example") ?? "ana\(number)@gmail.com"),
            websiteURL: random.maybe("https://fonda\(number).example"),
            rating: random.maybe(Double.random(in: 0...5, using: &random)),
            reviewCount: random.maybe(Int.random(in: 0...100, using: &random)),
            photoCount: random.maybe(Int.random(in: 0...3, using: &random)),
            company: random.maybe("Fondas S.A."),
            source: LeadSource.allCases.randomElement(using: &random),
            tags: random.maybe(["hot", "vip", "urgent"].filter { _ in Bool.random(using: &random) })
        )
    }

    /// The draft without what can be filled, changed or tagged later.
    private func bare(_ draft: LeadDraft) -> LeadDraft {
        LeadDraft(name: draft.name, gmbID: draft.gmbID, country: draft.country, source: draft.source)
    }

    private func changes(_ draft: LeadDraft) -> LeadChanges {
        LeadChanges {
            if let phone = draft.phone { $0.phone = .set(phone) }
            if let email = draft.email { $0.email = .set(email) }
            if let website = draft.websiteURL { $0.websiteURL = .set(website) }
            if let rating = draft.rating { $0.rating = .set(rating) }
            if let count = draft.reviewCount { $0.reviewCount = .set(count) }
            if let count = draft.photoCount { $0.photoCount = .set(count) }
            if let company = draft.company { $0.company = .set(company) }
        }
    }

    /// Each way to a lead that has all of the draft.
    private enum Path: CaseIterable {
        case created, updated, filled, tagged, taggedInBulk, takenIn, imported, filledByImport, merged, rescored

        /// What a file can say of a business: no company, no tags, and not where it came from.
        var isByFile: Bool { self == .imported || self == .filledByImport }
    }

    private func lead(_ draft: LeadDraft, by path: Path, _ commands: CommandClient, key: String) async throws -> LeadID {
        func create(_ draft: LeadDraft) async throws -> LeadID {
            try await commands.call(CreateLead(business: draft), as: Self.may).lead.id
        }
        var bare = bare(draft)
        switch path {
        case .created: return try await create(draft)
        case .updated:
            bare.tags = draft.tags
            let id = try await create(bare)
            _ = try await commands.call(UpdateLead(leadID: id, changes: changes(draft)), as: Self.may)
            return id
        case .filled:
            bare.tags = draft.tags
            let id = try await create(bare)
            _ = try await commands.call(ResolveLead(business: draft), as: .operator)
            return id
        case .tagged, .taggedInBulk:
            var untagged = draft
            untagged.tags = ["enterprise"]
            let id = try await create(untagged)
            if path == .tagged {
                if let tags = draft.tags, !tags.isEmpty { _ = try await commands.call(AddTags(leadID: id, tags: tags), as: Self.may) }
                _ = try await commands.call(RemoveTags(leadID: id, tags: ["enterprise"]), as: Self.may)
            } else {
                let targets = LeadTargets(ids: [id])
                _ = try await commands.call(BulkTag(targets: targets, add: draft.tags, remove: ["enterprise"]), as: Self.may)
            }
            return id
        case .takenIn:
            let answer = try await bench.post("/intake/leads", try WireJSON.encode(draft), type: "application/json", key: key)
            return try #require(try answer.report().leads?.first?.id)
        case .imported, .filledByImport:
            if path == .filledByImport { _ = try await create(bare) }
            let answer = try await bench.post("/intake/imports", Self.csv(draft).utf8, key: key)
            #expect(try answer.report().counts == [1, path == .imported ? 1 : 0, path == .imported ? 0 : 1, 0])
            return try await commands.call(ResolveLead(gmbID: draft.gmbID), as: .operator).lead.id
        case .merged:
            bare.tags = draft.tags
            let id = try await create(bare)
            var other = draft
            (other.gmbID, other.name, other.tags) = (nil, draft.name + " b", nil)
            let merged = try await create(other)
            _ = try await commands.call(MergeLeads(leadID: id, mergedLeadID: merged), as: Self.may)
            return id
        case .rescored:
            let id = try await create(draft)
            _ = try await commands.call(SetScore(leadID: id, qualificationScore: 1, leadScore: 1, reason: "x"), as: Self.may)
            _ = try await commands.call(Rescore(leadID: id), as: Self.may)
            return id
        }
    }

    private static func csv(_ draft: LeadDraft) -> String {
        let cells: [String?] = [
            draft.name, draft.gmbID, draft.country, draft.phone, draft.email, draft.websiteURL, draft.rating.map { "\($0)" },
            draft.reviewCount.map(String.init), draft.photoCount.map(String.init),
        ]
        let line = cells.map { $0 ?? "" }.joined(separator: ",")
        return "name,place_id,country,phone,email,website,rating,reviews,photos_count\n\(line)\n"
    }

    @Test func `whichever way they came`() async throws {
        let key = try await bench.makeKey()
        try await bench.live { live in
            var random = Random(state: 20_261_121)
            for _ in 0..<12 {
                for path in Path.allCases {
                    var draft = draft(&random)
                    if path.isByFile { (draft.company, draft.tags, draft.source) = (nil, nil, .import) }
                    let id = try await lead(draft, by: path, live.commands, key: key)
                    let answer = try await live.commands.call(GetLead(leadID: id), as: Self.may)
                    var facts = ScoreFacts(draft)
                    facts.tags = draft.tags ?? []
                    let models = ScoringModels.standard
                    #expect(answer.lead.qualificationScore == models.qualification.score(facts), "\(path): \(draft)")
                    #expect(answer.lead.leadScore == models.leadScore.score(facts), "\(path): \(draft)")
                    #expect(answer.scores == models.scores(of: answer.lead, ScoreStanding()), "\(path): \(draft)")
                    #expect(answer.scores?.leadScore.computed == answer.lead.leadScore, "\(path): \(draft)")
                }
            }
        }
        await bench.close()
    }
}
