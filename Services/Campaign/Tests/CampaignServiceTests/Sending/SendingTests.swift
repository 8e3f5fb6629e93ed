import Contracts
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Testing

@testable import CampaignService

@Suite("Sending", .timeLimit(.minutes(1)))
struct SendingTests {
    @Test(arguments: [Channel.email, .sms])
    func `four engines at once send each message once`(channel: Channel) async throws {
        try await Stage.set { stage in
            try await stage.leads(120)
            let campaign = try await stage.start(channel)
            try await stage.running(instances: 4) {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            let reached = channel == .email ? stage.smtp.mails.map(\.recipient) : stage.twilio.texts.map(\.to)
            #expect(reached.count == 120 && Set(reached).count == 120)
            #expect(
                try await stage.tellings() == ["crm.campaign.started": 1, "crm.message.sent": 120, "crm.campaign.completed": 1]
            )
            #expect(try await stage.results(campaign).sent == 120)
        }
    }

    @Test func `with no provider at all the service goes on until it is stopped`() async throws {
        try await Stage.set(["SMTP_URL": "", "TWILIO_ACCOUNT_SID": ""]) { stage in
            // What ends before it is stopped makes the group fail.
            let services = stage.service.runs.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
            let stop = ServiceGroupConfiguration.ServiceConfiguration(
                service: Moment(),
                successTerminationBehavior: .gracefullyShutdownGroup
            )
            try await ServiceGroup(configuration: ServiceGroupConfiguration(services: services + [stop], logger: .quiet)).run()
        }
    }

    @Test func `an e-mail says who we are, and how to hear no more of us`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            try await stage.running { try await eventually("sent") { try await stage.results(campaign).sent == 1 } }
            let mail = try #require(stage.smtp.mails.first)
            #expect(mail.header("From") == "Plumb & Co <hello@example.com>")
            #expect(mail.header("To") == "lead0@example.com")
            #expect(mail.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
            #expect(mail.header("List-Unsubscribe")?.hasPrefix("<https://mail.example.com/u/") == true)
            #expect(mail.content.contains("1 Main St, Springfield"))
            #expect(mail.content.contains("multipart/alternative"))
        }
    }

    @Test func `an SMS goes with the way out, and asks for callbacks to our public address`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            let campaign = try await stage.start(.sms, template: MessageTemplate(text: "Hello {{business_name}} – look"))
            try await stage.running { try await eventually("sent") { try await stage.results(campaign).sent == 1 } }
            let text = try #require(stage.twilio.texts.first)
            #expect(text.body == "Hello Lead 0 - look Reply STOP to opt out.")
            #expect(text.statusCallback.hasPrefix("https://mail.example.com/webhooks/twilio/status?message="))
        }
    }

    @Test func `who says no while it is being sent gets none of it`() async throws {
        // One at a time, and the first is answered slowly enough for the others to be still in the queue.
        try await Stage.set(["SENDING_CONCURRENCY": "1", "SEND_RATE_EMAIL": "20"]) { stage in
            try await stage.leads(10)
            let campaign = try await stage.start()
            try await stage.database.transaction { transaction in
                _ = try await transaction.suppress(.email, "lead7@example.com", .unsubscribed, source: "page", lead: nil, message: nil)
            }
            try await stage.running {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(stage.smtp.mails.count == 9)
            #expect(!stage.smtp.mails.contains { $0.recipient == "lead7@example.com" })
            let results = try await stage.results(campaign)
            #expect(results.sent == 9 && results.skipped == 1)
        }
    }

    @Test func `a refusal for now is tried again, and one for good is a bounce that is never written to again`() async throws {
        try await Stage.set { recipient, attempt in
            switch (recipient, attempt) {
            case ("lead0@example.com", 1): .refuse("451 4.7.1 Greylisted")
            case ("lead1@example.com", _): .refuse("550 5.1.1 No such user")
            case ("lead2@example.com", _): .refuse("554 5.7.1 We take no such content")
            default: .take
            }
        } _: { stage in
            try await stage.leads(4)
            let campaign = try await stage.start()
            try await stage.running {
                try await eventually("all had their turn") { try await stage.states() == [.queued: 1, .bounced: 1, .failed: 1, .sent: 1] }
                #expect(try await stage.results(campaign).state == "sending", "one comes again")
                let waits = try await stage.database.row(
                    "SELECT extract(epoch FROM next_attempt_at - now())::float8 AS seconds FROM messages WHERE state = 'queued'"
                )
                let seconds = try #require(try waits?.decode("seconds", as: Double.self))
                #expect(seconds > 20, "greylisting wants some time")
                try await stage.database.execute("UPDATE messages SET next_attempt_at = now() WHERE state = 'queued'")
                try await stage.database.execute("SELECT pg_notify('campaign_work', '')")
                try await eventually("done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(Set(stage.smtp.mails.map(\.recipient)) == ["lead0@example.com", "lead3@example.com"])
            #expect(try await stage.suppression(of: "lead1@example.com") == "bounced")
            #expect(try await stage.suppression(of: "lead2@example.com") == nil, "that was about us, not about the address")
            let tellings = try await stage.tellings()
            #expect(tellings["crm.message.bounced"] == 1 && tellings["crm.message.failed"] == 1 && tellings["crm.message.sent"] == 2)
        }
    }

    @Test func `a provider that is away costs nobody a message`() async throws {
        try await Stage.set { _, attempt in
            attempt == 1 ? .refuse("421 4.3.2 Going down") : .take
        } _: { stage in
            try await stage.leads(5)
            let campaign = try await stage.start()
            try await stage.running {
                try await eventually("done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(stage.smtp.mails.count == 5)
            #expect(try await stage.tellings()["crm.message.sent"] == 5)
        }
    }

    @Test func `told to stop, it finishes what is under way and takes no more`() async throws {
        try await Stage.set(["SENDING_CONCURRENCY": "4", "SEND_RATE_EMAIL": "40"]) { stage in
            try await stage.leads(300)
            try await stage.start()
            let group = ServiceGroup(
                configuration: .init(services: stage.service.runs.map { .init(service: $0) }, logger: .quiet)
            )
            async let run: Void = group.run()
            try await eventually("some are sent") { stage.smtp.mails.count > 4 }
            await group.triggerGracefulShutdown()
            try await run
            let states = try await stage.states()
            #expect(states[.sending] == nil && states[.unknown] == nil)
            #expect(states[.sent] == stage.smtp.mails.count && states[.queued] ?? 0 > 0)
        }
    }

    @Test func `the rate holds for all engines together`() async throws {
        try await Stage.set(["SEND_RATE_EMAIL": "10"]) { stage in
            try await stage.leads(30)
            let campaign = try await stage.start()
            let start = ContinuousClock.now
            try await stage.running(instances: 3) {
                try await eventually("done") { try await stage.results(campaign).state == "completed" }
            }
            // Ten at once from the full bucket, the other twenty at ten a second.
            #expect(ContinuousClock.now - start > .seconds(1.8))
        }
    }

    @Test func `who opted out at Twilio is suppressed here too`() async throws {
        try await Stage.set(twilio: { _, _ in .refuse(400, code: TwilioAnswer.optedOut) }) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start(.sms)
            try await stage.running { try await eventually("done") { try await stage.results(campaign).state == "completed" } }
            #expect(try await stage.suppression(of: "+15125550000") == "unsubscribed")
            #expect(try await stage.tellings()["crm.message.unsubscribed"] == 1)
        }
    }
}

private struct Moment: Service {
    func run() async throws { try await Task.sleep(for: .milliseconds(200)) }
}
