import Contracts
import Foundation
import LocalStack
import Outbound
import Testing

/// What the product is for, as stories across all services.
@Suite("Stories", .timeLimit(.minutes(3)))
struct StoryTests {
    @Test func `1: a site is generated for an existing lead; nobody has been written to yet`() async throws {
        let system = try await TestSystem.shared()
        let lead = try await system.lead(system.business("Story One"))
        try await system.eventually("lifecycle never heard of the lead") {
            try await system.status(of: lead.id)?.websiteStatus == WebsiteStatus.none
        }

        let site = try await system.client.ask(CreateSite(leadID: lead.id)).site
        #expect(site.leadID == lead.id)
        let asked = try await system.client.ask(GenerateSite(leadID: lead.id))
        #expect([.generating, .generated].contains(asked.websiteStatus))
        try await system.waitFor(website: .generated, of: lead.id)

        #expect(try await system.history(of: lead.id, .website).compactMap(\.to) == ["generating", "generated"])
        #expect(try await system.status(of: lead.id)?.contactStatus == .pending)

        let page = try await system.get("\(system.stack.url(of: .lifecycle))/sites/\(site.slug)")
        #expect(page.status == 200)
        let html = String(decoding: page.body, as: UTF8.self)
        #expect(html.contains(lead.name))
        #expect(html.contains("\(system.stack.url(of: .billingWebhook))/checkout/\(site.slug)"))
    }

    @Test func `2: a site made from business data alone creates its lead; two at once create one`() async throws {
        let system = try await TestSystem.shared()
        let draft = system.business("Story Two")
        async let first = system.client.ask(CreateSite(business: draft))
        async let second = system.client.ask(CreateSite(business: draft))
        let answers = try await [first, second]

        #expect(Set(answers.map(\.leadID)).count == 1)
        #expect(Set(answers.map(\.site.id)).count == 1)
        #expect(answers.count { $0.created } == 1)
        let lead = try await system.client.ask(GetLead(leadID: answers[0].leadID)).lead
        #expect(lead.name == draft.name)
        #expect(answers[0].site.leadID == lead.id)
    }

    @Test func `3 and 6: a paid checkout sells the site and makes a customer; what is cancelled is paid for until its period ends`()
        async throws
    {
        let system = try await TestSystem.shared()
        let (lead, site) = try await system.leadWithSite(system.business("Story Three"))
        try await system.eventually("billing never heard of the site") {
            try await system.get("\(system.stack.url(of: .billingWebhook))/checkout/\(site.slug)").status == 303
        }
        try await system.waitFor(contact: .interested, of: lead.id)
        try await system.buy(site, as: lead)

        try await system.waitFor(contact: .purchased, of: lead.id)
        try await system.waitFor(website: .sold, of: lead.id)
        try await system.eventually("the subscription never started") {
            try await system.client.ask(GetCustomer(leadID: lead.id)).subscriptions.map(\.state) == [.active]
        }
        let customer = try await system.client.ask(GetCustomer(leadID: lead.id))
        #expect(customer.customerID != nil)
        #expect(customer.payments.map(\.state) == ["succeeded"], "the same payment is told twice, and counted once")
        #expect(customer.checkouts.map(\.state) == ["paid"], "the two visits to the checkout shared one")

        let subscription = try #require(customer.subscriptions.first)
        let page = "\(system.stack.url(of: .lifecycle))/sites/\(site.slug)"
        try await system.pull("cancel", ["subscription_id": subscription.providerID])
        try await system.eventually("the cancellation never came to the site") {
            try await system.status(of: lead.id)?.site?.subscriptionStatus == .cancelled
        }
        let customers = try #require(try await system.status(of: lead.id))
        #expect(customers.websiteStatus == .sold && customers.contactStatus == .purchased)
        let left = try #require(customers.site?.endsAt).timeIntervalSinceNow
        #expect((27 * 86_400...31 * 86_400).contains(left), "the month that is paid for")
        #expect(try await system.get(page).status == 200)
    }

    @Test func `a site is deployed as a file of the stack`() async throws {
        let system = try await TestSystem.shared()
        let (lead, site) = try await system.leadWithSite(system.business("Story Deployed"))
        _ = try await system.client.ask(DeploySite(siteID: site.id))
        try await system.waitFor(website: .deployed, of: lead.id)
        let address = try #require(try await system.status(of: lead.id)?.site?.deployedURL)
        let file = try #require(URL(string: address))
        #expect(file.isFileURL && file.pathComponents.suffix(3).dropLast() == ["sites", site.slug])
        #expect(try String(contentsOf: file, encoding: .utf8).contains("/checkout/\(site.slug)"))
    }

    @Test func `6: a customer's site is taken down with the subscription, and can be sold again when it is brought back`() async throws {
        let system = try await TestSystem.shared()
        let (lead, site) = try await system.leadWithSite(system.business("Story Six"))
        let checkout = "\(system.stack.url(of: .billingWebhook))/checkout/\(site.slug)"
        try await system.eventually("billing never heard of the site") { try await system.get(checkout).status == 303 }
        try await system.buy(site, as: lead)
        try await system.waitFor(website: .sold, of: lead.id)
        try await system.eventually("the subscription never started") {
            try await system.status(of: lead.id)?.site?.subscriptionStatus == .active
        }

        let problem = await #expect(throws: Problem.self) {
            try await system.client.ask(ArchiveSite(siteID: site.id, reason: "Closed."))
        }
        #expect(problem?.status == 409)
        _ = try await system.client.ask(ArchiveSite(siteID: site.id, reason: "Closed.", cancelSubscription: true))
        try await system.eventually("the page is still there") {
            try await system.get("\(system.stack.url(of: .lifecycle))/sites/\(site.slug)").status == 410
        }
        #expect(try await system.client.ask(GetCustomer(leadID: lead.id)).subscriptions.map(\.state) == [.cancelled])
        try await system.eventually("billing never heard that it is gone") { try await system.get(checkout).status == 410 }

        _ = try await system.client.ask(
            OverrideStatus(leadID: lead.id, field: .website, to: "generated", reason: "They would like it back.")
        )
        try await system.eventually("billing never heard that it is back") { try await system.get(checkout).status == 303 }
    }

    @Test func `4: an e-mail is sent, opened and clicked; sent again, nothing moves back`() async throws {
        let system = try await TestSystem.shared()
        let (lead, site) = try await system.leadWithSite(system.business("Story Four"))
        _ = try await system.write(to: lead, by: .email)
        try await system.waitFor(contact: .emailed, of: lead.id)

        let mail = try await system.mail(to: lead)
        #expect(mail.text?.isEmpty == false)
        #expect(mail.html?.isEmpty == false)
        #expect(mail.unsubscribe != nil)

        // A scanner that looks at once moves nothing.
        _ = try await system.get(
            try #require(mail.images.first { $0.contains("/t/") }),
            headers: [("User-Agent", "Mimecast link protection bot")]
        )
        let image = try #require(mail.images.first { $0.contains("/t/") })
        let pixel = try await system.get(image)
        #expect(pixel.status == 200)
        #expect(pixel.headers["Content-Type"] == "image/gif")
        // Nobody reads a mail within two seconds of its arrival; a person looks again.
        try await system.eventually("the contact status never became opened") {
            _ = try await system.get(image)
            return try await system.status(of: lead.id)?.contactStatus == .opened
        }

        let click = try await system.get(try #require(mail.links.first { $0.contains("/t/") }))
        #expect(click.status == 302)
        #expect(click.headers["Location"]?.contains("/sites/\(site.slug)") == true)
        try await system.waitFor(contact: .clicked, of: lead.id)

        _ = try await system.write(to: lead, by: .email)
        try await system.eventually("the second sending was never recorded") {
            try await system.history(of: lead.id, .contact).contains {
                $0.cause.type == "plumbline.message.sent.v1" && $0.ignoredBecause != nil
            }
        }
        #expect(try await system.status(of: lead.id)?.contactStatus == .clicked)
        #expect(try await system.history(of: lead.id, .contact).compactMap(\.to) == ["emailed", "opened", "clicked"])
    }

    @Test func `5: a text is delivered and answered; STOP ends it, and the next campaign leaves the number alone`() async throws {
        let system = try await TestSystem.shared()
        let (lead, _) = try await system.leadWithSite(system.business("Story Five", email: false, phone: "+12025550143"))
        let campaign = try await system.write(to: lead, by: .sms)
        try await system.waitFor(contact: .smsSent, of: lead.id)
        _ = try await system.text(to: lead)
        try await system.eventually("the delivery was never told") {
            try await system.client.ask(GetCampaignResults(campaignID: campaign)).delivered == 1
        }

        let ours = "+15005550006"
        try await system.pull("text", ["from": "+12025550143", "to": ours, "body": "Who is this?"])
        try await system.waitFor(contact: .replied, of: lead.id)
        try await system.pull("text", ["from": "+12025550143", "to": ours, "body": " stop "])
        try await system.waitFor(contact: .unsubscribed, of: lead.id)

        let filter = AudienceFilter(leadIDs: [lead.id])
        try await system.eventually("the suppression was never seen") {
            try await system.client.ask(PreviewCampaign(channel: .sms, filter: filter)).audience == 0
        }

        try await system.pull("text", ["from": "+12025550143", "to": ours, "body": "START"])
        try await system.waitFor(contact: .replied, of: lead.id)
    }

    @Test func `5: a text that can't be delivered marks its lead as bounced`() async throws {
        let system = try await TestSystem.start(
            sandbox: StackPlan.SandboxPlan(
                settings: TestSystem.quietPeople.merging(["SANDBOX_RATE_UNDELIVERED": "1", "SANDBOX_RATE_SWITCHED_OFF": "0"]) { $1 }
            )
        )
        let (lead, _) = try await system.leadWithSite(system.business("Story Five B", email: false, phone: "+12025550144"))
        _ = try await system.write(to: lead, by: .sms)
        try await system.waitFor(contact: .bounced, of: lead.id)
        try await system.stop()
    }

    @Test func `an unsubscribe takes one POST and no GET`() async throws {
        let system = try await TestSystem.shared()
        let (lead, _) = try await system.leadWithSite(system.business("Story Seven"))
        _ = try await system.write(to: lead, by: .email)
        let link = try #require(try await system.mail(to: lead).unsubscribe)

        #expect(try await system.get(link).status == 200)
        try await system.waitFor(contact: .emailed, of: lead.id)
        let answer = try await system.post(link, "List-Unsubscribe=One-Click", type: "application/x-www-form-urlencoded")
        #expect(answer.status == 200)
        try await system.waitFor(contact: .unsubscribed, of: lead.id)
    }
}
