import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import CampaignService

@Suite("Starting a campaign", .timeLimit(.minutes(1)))
struct CampaignCommandTests {
    @Test func `it writes to each lead of its audience once`() async throws {
        try await Stage.set { stage in
            try await stage.leads(3) { if $0 == 2 { $1.email = nil } }
            let answer = try await stage.start()
            #expect(answer.audience == 2 && answer.excluded == ["no_address": 1])
            #expect(try await stage.states() == [.queued: 2])
            #expect(try await stage.tellings() == ["crm.campaign.started": 1])
            let results = try await stage.results(answer)
            #expect(results.state == "sending" && results.queued == 2 && results.audience == 2)
        }
    }

    @Test func `the same key starts it once, however many ask at the same time`() async throws {
        try await Stage.set { stage in
            try await stage.leads(5)
            let key = IdempotencyKey.make()
            let answers = try await withThrowingTaskGroup(of: StartCampaign.Answer.self) { group in
                for _ in 0..<4 { group.addTask { try await stage.start(key: key) } }
                return try await group.reduce(into: Set<StartCampaign.Answer>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(try await stage.states() == [.queued: 5])
            #expect(try await stage.tellings() == ["crm.campaign.started": 1])
        }
    }

    @Test func `a template that can't be read is refused before anything is written`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            let problem = try await #require(throws: Problem.self) {
                try await stage.start(template: MessageTemplate(subject: "{{#open}}", text: "Hello"))
            }
            #expect(problem.errors?.map(\.pointer) == ["/template/subject"])
            #expect(try await stage.states().isEmpty)
        }
    }

    @Test func `an agent may not`() async throws {
        try await Stage.set { stage in
            let problem = try await #require(throws: Problem.self) { try await stage.start(as: Actor(id: "a", role: .agent)) }
            #expect(problem.status == 403)
        }
    }

    @Test func `a channel without a provider is not one to start on`() async throws {
        try await Stage.set(["TWILIO_ACCOUNT_SID": ""]) { stage in
            let problem = try await #require(throws: Problem.self) { try await stage.start(.sms) }
            #expect(problem.status == 503)
        }
    }

    @Test func `an unknown campaign has no results`() async throws {
        try await Stage.set { stage in
            let command = GetCampaignResults(campaignID: .make())
            let problem = try await #require(throws: Problem.self) {
                try await stage.service.commands.results(Asked(command: command, actor: Stage.manager, key: .make()))
            }
            #expect(problem.status == 404)
        }
    }
}
