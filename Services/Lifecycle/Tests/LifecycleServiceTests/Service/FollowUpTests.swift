import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Follow-ups", .timeLimit(.minutes(2)))
struct FollowUpTests {
    private let day = 1_440.0

    private func sweeper(_ bench: Bench, page: Int = 2) -> FollowUpSweeper {
        FollowUpSweeper(database: bench.database, rules: FollowUpRule.standard, logger: quietLogger, page: page)
    }

    private func click(_ lead: LeadID, byMachine: Bool = false) -> MessageClicked {
        MessageClicked(leadID: lead, messageID: .make(), channel: .email, url: "https://a.example", byMachine: byMachine)
    }

    private func purchase(_ lead: LeadID) -> PaymentSucceeded {
        PaymentSucceeded(leadID: lead, siteID: .make(), paymentID: .make(), amount: Money(minorUnits: 1, currency: .gtq))
    }

    private func open(_ bench: Bench, as role: Role = .manager) async throws -> [LeadID] {
        try await bench.ask(ListFollowUps(), as: role).followUps.map(\.leadID)
    }

    private func leads(_ count: Int, _ bench: Bench) async throws -> [Lead] {
        let leads = (0..<count).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        for lead in leads { try await bench.tell(LeadCreated(snapshot: lead)) }
        return leads
    }

    @Test func `looking at all leads takes a hundredth of the time at most, and is done every ten minutes at most`() {
        #expect(FollowUpSweeper.pause(after: .milliseconds(3)) == .seconds(600))
        #expect(FollowUpSweeper.pause(after: .seconds(30)) == .seconds(3_000))
    }

    @Test func `a lead that clicked and bought nothing is told of after three days, once, and who is elsewhere isn't`() async throws {
        let bench = try await Bench()
        try await bench.running(withWorkers: false) {
            let leads = try await leads(8, bench)
            for lead in leads.prefix(7) { try await bench.tell(click(lead.id, byMachine: lead == leads[6]), at: minute(0)) }
            try await bench.tell(purchase(leads[1].id), at: minute(10))
            try await bench.tell(
                MessageUnsubscribed(leadID: leads[2].id, channel: .email, address: "a@example.com", source: "page"),
                at: minute(10)
            )
            var archived = leads[3]
            (archived.version, archived.archivedAt) = (2, minute(20))
            try await bench.tell(LeadArchived(snapshot: archived, changed: ["archived_at"]), at: minute(20))
            try await bench.tell(LeadErased(leadID: leads[4].id), at: minute(20))
            try await bench.settled()

            #expect(try await sweeper(bench).sweep(at: minute(3 * day - 1)) == (0, 0))
            #expect(try await sweeper(bench).sweep(at: minute(3 * day)) == (2, 0))
            #expect(try await sweeper(bench).sweep(at: minute(4 * day)) == (0, 0))
            try await bench.settled()
            for lead in [leads[0], leads[5]] {
                #expect(
                    try await bench.told(FollowUpDue.self, of: lead.id) == [
                        FollowUpDue(
                            leadID: lead.id,
                            rule: "clicked_not_purchased",
                            title: "Clicked, and has not bought",
                            dueAt: minute(3 * day)
                        )
                    ]
                )
            }
            #expect(try await Set(open(bench)) == [leads[0].id, leads[5].id])
        }
        try await bench.close()
    }

    @Test func `a lead with a preview that nobody wrote to is told of after seven days`() async throws {
        let bench = try await Bench()
        let (waiting, written) = (SampleLeads.lead("Cedar", slug: "cedar"), SampleLeads.lead("Oak", slug: "oak"))
        for lead in [waiting, written] { bench.leadIntake.add(lead) }
        try await bench.running {
            for lead in [waiting, written] {
                _ = try await bench.ask(GenerateSite(leadID: lead.id))
                try await eventually("it is generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            }
            try await bench.tell(MessageSent(leadID: written.id, messageID: .make(), channel: .sms, address: "+12055550100"))
            try await bench.settled()
            #expect(try await sweeper(bench).sweep(at: Date() + 6 * 86_400) == (0, 0))
            #expect(try await sweeper(bench).sweep(at: Date() + 8 * 86_400) == (1, 0))
            let listed = try await bench.ask(ListFollowUps(rule: "generated_not_contacted")).followUps
            #expect(listed.map(\.leadID) == [waiting.id] && listed.first?.leadName == "Cedar")
        }
        try await bench.close()
    }

    @Test func `between sweeps only what has become due since is looked at`() async throws {
        let bench = try await Bench()
        try await bench.running(withWorkers: false) {
            let leads = try await leads(5, bench)
            for (number, lead) in leads.enumerated() { try await bench.tell(click(lead.id), at: minute(Double(number))) }
            try await bench.settled()
            let due = 3 * day
            #expect(try await sweeper(bench).raiseDue(since: minute(due), at: minute(due + 3)) == 3)
            #expect(try await Set(open(bench)) == Set(leads[1...3].map(\.id)))
            #expect(try await sweeper(bench).raiseDue(since: minute(due + 3), at: minute(due + 3)) == 0)
            // A sweep finds what was left out.
            #expect(try await sweeper(bench).sweep(at: minute(due + 4)) == (2, 0))
        }
        try await bench.close()
    }

    @Test func `what becomes known late is due at once, and what is known too late cancels`() async throws {
        let bench = try await Bench()
        try await bench.running(withWorkers: false) {
            let leads = try await leads(3, bench)
            try await bench.tell(click(leads[0].id), at: minute(0))
            try await bench.settled()
            #expect(try await sweeper(bench).sweep(at: minute(5 * day)) == (1, 0))
            // Both happened before that sweep. The second lead had bought by then.
            try await bench.tell(click(leads[1].id), at: minute(1))
            try await bench.tell(click(leads[2].id), at: minute(1))
            try await bench.tell(purchase(leads[2].id), at: minute(2))
            try await bench.tell(purchase(leads[0].id), at: minute(2))
            try await bench.settled()
            // What holds no more is nobody's task from that moment on.
            #expect(try await open(bench) == [])
            #expect(try await sweeper(bench).sweep(at: minute(5 * day + 1)) == (1, 1))
            #expect(try await open(bench) == [leads[1].id])
            let cancelled = try await bench.ask(ListFollowUps(state: .cancelled)).followUps
            #expect(cancelled.map(\.leadID) == [leads[0].id] && cancelled.first?.reason == "moved_on")
            try await bench.settled()
            #expect(
                try await bench.told(FollowUpClosed.self, of: leads[0].id) == [
                    FollowUpClosed(leadID: leads[0].id, rule: "clicked_not_purchased", state: .cancelled, cancelledBecause: "moved_on")
                ]
            )
        }
        try await bench.close()
    }

    @Test func `two instances and a crash between pages raise each once, and all`() async throws {
        let bench = try await Bench()
        try await bench.running(withWorkers: false) {
            let leads = try await leads(60, bench)
            for lead in leads { try await bench.tell(click(lead.id), at: minute(0)) }
            try await bench.settled()
            // The crash: a first page is committed, the rest never came to it.
            let first = Task { try await sweeper(bench, page: 7).sweep(at: minute(3 * day)) }
            try await eventually("a page is raised") { try await !open(bench).isEmpty }
            first.cancel()
            _ = try? await first.value
            try await withThrowingTaskGroup(of: Void.self) { group in
                for page in [3, 5, 100] { group.addTask { try await self.sweeper(bench, page: page).sweep(at: minute(3 * day)) } }
                try await group.waitForAll()
            }
            try await bench.settled()
            #expect(try await Set(open(bench)) == Set(leads.map(\.id)))
            for lead in leads { #expect(try await bench.told(FollowUpDue.self, of: lead.id).count == 1) }

            for lead in leads { try await bench.tell(purchase(lead.id), at: minute(1)) }
            try await bench.settled()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for page in [3, 5, 100] { group.addTask { try await self.sweeper(bench, page: page).sweep(at: minute(3 * day)) } }
                try await group.waitForAll()
            }
            // What another instance had just locked, the next sweep finds.
            try await sweeper(bench).sweep(at: minute(3 * day))
            try await bench.settled()
            for lead in leads { #expect(try await bench.told(FollowUpClosed.self, of: lead.id).count == 1) }
        }
        try await bench.close()
    }

    @Test func `the surviving lead of a merge has the merged one's follow-up, and isn't told of it again`() async throws {
        let bench = try await Bench()
        try await bench.running(withWorkers: false) {
            let leads = try await leads(4, bench)
            for lead in [leads[1], leads[3]] { try await bench.tell(click(lead.id), at: minute(0)) }
            try await bench.settled()
            #expect(try await sweeper(bench).sweep(at: minute(3 * day)) == (2, 0))
            _ = try await bench.ask(DismissFollowUp(leadID: leads[3].id, rule: "clicked_not_purchased", reason: "Has no money."))
            for (survivor, merged) in [(leads[0], leads[1]), (leads[2], leads[3])] {
                var snapshot = survivor
                snapshot.version = 2
                try await bench.tell(LeadMerged(snapshot: snapshot, mergedLeadID: merged.id, changed: []), at: minute(10))
            }
            try await bench.settled()
            #expect(try await sweeper(bench).sweep(at: minute(9 * day)) == (0, 0))
            #expect(try await open(bench) == [leads[0].id])
            let told = try await bench.told(FollowUpDue.self, of: leads[0].id)
            #expect(told.map(\.dueAt) == [minute(3 * day)] && told.map(\.title) == ["Clicked, and has not bought"])
            #expect(try await bench.told(FollowUpClosed.self, of: leads[1].id).map(\.cancelledBecause) == ["merged"])
            let asked = try await bench.ask(ListFollowUps(state: .dismissed, leadID: leads[3].id)).followUps
            #expect(asked.map(\.leadID) == [leads[2].id] && asked.first?.reason == "Has no money.")
        }
        try await bench.close()
    }

    @Test func `archiving cancels, erasing cancels and forgets what people wrote`() async throws {
        let bench = try await Bench()
        try await bench.running(withWorkers: false) {
            let leads = try await leads(3, bench)
            for lead in leads { try await bench.tell(click(lead.id), at: minute(0)) }
            try await bench.settled()
            #expect(try await sweeper(bench).sweep(at: minute(3 * day)) == (3, 0))
            _ = try await bench.ask(CompleteFollowUp(leadID: leads[2].id, rule: "clicked_not_purchased", note: "Maria is on holiday."))
            var archived = leads[0]
            (archived.version, archived.archivedAt) = (2, minute(20))
            try await bench.tell(LeadArchived(snapshot: archived, changed: ["archived_at"]), at: minute(20))
            for lead in leads.dropFirst() { try await bench.tell(LeadErased(leadID: lead.id), at: minute(20)) }
            try await bench.settled()
            #expect(try await open(bench) == [])
            #expect(try await sweeper(bench).sweep(at: minute(4 * day)) == (0, 1))
            let cancelled = try await bench.ask(ListFollowUps(state: .cancelled)).followUps
            #expect(
                Dictionary(uniqueKeysWithValues: cancelled.map { ($0.leadID, $0.reason) }) == [
                    leads[0].id: "archived", leads[1].id: "erased",
                ]
            )
            let completed = try #require(try await bench.ask(ListFollowUps(state: .completed)).followUps.first)
            #expect(completed.reason == "(erased)" && completed.leadName == nil)
            let events = try await bench.jetStream.lastMessages(of: "STATUS", 1_000).map { String(decoding: $0.payload, as: UTF8.self) }
            #expect(events.allSatisfy { !$0.contains("Maria") })
        }
        try await bench.close()
    }

    @Test func `people list, complete and dismiss them: agents their own and nobody's`() async throws {
        let bench = try await Bench()
        func problem(_ body: () async throws -> Void) async -> Problem? {
            do {
                try await body()
                return nil
            } catch {
                return error as? Problem
            }
        }
        try await bench.running(withWorkers: false) {
            var leads = (0..<5).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
            leads[0].assignedTo = "ana"
            leads[1].assignedTo = "ben"
            for (number, lead) in leads.enumerated() {
                try await bench.tell(LeadCreated(snapshot: lead))
                try await bench.tell(click(lead.id), at: minute(Double(number)))
            }
            try await bench.settled()
            try await sweeper(bench).sweep(at: minute(4 * day))
            let rule = "clicked_not_purchased"

            // Pages, what has been due for longest first.
            var listed: [LeadID] = []
            var cursor: String?
            repeat {
                let page = try await bench.ask(ListFollowUps(limit: 2, cursor: cursor))
                listed += page.followUps.map(\.leadID)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(listed == leads.map(\.id))
            #expect(try await open(bench, as: .agent) == [leads[0], leads[2], leads[3], leads[4]].map(\.id))
            #expect(try await bench.ask(ListFollowUps(assignedTo: "ben")).followUps.map(\.leadID) == [leads[1].id])
            #expect(await problem { _ = try await bench.ask(ListFollowUps(limit: 0, cursor: "x")) }?.errors?.count == 2)

            let key = IdempotencyKey.make()
            let completed = try await bench.ask(CompleteFollowUp(leadID: leads[0].id, rule: rule, note: " Rang. "), as: .agent, key: key)
            #expect(completed.state == .completed && completed.closedBy == "ana" && completed.reason == "Rang.")
            #expect(
                try await bench.ask(CompleteFollowUp(leadID: leads[0].id, rule: rule, note: " Rang. "), as: .agent, key: key) == completed
            )
            let again = await problem { _ = try await bench.ask(DismissFollowUp(leadID: leads[0].id, rule: rule, reason: "x")) }
            #expect(again?.status == 409 && again?.detail?.hasPrefix("The follow-up was completed by ana at ") == true)
            #expect(await problem { _ = try await bench.ask(CompleteFollowUp(leadID: leads[1].id, rule: rule), as: .agent) }?.status == 403)
            #expect(await problem { _ = try await bench.ask(DismissFollowUp(leadID: leads[1].id, rule: rule, reason: " ")) }?.status == 422)
            #expect(await problem { _ = try await bench.ask(CompleteFollowUp(leadID: leads[1].id, rule: "no_rule")) }?.status == 404)
            _ = try await bench.ask(DismissFollowUp(leadID: leads[1].id, rule: rule, reason: "Closed down."))
            #expect(try await open(bench) == leads.dropFirst(2).map(\.id))
            try await bench.settled()
            #expect(
                try await bench.told(FollowUpClosed.self, of: leads[1].id)
                    == [FollowUpClosed(leadID: leads[1].id, rule: rule, state: .dismissed, actor: "ana")]
            )
            #expect(try await sweeper(bench).sweep(at: minute(9 * day)) == (0, 0))
        }
        try await bench.close()
    }
}
