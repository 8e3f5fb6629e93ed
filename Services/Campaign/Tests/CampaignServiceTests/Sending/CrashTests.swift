import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import Testing

@testable import CampaignService

@Suite("An engine that dies in the middle", .timeLimit(.minutes(1)))
struct CrashTests {
    @Test func `after the provider took it and before we wrote that down, the message is unknown, and not sent again`() async throws {
        try await Stage.set(["SEND_LEASE": "1"], smtp: { _, _ in .takeInSilence }) { stage in
            try await stage.leads(1)
            try await stage.start()
            try await stage.running { try await eventually("taken") { stage.smtp.mails.count == 1 } }
            #expect(try await stage.states() == [.sending: 1], "it was killed")
            try await stage.running {
                try await eventually("its lease is over") { try await stage.states() == [.unknown: 1] }
            }
            #expect(stage.smtp.mails.count == 1)
            #expect(try await stage.tellings()["crm.message.sent"] == nil)
        }
    }

    @Test func `held by the policy, it is left to a person, and its campaign ends`() async throws {
        try await Stage.set(["SEND_LEASE": "1", "UNKNOWN_AFTER": "0"], smtp: { _, _ in .takeInSilence }) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            try await stage.running {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(try await stage.results(campaign).unknown == 1)
            #expect(stage.smtp.mails.count == 1)
        }
    }

    @Test func `assumed sent by the policy, it counts as sent, once`() async throws {
        let settings = ["SEND_LEASE": "1", "UNKNOWN_AFTER": "0", "UNKNOWN_POLICY": "assume_sent"]
        try await Stage.set(settings, smtp: { _, _ in .takeInSilence }) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            try await stage.running(instances: 2) {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(stage.smtp.mails.count == 1)
            #expect(try await stage.tellings()["crm.message.sent"] == 1)
        }
    }

    @Test func `sent again by the policy, it is the same mail, by which its reader can tell`() async throws {
        let settings = ["SEND_LEASE": "3", "UNKNOWN_AFTER": "0", "UNKNOWN_POLICY": "retry"]
        try await Stage.set(settings, smtp: { _, attempt in attempt == 1 ? .takeInSilence : .take }) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            try await stage.running {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(stage.smtp.mails.count == 2)
            #expect(Set(stage.smtp.mails.compactMap { $0.header("Message-ID") }).count == 1)
            #expect(stage.smtp.mails[0].links == stage.smtp.mails[1].links, "links that are out in the world stay good")
            #expect(try await stage.tellings()["crm.message.sent"] == 1)
        }
    }

    @Test func `what a person does right after it was sent again is a person's`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start()
            let first = try await #require(stage.claim().messages.first)
            try await stage.handOver(first)
            try await stage.database.execute(
                "UPDATE messages SET handed_over_at = now() - interval '1 hour', out_since = now() - interval '1 hour'"
            )
            let unknown = try await stage.record(.answerLost(reason: "reset"), of: first)
            try await stage.database.transaction { transaction in
                try await transaction.requeue(first.id, after: .zero, refusals: 0, failedConnections: 0, isProvenUntaken: false)
            }
            let second = try await #require(stage.claim().messages.first)
            try await stage.handOver(second)
            _ = try await stage.record(.accepted(providerID: nil), of: second)
            #expect(unknown.id == second.id)
            _ = try await stage.opens(second.id)
            let told = try await stage.told(MessageOpened.subject)
            #expect(told.count == 1 && told[0].data.contains(#""by_machine": false"#))
        }
    }

    @Test func `after a refusal for now, too soon is counted from when it was taken`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start()
            let first = try await #require(stage.claim().messages.first)
            try await stage.handOver(first)
            try await stage.database.execute(
                "UPDATE messages SET handed_over_at = now() - interval '1 hour', out_since = now() - interval '1 hour'"
            )
            let refused = try await stage.record(.refusedForNow(code: "451", reason: "Greylisted"), of: first)
            #expect(refused.state == .queued && refused.outSince == nil)
            try await stage.database.execute("UPDATE messages SET next_attempt_at = now()")
            let second = try await #require(stage.claim().messages.first)
            try await stage.handOver(second)
            _ = try await stage.record(.accepted(providerID: nil), of: second)
            // However long this machine took.
            try await stage.database.execute(
                "UPDATE messages SET handed_over_at = handed_over_at + interval '1 minute', out_since = out_since + interval '1 minute'"
            )
            _ = try await stage.opens(second.id)
            #expect(try await stage.told(MessageOpened.subject)[0].data.contains(#""by_machine": true"#))
        }
    }

    @Test func `who reads it while its sending again is being thought about gets no second one`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start()
            let message = try await #require(stage.claim().messages.first)
            try await stage.handOver(message)
            _ = try await stage.record(.answerLost(reason: "reset"), of: message)
            try await stage.database.transaction { transaction in
                try await transaction.requeue(message.id, after: .zero, refusals: 0, failedConnections: 0, isProvenUntaken: false)
            }
            _ = try await stage.opens(message.id)
            #expect(try await stage.states() == [.sent: 1])
            #expect(try await stage.claim().messages.isEmpty)
        }
    }

    @Test func `who reads it before its answer is lost proves it sent`() async throws {
        try await Stage.set(["UNKNOWN_AFTER": "0", "UNKNOWN_POLICY": "retry"]) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            let message = try await #require(stage.claim().messages.first)
            try await stage.handOver(message)
            try await stage.database.execute(
                "UPDATE messages SET handed_over_at = now() - interval '1 minute', out_since = now() - interval '1 minute'"
            )
            _ = try await stage.opens(message.id)
            #expect(try await stage.states() == [.sending: 1], "mail servers look before they say yes or no")
            try await stage.database.execute("UPDATE messages SET lease_expires_at = now()")
            try await stage.running { try await eventually("done") { try await stage.results(campaign).state == "completed" } }
            #expect(stage.smtp.mails.isEmpty)
            #expect(try await stage.results(campaign).sent == 1)
        }
    }

    @Test func `who unsubscribes before its answer is lost proves it sent, too`() async throws {
        try await Stage.set(["UNKNOWN_AFTER": "0", "UNKNOWN_POLICY": "retry"]) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            let message = try await #require(stage.claim().messages.first)
            try await stage.handOver(message)
            let path = "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message.id)))"
            _ = try await stage.request(.post, path, body: "List-Unsubscribe=One-Click")
            try await stage.database.execute("UPDATE messages SET lease_expires_at = now()")
            try await stage.running { try await eventually("done") { try await stage.results(campaign).state == "completed" } }
            #expect(try await stage.results(campaign).sent == 1)
            #expect(try await stage.tellings()["crm.message.sent"] == 1)
        }
    }

    @Test func `an open that comes before our own commit is told as later than the sending`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start()
            let message = try await #require(stage.claim().messages.first)
            try await stage.handOver(message)
            _ = try await stage.opens(message.id)
            _ = try await stage.record(.accepted(providerID: nil), of: message)
            let (sent, opened) = (try await stage.time(of: MessageSent.subject), try await stage.time(of: MessageOpened.subject))
            #expect(sent <= opened)
            let row = try await stage.database.row("SELECT sent_at = handed_over_at AS same FROM messages")
            #expect(try row?.decode("same", as: Bool.self) == true)
        }
    }

    @Test func `an SMS that Twilio has is found there, and not sent again`() async throws {
        let settings = ["SEND_LEASE": "3", "UNKNOWN_AFTER": "0", "UNKNOWN_POLICY": "retry"]
        try await Stage.set(settings, twilio: { _, _ in .takeInSilence }) { stage in
            try await stage.leads(2)
            let campaign = try await stage.start(.sms)
            try await stage.running { try await eventually("taken") { stage.twilio.texts.count == 2 } }
            try await stage.running {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(stage.twilio.texts.count == 2)
            #expect(try await stage.tellings()["crm.message.sent"] == 2)
        }
    }

    @Test func `an SMS that Twilio doesn't have is sent again`() async throws {
        let settings = ["SEND_LEASE": "3", "UNKNOWN_AFTER": "0", "UNKNOWN_POLICY": "retry"]
        try await Stage.set(settings, twilio: { _, attempt in attempt == 1 ? .dropInSilence : .take }) { stage in
            try await stage.leads(1)
            let campaign = try await stage.start(.sms)
            try await stage.running {
                try await eventually("the campaign is done") { try await stage.results(campaign).state == "completed" }
            }
            #expect(stage.twilio.texts.count == 1)
            #expect(try await stage.results(campaign).sent == 1)
        }
    }

    @Test func `before anything left, it is simply queued again`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            let campaign = try await stage.start()
            let claim = try await stage.claim()
            #expect(claim.messages.count == 1)
            try await stage.database.execute("UPDATE messages SET lease_expires_at = now() - interval '1 second'")
            try await stage.running { try await eventually("done") { try await stage.results(campaign).state == "completed" } }
            #expect(stage.smtp.mails.count == 1)
        }
    }

    @Test func `a worker whose lease is over and whose message is another's changes nothing any more`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start()
            let slow = try await #require(stage.claim().messages.first)
            try await stage.database.execute("UPDATE messages SET lease_expires_at = now() - interval '1 second'")
            _ = try await stage.database.transaction { try await $0.expireLeases() }
            let quick = try await #require(stage.claim().messages.first)
            #expect(quick.id == slow.id && quick.token != slow.token)
            let lease = Duration.seconds(30)
            #expect(try await !stage.database.beginHandover(slow, links: [], contentHash: nil, lease: lease))
            #expect(try await stage.database.beginHandover(quick, links: [], contentHash: nil, lease: lease))
        }
    }

    @Test func `who says no between the claim and the sending gets nothing`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start()
            let message = try await #require(stage.claim().messages.first)
            try await stage.database.transaction { transaction in
                _ = try await transaction.suppress(.email, message.address, .unsubscribed, source: "page", lead: nil, message: nil)
            }
            #expect(try await !stage.database.beginHandover(message, links: [], contentHash: nil, lease: .seconds(30)))
            try await stage.database.giveBack(message)
            #expect(try await stage.claim().skipped == 1)
            #expect(try await stage.states() == [.skipped: 1])
        }
    }
}

extension Stage {
    fileprivate func claim() async throws -> Claim {
        try await database.transaction { transaction in
            try await transaction.claim(.email, limit: 10, lease: .seconds(30), rate: SendRate(perSecond: 1_000))
        }
    }

    fileprivate func handOver(_ message: ClaimedMessage) async throws {
        #expect(try await database.beginHandover(message, links: [], contentHash: nil, lease: .seconds(30)))
    }

    /// What a worker does with the provider's answer.
    fileprivate func record(_ outcome: SendOutcome, of message: ClaimedMessage) async throws -> MessageRow {
        try await database.transaction { transaction in
            let row = try #require(try await transaction.messageForUpdate(message.id))
            try await transaction.apply(outcome, to: row, at: Date())
            return try #require(try await transaction.messageForUpdate(message.id))
        }
    }

    fileprivate func opens(_ message: MessageID) async throws -> TestResponse {
        try await request(.get, "/t/o/\(try tokens.make(.open, for: .init(message: message))).gif")
    }

    /// When what was told first of a kind happened.
    fileprivate func time(of subject: Subject) async throws -> String {
        let row = try await database.row(
            """
            SELECT convert_from(payload, 'UTF8')::jsonb ->> 'time' AS time
            FROM outbox
            WHERE subject = \(subject.description)
            ORDER BY position
            LIMIT 1
            """
        )
        return try #require(row).decode("time")
    }
}

extension SMTPPeer.Mail {
    /// All addresses of ours in it.
    fileprivate var links: [String] {
        content.replacing("=\r\n", with: "").matches(of: /https:\/\/mail\.example\.com\/[a-z\/]+\/[A-Za-z0-9_-]+/).map { String($0.output) }
    }
}
