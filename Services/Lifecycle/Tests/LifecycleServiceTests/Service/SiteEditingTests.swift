import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Editing a site", .timeLimit(.minutes(2)))
struct SiteEditingTests {
    /// A site at version 1.
    private func generated(_ lead: Lead = SampleLeads.plumber, _ body: (Bench, Site) async throws -> Void) async throws {
        let bench = try await Bench()
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            try await body(bench, try #require(try await bench.status(of: lead.id).site))
        }
        try await bench.close()
    }

    private func html(_ bench: Bench, _ site: Site, version: Int? = nil) async throws -> String {
        try #require(try await bench.ask(GetSite(siteID: site.id, version: version, withHTML: true)).html)
    }

    /// The status of the problem that is answered; none when it is done.
    private func refusal(_ bench: Bench, _ question: some Command, as role: Role = .manager) async -> Int? {
        do {
            _ = try await bench.ask(question, as: role)
            return nil
        } catch {
            return (error as? Problem)?.status
        }
    }

    @Test func `an edit is a version of its own, seen on the page; the one before is kept, and comes back to the byte`() async throws {
        try await generated { bench, site in
            let first = try await html(bench, site)
            let changes = SiteContentChanges {
                $0.tagline = .set("Pipes <b>mended</b> today")
                $0.name = .set("Cedar\n & Daughters")
                $0.phone = .set("+1 205 555 0199")
                $0.hours = .set([DayHours(day: "Monday", hours: "10 AM to 4 PM")])
                $0.eyebrow = .clear
            }
            let edited = try await bench.ask(EditSiteContent(siteID: site.id, changes: changes, expectedVersion: 1))
            #expect(edited.site.version == 2 && edited.site.title == "Cedar & Daughters" && edited.websiteStatus == .generated)

            let now = try await bench.ask(GetSite(siteID: site.id))
            #expect(now.version?.madeBy == .edit && now.version?.requestedBy == "ana")
            #expect(now.content?.tagline == "Pipes <b>mended</b> today" && now.content?.eyebrow == nil)
            #expect(now.content?.edited == ["eyebrow", "hours", "name", "phone", "tagline"])
            let page = try await html(bench, site)
            #expect(page.contains("Pipes &lt;b&gt;mended&lt;/b&gt; today") && page.contains("tel:+12055550199"))
            // What machines read agrees with what people read.
            #expect(page.contains(#""opens":"10:00""#) && !page.contains(#""opens":"07:30""#))

            let versions = try await bench.ask(ListSiteVersions(siteID: site.id)).versions
            #expect(versions.map(\.version) == [2, 1] && versions.map(\.isCurrent) == [true, false])
            let restored = try await bench.ask(RestoreVersion(siteID: site.id, version: 1, expectedVersion: 2))
            #expect(restored.site.version == 3 && restored.site.title == "Cedar & Sons Plumbing")
            #expect(try await html(bench, site) == first)
            #expect(try await bench.ask(GetSite(siteID: site.id)).version?.restoredFrom == 1)
            #expect(try await html(bench, site, version: 2) == page)
            try await bench.settled()
            #expect(try await bench.told(SiteGenerated.self, of: site.leadID).map(\.version) == [1, 2, 3])
        }
    }

    @Test func `what somebody else changed meanwhile is not overwritten, and a repeat is done once`() async throws {
        try await generated { bench, site in
            let command = EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("Call us") }, expectedVersion: 1)
            let key = IdempotencyKey.make()
            #expect(try await bench.ask(command, key: key).site.version == 2)
            #expect(try await bench.ask(command, key: key).site.version == 2)
            #expect(await refusal(bench, command) == 409)
            // Nothing new is no version.
            let same = EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set(" Call  us ") })
            #expect(try await bench.ask(same).site.version == 2)
            // Of many at once who saw the same version, one is first.
            let answers = try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    let changes = SiteContentChanges { $0.closing = .set("Call \(number)") }
                    let command = EditSiteContent(siteID: site.id, changes: changes, expectedVersion: 2)
                    group.addTask { await refusal(bench, command) }
                }
                return try await group.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(answers.count { $0 == nil } == 1 && answers.count { $0 == 409 } == 7)
            #expect(try await bench.ask(GetSite(siteID: site.id)).site.version == 3)
        }
    }

    @Test func `the way to another address leads there`() async throws {
        try await generated { bench, site in
            #expect(try await html(bench, site).contains("query_place_id=ChIJexample"))
            let changes = SiteContentChanges { $0.addressLines = .set(["1 Oak St", "Dothan, AL"]) }
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: changes))
            let page = try await html(bench, site)
            #expect(page.contains("1%20Oak%20St,%20Dothan,%20AL") && !page.contains("ChIJexample"))
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.addressLines = .clear }))
            #expect(try await !html(bench, site).contains("/maps/search/"))
        }
    }

    @Test func `a fact that is corrected is corrected wherever the page tells it`() async throws {
        try await generated { bench, site in
            let changes = SiteContentChanges {
                $0.phone = .set("(205) 555-0199")
                $0.name = .set("Cedar Plumbing")
                $0.hours = .set([DayHours(day: "Monday", hours: "9 AM to 4 PM")])
                $0.addressLines = .set(["1 Oak St", "Dothan, AL"])
            }
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: changes))
            let content = try #require(try await bench.ask(GetSite(siteID: site.id)).content)
            #expect(
                content.about?.text
                    == "Cedar Plumbing is a plumber. You will find us at 1 Oak St, Dothan, AL. Our rating on Google is 4.8 out of 5, from 127 reviews."
            )
            #expect(content.callToAction == "Give us a call at (205) 555-0199." && content.edited.count == 4)
            let page = try await html(bench, site)
            #expect(!page.contains("555-0142") && !page.contains("Cahaba") && !page.contains("Sons") && !page.contains("7:30 AM"))

            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.phone = .clear }))
            #expect(try await bench.ask(GetSite(siteID: site.id)).content?.callToAction == "Drop us a line at office@cedar.example.")
            #expect(try await !html(bench, site).contains("555-0199"))
        }
    }

    @Test func `what people wrote of a fact stays as they wrote it`() async throws {
        try await generated { bench, site in
            let about = SiteText(title: "Us", text: "Ask for Jo at (205) 555-0142.")
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.about = .set(about) }))
            let changes = SiteContentChanges {
                $0.phone = .set("(205) 555-0199")
                $0.callToAction = .set("Give us a call at (205) 555-0142 before noon.")
            }
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: changes))
            let content = try #require(try await bench.ask(GetSite(siteID: site.id)).content)
            #expect(content.about == about && content.callToAction == "Give us a call at (205) 555-0142 before noon.")
        }
    }

    @Test func `all that is wrong with an edit is named at once`() async throws {
        try await generated { bench, site in
            let changes = SiteContentChanges {
                $0.name = .clear
                $0.tagline = .set(String(repeating: "a", count: 2_001))
                $0.phone = .set("javascript:alert(1)")
                $0.email = .set("a@b")
                $0.cards = .set([SiteText(title: "", text: "x")])
                $0.hours = .set(Array(repeating: DayHours(day: "Monday", hours: "Closed"), count: 15))
            }
            let problem = await #expect(throws: Problem.self) {
                try await bench.ask(EditSiteContent(siteID: site.id, changes: changes))
            }
            let pointers = Set(problem?.errors?.map(\.pointer) ?? [])
            let expected = ["name", "tagline", "phone", "email", "cards/0/title", "hours"].map { "/changes/\($0)" }
            #expect(problem?.status == 422 && pointers == Set(expected))
        }
    }

    @Test func `regenerate writes anew in the tone that is asked for; the edit stays in its version`() async throws {
        try await generated { bench, site in
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.tagline = .set("Ours") }))
            let answer = try await bench.ask(RegenerateSite(siteID: site.id, tone: .direct, expectedVersion: 2))
            #expect(answer.websiteStatus == .generating)
            try await eventually("generated anew") { try await bench.status(of: site.leadID).websiteStatus == .generated }
            let now = try await bench.ask(GetSite(siteID: site.id))
            #expect(now.site.version == 3 && now.site.tone == .direct && now.content?.tagline != "Ours")
            #expect(try await bench.ask(GetSite(siteID: site.id, version: 2)).content?.tagline == "Ours")
        }
    }

    @Test func `an archived site is gone, is told, and nothing is changed on it any more`() async throws {
        try await generated { bench, site in
            #expect(await refusal(bench, ArchiveSite(siteID: site.id, reason: " ")) == 422)
            let answer = try await bench.ask(ArchiveSite(siteID: site.id, reason: "The business closed."), as: .agent)
            #expect(answer.site.state == .archived && answer.websiteStatus == .archived && answer.site.archivedAt != nil)
            #expect(try await bench.ask(ArchiveSite(siteID: site.id, reason: "Again.")).site.archivedAt == answer.site.archivedAt)
            try await bench.settled()
            #expect(try await bench.told(SiteArchived.self, of: site.leadID).map(\.reason) == ["The business closed."])
            let last = try #require(try await bench.history(of: site.leadID, .website).last)
            #expect(last.to == "archived" && last.cause.reason == "The business closed." && last.cause.actor == "ana")
            #expect(await refusal(bench, EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("x") })) == 409)
            #expect(await refusal(bench, RestoreVersion(siteID: site.id, version: 1)) == 409)
            #expect(await refusal(bench, RegenerateSite(siteID: site.id)) == 409)
        }
    }

    @Test func `a customer's site is taken down by a manager, not by an agent`() async throws {
        try await generated { bench, site in
            _ = try await bench.ask(OverrideStatus(leadID: site.leadID, field: .website, to: "sold", reason: "Paid in cash."))
            #expect(await refusal(bench, ArchiveSite(siteID: site.id, reason: "Closed."), as: .agent) == 403)
            #expect(try await bench.ask(ArchiveSite(siteID: site.id, reason: "Closed.")).websiteStatus == .archived)
        }
    }

    @Test func `a customer's site is changed by a manager, not by an agent, who is told why`() async throws {
        try await generated { bench, site in
            let commands: [any Command] = [
                EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("x") }), RestoreVersion(siteID: site.id, version: 1),
                RegenerateSite(siteID: site.id), GenerateSite(leadID: site.leadID), ArchiveSite(siteID: site.id, reason: "x"),
            ]
            let edit = EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("Call us") })
            #expect(await refusal(bench, edit, as: .agent) == nil, "a preview")
            _ = try await bench.ask(OverrideStatus(leadID: site.leadID, field: .website, to: "sold", reason: "Paid in cash."))
            for command in commands { #expect(await refusal(bench, command, as: .agent) == 403, "\(command)") }
            let problem = await #expect(throws: Problem.self) { try await bench.ask(RegenerateSite(siteID: site.id), as: .agent) }
            #expect(problem?.detail == "The site is a customer's: only a manager or an admin changes it.")
            #expect(await refusal(bench, RestoreVersion(siteID: site.id, version: 1)) == nil)
        }
    }

    @Test func `a customer's site is suspended and resumed by a manager: 503 meanwhile, still sold, recorded and told`() async throws {
        try await generated { bench, site in
            func shown() async throws -> (status: HTTPResponse.Status, retryAfter: String?, body: String) {
                try await bench.api.test(.router) { client in
                    let answer = try await client.execute(uri: "/sites/\(site.slug)", method: .get)
                    return (answer.status, answer.headers[.retryAfter], String(buffer: answer.body))
                }
            }
            let suspend = SuspendSite(siteID: site.id, reason: "Asked us to pause.")
            #expect(await refusal(bench, suspend) == 409, "a preview")
            _ = try await bench.ask(OverrideStatus(leadID: site.leadID, field: .website, to: "sold", reason: "Paid in cash."))
            #expect(await refusal(bench, suspend, as: .agent) == 403)
            #expect(await refusal(bench, SuspendSite(siteID: site.id, reason: " ")) == 422)
            try await eventually("the customer's") { try await shown().status == .ok }

            for _ in 0..<2 {
                let suspended = try await bench.ask(suspend)
                #expect(suspended.site.state == .suspended && suspended.websiteStatus == .sold)
            }
            try await eventually("away") { try await shown().status == .serviceUnavailable }
            let away = try await shown()
            #expect(away.retryAfter == "3600")
            #expect(away.body.contains("away for the moment") && !away.body.contains("Asked us"))

            let resumed = try await bench.ask(ResumeSite(siteID: site.id, reason: "They are back."))
            #expect(resumed.site.state == .active && resumed.websiteStatus == .sold)
            try await eventually("there again") { try await shown().status == .ok }
            try await bench.settled()
            #expect(try await bench.told(SiteSuspended.self, of: site.leadID).map(\.reason) == ["Asked us to pause."])
            let restored = try await bench.told(SiteRestored.self, of: site.leadID)
            #expect(restored.map(\.state) == [.active] && restored.map(\.url) == [site.url])
            let words = try await bench.ask(ExplainStatus(leadID: site.leadID)).text
            #expect(words.contains(#"ana suspended the site ("Asked us to pause.")"#), "\(words)")
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)

            // What has ended is gone, suspended or not.
            _ = try await bench.ask(suspend)
            #expect(try await bench.ask(ArchiveSite(siteID: site.id, reason: "Closed.")).site.state == .archived)
            try await eventually("gone") { try await shown().status == .gone }
            #expect(await refusal(bench, ResumeSite(siteID: site.id, reason: "x")) == 409)
        }
    }

    @Test func `a site that is still paid for is taken down only with its subscription, which the provider ends first`() async throws {
        try await generated { bench, site in
            let (subscription, amount) = (SubscriptionID.make(), Money(minorUnits: 150_000, currency: .gtq))
            try await bench.tell(
                PaymentSucceeded(leadID: site.leadID, siteID: site.id, paymentID: .make(), subscriptionID: subscription, amount: amount)
            )
            try await eventually("sold") { try await bench.status(of: site.leadID).site?.subscriptionStatus == .active }
            let archive = ArchiveSite(siteID: site.id, reason: "Closed.")
            let problem = await #expect(throws: Problem.self) { try await bench.ask(archive) }
            #expect(problem?.status == 409 && problem?.type == "/problems/subscription-goes-on")
            #expect(problem?.detail?.contains("\(subscription) is active") == true)
            #expect(problem?.errors?.map(\.pointer) == ["/cancel_subscription"])

            let withIt = ArchiveSite(siteID: site.id, reason: "Closed.", cancelSubscription: true)
            #expect(await refusal(bench, withIt, as: .agent) == 403)
            bench.billing.refuse(true)
            #expect(await refusal(bench, withIt) == 502)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .sold && bench.billing.ended.isEmpty)

            bench.billing.refuse(false)
            let archived = try await bench.ask(withIt)
            #expect(archived.websiteStatus == .archived && bench.billing.ended == [subscription])
            // Billing's word of it changes nothing any more.
            try await bench.tell(
                SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription, endsAt: Date() + 86_400)
            )
            try await bench.settled()
            #expect(try await bench.status(of: site.leadID).websiteStatus == .archived)
            #expect(try await bench.ask(archive).site.subscriptionStatus == .cancelled)
        }
    }

    @Test func `an agent works on the sites of their own leads and nobody's; what isn't there is 404`() async throws {
        var lead = SampleLeads.plumber
        lead.assignedTo = "ben"
        try await generated(lead) { bench, site in
            let edit = EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("x") })
            #expect(await refusal(bench, edit, as: .agent) == 403)
            #expect(await refusal(bench, GetSite(slug: site.slug), as: .agent) == 403)
            #expect(await refusal(bench, ListSiteVersions(siteID: site.id), as: .agent) == 403)
            #expect(await refusal(bench, RestoreVersion(siteID: site.id, version: 1), as: .agent) == 403)
            #expect(await refusal(bench, RegenerateSite(siteID: site.id), as: .agent) == 403)
            #expect(await refusal(bench, ArchiveSite(siteID: site.id, reason: "x"), as: .agent) == 403)
            #expect(await refusal(bench, GetSite(siteID: .make())) == 404)
            #expect(await refusal(bench, GetSite(leadID: .make())) == 404)
            #expect(await refusal(bench, GetSite(siteID: site.id, version: 9)) == 404)
            #expect(await refusal(bench, RestoreVersion(siteID: site.id, version: 9)) == 404)
            #expect(await refusal(bench, GetSite()) == 422)
            #expect(await refusal(bench, ListSiteVersions(siteID: site.id, cursor: "x")) == 422)
            let found = try await bench.ask(GetSite(leadID: site.leadID)).site
            #expect(found.id == site.id)
        }
    }

    @Test func `versions come in pages, the newest first`() async throws {
        try await generated { bench, site in
            for number in 2...5 {
                _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("Call \(number)") }))
            }
            let first = try await bench.ask(ListSiteVersions(siteID: site.id, limit: 3))
            #expect(first.versions.map(\.version) == [5, 4, 3])
            let second = try await bench.ask(ListSiteVersions(siteID: site.id, limit: 3, cursor: first.nextCursor))
            #expect(second.versions.map(\.version) == [2, 1] && second.nextCursor == nil)
        }
    }
}
