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

    @Test(arguments: [Channel.email, .sms])
    func `leads that share an address get one message, the one that was created first`(channel: Channel) async throws {
        try await Stage.set { stage in
            let start = Date(timeIntervalSince1970: 1_800_000_000)
            let leads = try await stage.leads(4) { number, lead in
                lead.createdAt = start + TimeInterval(10 - number)
                lead.qualificationScore = 90 - number
                lead.email = number == 1 ? "Owner@Example.com" : "owner@example.com"
                lead.phone = "+15125550000"
            }
            // The first of all must not be written to: then it is the next one's.
            try await stage.database.transaction { transaction in
                try await transaction.keep([StatusChange(lead: leads[3].id, status: ContactStatus.purchased, event: .make())])
            }
            for _ in 0..<2 {
                let answer = try await stage.start(channel)
                #expect(answer.audience == 1 && answer.excluded == ["same_address": 2, "purchased": 1])
            }
            let chosen = try await stage.database.rows("SELECT lead_id FROM messages").map { try $0.id("lead_id") as LeadID }
            #expect(chosen == [leads[2].id, leads[2].id], "a message for each campaign, and no row for who is left out")
        }
    }

    @Test func `an address that is corrected to one which the campaign writes to already gets no second message`() async throws {
        try await Stage.set { stage in
            var leads = try await stage.leads(5)
            let campaign = try await stage.start()
            for (number, email) in [(1, "lead0@example.com"), (2, "new@example.com"), (3, "new@example.com")] {
                leads[number].email = email
                leads[number].version = 2
            }
            try await stage.database.transaction { [leads] in try await $0.keep(leads) }
            try await stage.running { try await eventually("done") { try await stage.results(campaign).state == "completed" } }
            #expect(
                stage.smtp.mails.map(\.recipient).sorted() == ["lead0@example.com", "lead4@example.com", "new@example.com"]
            )
            let skipped = try await stage.database.rows("SELECT lead_id FROM messages WHERE reason = 'same_address'")
            #expect(try Set(skipped.map { try $0.id("lead_id") as LeadID }) == [leads[1].id, leads[3].id])
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
