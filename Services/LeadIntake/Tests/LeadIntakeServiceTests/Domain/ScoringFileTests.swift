import Contracts
import Foundation
import LeadIntakeService
import Logging
import Messaging
import Outbound
import Postgres
import ServiceKit
import Testing

@Suite("Scoring file")
struct ScoringFileTests {
    private func models(_ json: String) throws -> ScoringModels {
        try ScoringFile.override(.standard, by: Data(json.utf8))
    }

    private func faults(_ json: String) -> [String] {
        do {
            _ = try models(json)
            return []
        } catch {
            return (error as? ScoringFile.Faults)?.lines ?? ["\(error)"]
        }
    }

    @Test func `what it names is replaced, the rest stays`() throws {
        let models = try models(
            """
            {"qualification": {"good_rating": {"at_least": 4.5}, "ten_reviews": {"points": 5, "at_least": 20}},
             "lead_score": {"base": 10, "source_referral": 40, "hot_tag": {"tags": ["VIP", "hot"]}}}
            """
        )
        let rated = ScoreFacts(LeadDraft(name: "A", rating: 4.4, reviewCount: 20))
        #expect(
            models.qualification.factors(of: rated) == [ScoreFactor(factor: "ten_reviews", points: 5, reason: "has 20 reviews or more")]
        )
        let urgent = ScoreFacts(LeadDraft(name: "A", company: "A", source: .referral, tags: ["urgent"]))
        #expect(models.leadScore.score(urgent) == 60)
        let important = ScoreFacts(LeadDraft(name: "A", tags: ["vip"]))
        #expect(models.leadScore.factors(of: important).last == ScoreFactor(factor: "hot_tag", points: 15, reason: "is tagged vip or hot"))
        #expect(models.digest != ScoringModels.standard.digest)
        #expect(try self.models("{}") == .standard)
    }

    @Test func `the example names every factor, as it is`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../../docs/examples/scoring.json")
        let data = try Data(contentsOf: file)
        let models = try ScoringFile.override(.standard, by: data)
        #expect(models == .standard && models.digest == ScoringModels.standard.digest)
        let named = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
        #expect(named["qualification"].map { Set($0.keys) } == Set(["base"] + models.qualification.rules.map(\.factor)))
        #expect(named["lead_score"].map { Set($0.keys) } == Set(["base"] + models.leadScore.rules.map(\.factor)))
    }

    @Test(arguments: [
        ("", ["is not JSON: see docs/examples/scoring.json for one that is"]),
        ("[1]", ["must be an object with the keys qualification and lead_score, as docs/examples/scoring.json"]),
        (#"{"score": {}}"#, ["score is no model; the models are qualification and lead_score"]),
        (#"{"lead_score": 5}"#, ["lead_score is 5; it must be an object of factors and their points"]),
        (
            #"{"qualification": {"has_mail": 5}}"#,
            [
                "qualification.has_mail is no factor; those of qualification are base, has_email, has_phone, good_rating, ten_reviews, "
                    + "fifty_reviews, has_photos, has_website"
            ]
        ),
        (
            #"{"lead_score": {"base": 101, "opened": 5.5, "clicked": "10", "replied": 101, "bounced": null}}"#,
            [
                "lead_score.base is 101; it must be a whole number between 0 and 100",
                "lead_score.bounced is null; it must be a whole number between -100 and 100",
                #"lead_score.clicked is "10"; it must be a whole number between -100 and 100"#,
                "lead_score.opened is 5.5; it must be a whole number between -100 and 100",
                "lead_score.replied is 101; it must be a whole number between -100 and 100",
            ]
        ),
        (
            #"{"qualification": {"good_rating": {"at_least": 6}, "ten_reviews": {"at_least": 1.5}, "has_email": {"at_least": 1}}}"#,
            [
                "qualification.good_rating.at_least is 6; it must be a number between 0 and 5",
                "qualification.has_email.at_least can't be set; what can is points",
                "qualification.ten_reviews.at_least is 1.5; it must be a whole number between 0 and 1000000",
            ]
        ),
        (
            #"{"lead_score": {"hot_tag": {"tags": []}}}"#,
            [#"lead_score.hot_tag.tags must be a list of 1 to 50 tags, each once: ["hot", "urgent"]"#]
        ),
        (
            #"{"lead_score": {"hot_tag": {"tags": "hot"}}}"#,
            [#"lead_score.hot_tag.tags is "hot"; it must be a list of tags: ["hot", "urgent"]"#]
        ),
    ])
    func `everything that is wrong is named, with how to mend it`(json: String, lines: [String]) {
        #expect(faults(json) == lines)
    }

    @Test func `the service does not start with a file that is wrong or not there`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "scoring-\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        func fault() throws -> [String] {
            let database = Database(
                DatabaseConfiguration(url: "postgres://nowhere.invalid", applicationName: "test", schema: "lead_intake"),
                logger: quietLogger
            )
            let context = ServiceContext(
                settings: try Settings(
                    Setting.common(to: .leadIntake) + LeadIntakeService.settings,
                    values: ["DATABASE_URL": "postgres://nowhere.invalid", "SCORING_FILE": file.path()]
                ),
                database: database,
                commands: CommandClient(NATSClient(NATSConfiguration(servers: [], name: "test"), logger: quietLogger)),
                outbound: OutboundClient(),
                logger: quietLogger
            )
            do {
                _ = try LeadIntakeService(context)
                return []
            } catch let error as SettingsError {
                return error.faults
            }
        }
        #expect(try fault().first?.hasPrefix("SCORING_FILE is \"\(file.path())\", which can't be read: ") == true)
        try Data(#"{"lead_score": {"opened": true}}"#.utf8).write(to: file)
        #expect(
            try fault() == ["SCORING_FILE \(file.path()): lead_score.opened is true; it must be a whole number between -100 and 100"]
        )
    }
}
