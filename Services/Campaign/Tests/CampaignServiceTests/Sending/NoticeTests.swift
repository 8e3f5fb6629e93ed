import Contracts
import Foundation
import Messaging
import Outbound
import Postgres
import Synchronization
import Testing

@testable import CampaignService

@Suite("What customers are told", .timeLimit(.minutes(1)))
struct NoticeTests {
    private let subscription = SubscriptionID.make()
    private let link = "https://sites.example.com/sites/lead-0?owner=6f0d7a0e-1111-4222-8333-444455556666"

    private func sender(_ stage: Stage, _ ownerLink: (@Sendable (LeadID) async throws -> String)? = nil) -> NoticeSender {
        let link = link
        return NoticeSender(
            database: stage.database,
            provider: EmailProvider(
                outbound: OutboundClient(logger: .quiet),
                settings: MailSettings(
                    server: SMTPServer(url: "smtp://127.0.0.1:\(stage.smtp.port)", startTLS: .none),
                    from: MailAddress(name: "Plumb & Co", "hello@example.com")
                )
            ),
            letterhead: Letterhead(
                senderName: "Plumb & Co",
                postalAddress: "1 Main St, Springfield",
                publicURL: Stage.publicURL,
                checkoutURL: "https://buy.example.com"
            ),
            ownerLink: ownerLink ?? { _ in link },
            logger: .quiet,
            retryDelays: [.milliseconds(1)]
        )
    }

    private func fail(
        _ stage: Stage,
        _ lead: LeadID,
        period: Date? = Date(),
        unpaidSince: Date? = nil,
        at time: Date = Date()
    ) async throws {
        let event = SubscriptionPastDue(leadID: lead, subscriptionID: subscription, paidUntil: period, unpaidSince: unpaidSince)
        try await stage.database.transaction { try await $0.queueNotice(event, at: time) }
    }

    private func settled(_ stage: Stage) async throws -> [String] {
        try await stage.database.rows("SELECT state || coalesce(': ' || reason, '') AS how FROM notices ORDER BY period")
            .map { try $0.decode("how") }
    }

    @Test func `a failed payment is told once for each period, by a letter without tracking`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            let (period, next) = (Date(), Date() + 30 * 86_400)
            for day in 0..<3 { try await fail(stage, lead.id, period: period, at: Date() - Double(day)) }
            while try await sender(stage).sendNext() {}
            let mail = try #require(stage.smtp.mails.first)
            #expect(stage.smtp.mails.count == 1 && mail.recipient == "lead0@example.com")
            #expect(mail.header("Subject") == "The last payment for your website did not go through")
            #expect(mail.header("List-Unsubscribe") == nil && mail.header("Auto-Submitted") == "auto-generated")
            let text = mail.content.replacing("=\r\n", with: "").replacing("=3D", with: "=")
            #expect(text.contains(link) && text.contains("Lead 0") && text.contains("1 Main St") && !text.contains("/t/"))
            try await fail(stage, lead.id, period: next)
            while try await sender(stage).sendNext() {}
            #expect(stage.smtp.mails.count == 2)
        }
    }

    @Test func `where the period isn't known it is told once until the next payment, over the end of a month too`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            let paid = Date() - 40 * 86_400
            // Weeks that fail in one month, and tries on both sides of a month's end.
            for days in [2.0, 1.0, 0.5] { try await fail(stage, lead.id, period: nil, unpaidSince: paid, at: Date() - days * 86_400) }
            while try await sender(stage).sendNext() {}
            #expect(stage.smtp.mails.count == 1)
            for _ in 0..<2 { try await fail(stage, lead.id, period: nil, unpaidSince: paid + 30 * 86_400) }
            while try await sender(stage).sendNext() {}
            #expect(stage.smtp.mails.count == 2)
            // Of a billing that tells neither.
            for _ in 0..<2 { try await fail(stage, lead.id, period: nil) }
            #expect(try await settled(stage).sorted() == ["queued", "sent", "sent"])
        }
    }

    @Test func `who is a customer now is told, who must not be written to isn't`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(4) { number, lead in
                if number == 1 { lead.email = nil }
                if number == 3 { lead.country = "GT" }
            }
            try await stage.database.transaction { transaction in
                try await transaction.keep(leads.map { StatusChange(lead: $0.id, status: ContactStatus.purchased, event: .make()) })
                try await transaction.suppress(.email, "lead2@example.com", .complained, source: "test", lead: nil, message: nil)
            }
            for (number, lead) in leads.enumerated() { try await fail(stage, lead.id, period: Date() + Double(number)) }
            while try await sender(stage).sendNext() {}
            #expect(stage.smtp.mails.map(\.recipient) == ["lead0@example.com", "lead3@example.com"])
            #expect(stage.smtp.mails.last?.content.contains("Hola") == true)
            #expect(try await settled(stage) == ["sent", "dropped: no_address", "dropped: suppressed", "sent"])
        }
    }

    @Test func `what is paid meanwhile, long ago, or of no site is not told`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            try await fail(stage, lead.id, period: Date())
            try await stage.database.transaction { try await $0.dropNotices(of: subscription, until: Date(), because: "paid") }
            try await fail(stage, lead.id, period: Date() + 1, at: Date() - 4 * 86_400)
            while try await sender(stage).sendNext() {}
            try await fail(stage, lead.id, period: Date() + 2)
            while try await sender(stage, { _ in throw Problem("site-not-found", "No site", status: 404) }).sendNext() {}
            #expect(try await settled(stage) == ["dropped: paid", "dropped: too late", "dropped: no site"])
            #expect(stage.smtp.mails.isEmpty)
        }
    }

    @Test(arguments: ["paused", "cancelled"])
    func `what fails after it was gone on with is told, in the same period too, unless that was told before`(end: String) async throws {
        try await Stage.set { stage in
            let (lead, now, told, untold) = (try await stage.leads(1)[0], Date(), Date(), Date() + 30 * 86_400)
            try await fail(stage, lead.id, period: told, at: now - 50)
            while try await sender(stage).sendNext() {}
            try await fail(stage, lead.id, period: untold, at: now - 40)
            try await stage.database.transaction { try await $0.dropNotices(of: subscription, until: now - 30, because: end) }
            try await fail(stage, lead.id, period: untold, at: now - 45)
            #expect(try await settled(stage) == ["sent", "dropped: \(end)"])

            try await stage.database.transaction { try await $0.forgetUntoldNotices(of: subscription, until: now - 20) }
            for period in [told, untold] { try await fail(stage, lead.id, period: period, at: now - 10) }
            while try await sender(stage).sendNext() {}
            #expect(try await settled(stage) == ["sent", "sent"] && stage.smtp.mails.count == 2)
        }
    }

    @Test func `what isn't taken is tried again; what may have been taken never is`() async throws {
        let manner: @Sendable (String, Int) -> SMTPPeer.Manner = { _, attempt in attempt == 1 ? .refuse("451 4.3.0 later") : .take }
        try await Stage.set(smtp: manner) { stage in
            let lead = try await stage.leads(1)[0]
            try await fail(stage, lead.id)
            let sender = sender(stage)
            try await eventually("it is sent") {
                _ = try await sender.sendNext()
                return stage.smtp.mails.count == 1
            }
            // One whose sender died, before and after it was handed over.
            for (number, wasHandedOver) in [(1.0, false), (2.0, true)] {
                try await fail(stage, lead.id, period: Date() + number)
                let taken = try #require(try await stage.database.claimNotice(for: .milliseconds(1)))
                if wasHandedOver { #expect(try await stage.database.beginHandover(taken)) }
                try await eventually("it is settled") {
                    while try await sender.sendNext() {}
                    return try await !settled(stage).contains("sending")
                }
            }
            #expect(try await settled(stage) == ["sent", "sent", "unknown"])
            #expect(stage.smtp.mails.count == 2)
        }
    }

    @Test func `a lead that was merged is told as the one that stays`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(2)
            try await fail(stage, leads[0].id)
            try await stage.database.transaction { try await $0.merge(leads[0].id, into: leads[1].id) }
            let asked = Mutex<[LeadID]>([])
            let sender = sender(stage) { lead in
                asked.withLock { $0.append(lead) }
                return "https://sites.example.com/sites/lead-1?owner=x"
            }
            while try await sender.sendNext() {}
            #expect(stage.smtp.mails.map(\.recipient) == ["lead1@example.com"] && asked.withLock(\.self) == [leads[1].id])
        }
    }
}
