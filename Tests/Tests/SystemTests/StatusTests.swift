import Contracts
import Foundation
import LocalStack
import Testing

/// What a person did, and what machines did on the way, from the mail to the words.
@Suite("Statuses, end to end", .timeLimit(.minutes(3)))
struct StatusTests {
    @Test func `what mail proxies and scanners do is kept as that, moves nothing, and is explained`() async throws {
        let system = try await TestSystem.shared()
        let (lead, _) = try await system.leadWithSite(system.business("Status One"))
        _ = try await system.write(to: lead, by: .email)
        let mail = try await system.mail(to: lead)
        try await system.waitFor(contact: .emailed, of: lead.id)

        // Apple's privacy proxy loads the picture, and a scanner follows the link.
        let (pixel, link) = (try #require(mail.images.first { $0.contains("/t/") }), try #require(mail.links.first { $0.contains("/t/") }))
        _ = try await system.get(pixel, headers: [("User-Agent", "Mozilla/5.0")])
        _ = try await system.get(link, headers: [("User-Agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")])
        try await system.eventually("the machines were never heard of") {
            try await system.history(of: lead.id, .contact).count { $0.byMachine == true } == 2
        }
        let machines = try await system.history(of: lead.id, .contact).filter { $0.byMachine == true }
        #expect(machines.allSatisfy { $0.ignoredBecause == "machine" && $0.to == nil })
        #expect(try await system.status(of: lead.id)?.contactStatus == .emailed)

        // Nobody reads in two seconds: a person's click counts once the mail is older than that.
        try await system.eventually("no click counted as a person's") {
            _ = try await system.get(link)
            return try await system.status(of: lead.id)?.contactStatus == .clicked
        }
        let explained = try await system.client.ask(ExplainStatus(leadID: lead.id, field: .contact))
        #expect(explained.text.hasPrefix("The contact status is clicked since ") && explained.text.contains("a machine followed a link"))
        #expect((explained.statuses.first?.ignored.first { $0.because == "machine" }?.count ?? 0) >= 2)
    }

    @Test func `every status of the system is what its history makes of it`() async throws {
        let system = try await TestSystem.shared()
        let (lead, _) = try await system.leadWithSite(system.business("Status Two"))
        var answer = VerifyStatuses.Answer(leads: 0, decisions: 0, differences: [])
        repeat {
            let page = try await system.client.ask(VerifyStatuses(limit: 10, cursor: answer.nextCursor))
            answer.leads += page.leads
            answer.differences += page.differences
            answer.nextCursor = page.nextCursor
        } while answer.nextCursor != nil
        #expect(answer.leads > 0 && answer.differences.isEmpty)
        #expect(try await system.client.ask(GetStatuses(leadIDs: [lead.id])).statuses.first?.status.websiteStatus == .generated)
    }
}
