import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Testing

@testable import CampaignService

@Suite("POST /webhooks/twilio", .timeLimit(.minutes(1)))
struct TwilioWebhookTests {
    @Test func `what isn't signed is refused, and nothing of it is kept`() async throws {
        try await Stage.set { stage in
            for path in ["/webhooks/twilio/status?message=\(MessageID.make())", "/webhooks/twilio/inbound"] {
                let form = [("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("From", "+15125550000"), ("Body", "STOP")]
                let response = try await stage.twilioCalls(path, form, signed: false)
                #expect(response.status == .unauthorized && response.headers[.contentType] == "application/problem+json")
            }
            #expect(try await stage.deliveries().isEmpty)
            #expect(try await stage.suppression(of: "+15125550000") == nil)
            #expect(try await stage.told().isEmpty)
        }
    }

    @Test func `a signature made for another address is refused`() async throws {
        try await Stage.set { stage in
            let name = try #require(HTTPField.Name("X-Twilio-Signature"))
            let signed = try await stage.twilioCalls("/webhooks/twilio/status?message=\(MessageID.make())", [("MessageSid", "SM1")])
            #expect(signed.status == .ok)
            let headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded", name: "c29tZXRoaW5nIGVsc2U="]
            #expect(
                try await stage.request(.post, "/webhooks/twilio/inbound", headers: headers, body: "MessageSid=SM2").status
                    == .unauthorized
            )
            #expect(try await stage.deliveries().count == 1)
        }
    }

    @Test func `without a token nothing is accepted`() async throws {
        try await Stage.set(["TWILIO_AUTH_TOKENS": "", "TWILIO_ACCOUNT_SID": ""]) { stage in
            let response = try await stage.twilioCalls("/webhooks/twilio/inbound", [("MessageSid", "SM1")])
            #expect(response.status == .serviceUnavailable && response.headers[.contentType] == "application/problem+json")
            #expect(try await stage.deliveries().isEmpty)
        }
    }

    @Test func `delivered is told once, twice over, late or early`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0], .sms)
            for status in ["delivered", "delivered", "sent", "queued"] {
                let response = try await stage.twilioTells(status, of: message, sid: "SM-lead-0")
                #expect(response.status == .ok && response.headers[.contentType]?.hasPrefix("text/xml") == true)
                #expect(String(buffer: response.body).contains("<Response></Response>"))
            }
            #expect(try await stage.told(MessageDelivered.subject).count == 1)
            #expect(try await stage.states() == [.delivered: 1])
            #expect(try await stage.deliveries().count == 3, "a repeat is one delivery")
        }
    }

    @Test func `delivered may be told before our own commit that it was sent, and sent is still told first`() async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            try await stage.start(.sms)
            let claim = try await stage.database.transaction { transaction in
                try await transaction.claim(.sms, limit: 1, lease: .seconds(30), rate: SendRate(perSecond: 100))
            }
            let message = try #require(claim.messages.first)
            _ = try await stage.database.beginHandover(message, links: [], contentHash: nil, lease: .seconds(30))
            _ = try await stage.twilioTells("delivered", of: message.id, sid: "SM9")
            // Now our worker gets its answer.
            try await stage.database.transaction { transaction in
                let row = try #require(try await transaction.messageForUpdate(message.id))
                let moved = try await transaction.apply(.accepted(providerID: "SM9"), to: row, at: Date())
                #expect(!moved)
            }
            #expect(try await stage.states() == [.delivered: 1])
            #expect(try await stage.told().map(\.subject).suffix(2) == ["crm.message.sent", "crm.message.delivered"])
        }
    }

    @Test(arguments: [("undelivered", 30005), ("failed", 30003), ("failed", 21610)])
    func `a failure that is told before our own commit is told after the sending`(status: String, code: Int) async throws {
        try await Stage.set { stage in
            try await stage.leads(1)
            let campaign = try await stage.start(.sms)
            let claim = try await stage.database.transaction { transaction in
                try await transaction.claim(.sms, limit: 1, lease: .seconds(30), rate: SendRate(perSecond: 100))
            }
            let message = try #require(claim.messages.first)
            _ = try await stage.database.beginHandover(message, links: [], contentHash: nil, lease: .seconds(30))
            _ = try await stage.twilioTells(status, of: message.id, sid: "SM9", error: code)
            let told = try await stage.told().map(\.subject).suffix(2)
            #expect(told == ["crm.message.sent", code == 21610 ? "crm.message.unsubscribed" : "crm.message.failed"])
            let results = try await stage.results(campaign)
            #expect(results.sent == 1 && results.failed == 1)
        }
    }

    @Test func `undelivered for an address that is no good is a failure that says so`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(2)
            let (dead, off) = (try await stage.sentMessage(to: leads[0], .sms), try await stage.sentMessage(to: leads[1], .sms))
            _ = try await stage.twilioTells("undelivered", of: dead, sid: "SM-lead-0", error: 30005)
            _ = try await stage.twilioTells("undelivered", of: off, sid: "SM-lead-1", error: 30003)
            _ = try await stage.twilioTells("sent", of: dead, sid: "SM-lead-0")
            let told = try await stage.told(MessageFailed.subject).map { $0.data.contains(#""is_undeliverable": true"#) }
            #expect(told == [true, false])
            #expect(try await stage.suppression(of: "+15125550000") == "bounced")
            #expect(try await stage.suppression(of: "+15125550001") == nil)
        }
    }

    @Test func `a callback for a message that isn't known yet is kept and tried again`() async throws {
        try await Stage.set { stage in
            let response = try await stage.twilioTells("delivered", of: .make(), sid: "SM-lead-0")
            #expect(response.status == .ok)
            #expect(try await stage.deliveries() == ["waiting"])
            _ = try await stage.sentMessage(to: stage.leads(1)[0], .sms)
            try await stage.running { try await eventually("applied") { try await stage.deliveries() == ["done"] } }
            #expect(try await stage.told(MessageDelivered.subject).count == 1)
        }
    }

    @Test(arguments: ["STOP", " stop. ", "Alto", "UNSUBSCRIBE"])
    func `STOP holds for the number, and START takes it back`(word: String) async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            _ = try await stage.sentMessage(to: lead, .sms)
            for _ in 0..<2 { _ = try await stage.texts(word, from: "+15125550000") }
            #expect(try await stage.suppression(of: "+15125550000") == "unsubscribed")
            #expect(try await stage.start(.sms).excluded == ["suppressed": 1])
            _ = try await stage.texts("START", from: "+15125550000")
            #expect(try await stage.suppression(of: "+15125550000") == nil)
            #expect(try await stage.start(.sms).audience == 1)
            let tellings = try await stage.tellings()
            #expect(tellings["crm.message.unsubscribed"] == 1 && tellings["crm.message.resubscribed"] == 1)
            #expect(tellings["crm.message.replied"] == nil)
        }
    }

    @Test func `STOP of a number that we never wrote to holds too`() async throws {
        try await Stage.set { stage in
            _ = try await stage.texts("STOP", from: "+15125559999")
            #expect(try await stage.suppression(of: "+15125559999") == "unsubscribed")
            #expect(try await stage.told().isEmpty)
        }
    }

    @Test func `a reply is kept and told once, though it is brought twice`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            let message = try await stage.sentMessage(to: lead, .sms)
            for _ in 0..<2 { _ = try await stage.texts("Please stop by on Monday", from: "+15125550000", sid: "SM77") }
            let told = try await stage.told(MessageReplied.subject)
            #expect(told.count == 1 && told[0].data.contains(message.description) && told[0].data.contains(lead.id.description))
            let row = try await stage.database.row("SELECT body FROM replies")
            #expect(try row?.decode("body", as: String.self) == "Please stop by on Monday")
            #expect(try await stage.suppression(of: "+15125550000") == nil)
        }
    }

    @Test func `yes is a reply of who never said no`() async throws {
        try await Stage.set { stage in
            _ = try await stage.sentMessage(to: stage.leads(1)[0], .sms)
            _ = try await stage.texts("Yes!", from: "+15125550000")
            #expect(try await stage.told(MessageReplied.subject).count == 1)
            _ = try await stage.texts("STOP", from: "+15125550000")
            _ = try await stage.texts("Yes", from: "+15125550000")
            #expect(try await stage.told(MessageReplied.subject).count == 1)
            #expect(try await stage.told(MessageResubscribed.subject).count == 1)
        }
    }

    @Test func `what names no message is put aside for a person, and answered`() async throws {
        try await Stage.set { stage in
            let response = try await stage.twilioCalls("/webhooks/twilio/inbound", [("Nonsense", "1")])
            #expect(response.status == .ok)
            #expect(try await stage.deliveries() == ["parked"])
        }
    }
}

extension Stage {
    fileprivate func deliveries() async throws -> [String] {
        try await database.rows("SELECT state FROM webhook_deliveries ORDER BY received_at").map { try $0.decode("state") }
    }
}
