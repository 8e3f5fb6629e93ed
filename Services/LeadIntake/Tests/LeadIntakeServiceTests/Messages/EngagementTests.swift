import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Engagement", .timeLimit(.minutes(2)))
struct EngagementTests {
    static let may = Actor(id: "may", role: .manager)
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    /// At 50: free mail, no company.
    private func make(_ live: IntakeBench.Live, _ name: String = "La Fonda", email: String = "fonda@gmail.com") async throws -> Lead {
        let draft = LeadDraft(name: name, country: "GT", email: email, source: .googleBusiness)
        return try await live.commands.call(CreateLead(business: draft), as: Self.may).lead
    }

    private func lead(_ id: LeadID, _ live: IntakeBench.Live) async throws -> GetLead.Answer {
        try await live.commands.call(GetLead(leadID: id), as: Self.may)
    }

    private func opened(_ lead: Lead, byMachine: Bool = false) -> MessageOpened {
        MessageOpened(leadID: lead.id, messageID: .make(), channel: .email, byMachine: byMachine)
    }

    private func clicked(_ lead: Lead, byMachine: Bool = false) -> MessageClicked {
        MessageClicked(leadID: lead.id, messageID: .make(), channel: .email, url: "https://a.example", byMachine: byMachine)
    }

    private func bounced(_ lead: Lead, isPermanent: Bool = true, address: String = "fonda@gmail.com") -> MessageBounced {
        MessageBounced(leadID: lead.id, messageID: .make(), channel: .email, address: address, isPermanent: isPermanent)
    }

    private func status(_ lead: Lead, _ to: ContactStatus) -> ContactStatusChanged {
        ContactStatusChanged(leadID: lead.id, from: .pending, to: to, cause: StatusCause(type: "manual"), at: Date())
    }

    @Test func `what a lead does with our messages raises its score, each kind once, and is told and explained`() async throws {
        try await bench.live { live in
            let lead = try await make(live)
            #expect(lead.leadScore == 50)
            try await live.tell(opened(lead), times: 3)
            try await live.tell(opened(lead))
            try await live.settled()
            #expect(try await self.lead(lead.id, live).lead.leadScore == 55)

            try await live.tell(clicked(lead))
            try await live.tell(MessageReplied(leadID: lead.id, channel: .email))
            try await live.settled()
            let now = try await self.lead(lead.id, live)
            #expect(now.lead.leadScore == 85 && now.lead.isHot)
            #expect(now.scores?.leadScore.factors.map(\.factor) == ["base", "opened", "clicked", "replied"])

            try await live.tell(status(lead, .interested))
            try await live.tell(status(lead, .replied))
            try await live.settled()
            let last = try await self.lead(lead.id, live)
            #expect(last.lead.leadScore == 100 && last.scores?.leadScore.computed == 100)
            #expect(last.scores?.leadScore.factors.map(\.points).reduce(0, +) == 110)

            let told = try await bench.payloads(of: LeadUpdated.self).filter { $0.changed == ["lead_score"] }
            #expect(told.last?.snapshot == last.lead)
            let audit = try await live.commands.call(GetLeadAudit(leadID: lead.id), as: Self.may).entries
            #expect(audit.first?.actor == "service:lead-intake" && audit.first?.reason == "the lead is interested")
            #expect(audit.filter { $0.field == "lead_score" }.count == told.count)
        }
        await bench.close()
    }

    @Test func `what machines do, what may be mended, and what is already known moves nothing`() async throws {
        try await bench.live { live in
            let lead = try await make(live)
            try await live.tell(opened(lead, byMachine: true))
            try await live.tell(clicked(lead, byMachine: true))
            try await live.tell(bounced(lead, isPermanent: false))
            try await live.tell(bounced(lead, address: "old@gmail.com"))
            try await live.tell(status(lead, .opened))
            try await live.tell(MessageReplied(leadID: .make(), channel: .email))
            try await live.settled()
            #expect(try await self.lead(lead.id, live).lead == lead)
            #expect(try await bench.events() == ["crm.lead.created"])
        }
        await bench.close()
    }

    @Test func `a bounce stands for the address it came from`() async throws {
        try await bench.live { live in
            let lead = try await make(live)
            try await live.tell(bounced(lead, address: "Fonda@gmail.com"))
            try await live.settled()
            #expect(try await self.lead(lead.id, live).lead.leadScore == 30)
            let changes = LeadChanges { $0.email = .set("fonda2@gmail.com") }
            let mended = try await live.commands.call(UpdateLead(leadID: lead.id, changes: changes), as: Self.may)
            #expect(mended.lead.leadScore == 50 && mended.changed == ["email", "lead_score"])
            let back = LeadChanges { $0.email = .set("fonda@gmail.com") }
            #expect(try await live.commands.call(UpdateLead(leadID: lead.id, changes: back), as: Self.may).lead.leadScore == 50)
        }
        await bench.close()
    }

    @Test func `of two leads that are one the survivor has what either did, and what is told of the other later`() async throws {
        try await bench.live { live in
            let (lead, other) = (try await make(live), try await make(live, "La Fonda de Ana", email: "ana@gmail.com"))
            try await live.tell(opened(lead))
            try await live.tell(clicked(other))
            try await live.tell(bounced(other, address: "ana@gmail.com"))
            try await live.settled()
            #expect(try await self.lead(other.id, live).lead.leadScore == 40)
            let merged = try await live.commands.call(MergeLeads(leadID: lead.id, mergedLeadID: other.id), as: Self.may)
            #expect(merged.lead.leadScore == 65)
            try await live.tell(MessageReplied(leadID: other.id, channel: .email))
            try await live.settled()
            #expect(try await self.lead(lead.id, live).lead.leadScore == 85)
        }
        await bench.close()
    }

    @Test func `a score set by hand stands, and is made of everything that happened when it is made anew`() async throws {
        try await bench.live { live in
            let lead = try await make(live)
            let set = SetScore(leadID: lead.id, qualificationScore: 30, leadScore: 12, reason: "knows us")
            _ = try await live.commands.call(set, as: Self.may)
            try await live.tell(MessageReplied(leadID: lead.id, channel: .email))
            try await live.settled()
            let stands = try await self.lead(lead.id, live)
            #expect(stands.lead.leadScore == 12 && stands.scores?.leadScore.setBy == "may" && stands.scores?.leadScore.computed == 70)
            #expect(stands.scores?.qualification.setBy == "may")

            let ann = Actor(id: "ann", role: .agent)
            let refused = await #expect(throws: Problem.self) { try await live.commands.call(Rescore(leadID: lead.id), as: ann) }
            #expect(refused?.status == 403)
            let answer = try await live.commands.call(Rescore(leadID: lead.id, reason: "he left"), as: Self.may)
            #expect(answer.lead?.leadScore == 70 && answer.changed == ["lead_score"])
            #expect(answer.scores?.leadScore.setBy == nil && answer.scores?.qualification.computed == 30)
            #expect(answer.scores == (try await self.lead(lead.id, live).scores))

            let audit = try await live.commands.call(GetLeadAudit(leadID: lead.id), as: Self.may).entries.filter { $0.reason == "he left" }
            #expect(Set(audit.map(\.field)) == ["lead_score", "lead_score_set_by", "qualification_score_set_by"])
            let again = try await live.commands.call(Rescore(leadID: lead.id), as: ann)
            #expect(again.lead == answer.lead && again.changed == [])
        }
        await bench.close()
    }

    @Test func `a manager has many made anew, by ids or by a filter`() async throws {
        try await bench.live { live in
            var ids: [LeadID] = []
            for number in 0..<3 {
                let lead = try await make(live, "Fonda \(number)", email: "f\(number)@gmail.com")
                ids.append(lead.id)
                _ = try await live.commands.call(SetScore(leadID: lead.id, leadScore: number, reason: "x"), as: Self.may)
            }
            let unknown = LeadID.make()
            let byID = try await live.commands.call(Rescore(targets: LeadTargets(ids: [ids[0], unknown])), as: Self.may)
            #expect(
                byID.leads == BulkChange(changed: 1, refused: [BulkRefusal(reason: "There is no such lead.", count: 1, leadIDs: [unknown])])
            )
            let all = try await live.commands.call(Rescore(targets: LeadTargets(filter: LeadFilter())), as: Self.may)
            #expect(all.leads == BulkChange(changed: 2, unchanged: 1))
            #expect(try await bench.values("SELECT lead_score::text AS value FROM leads") == ["50", "50", "50"])
            #expect(try await bench.values("SELECT lead_score_set_by AS value FROM leads").isEmpty)

            let ann = Actor(id: "ann", role: .agent)
            let refused = await #expect(throws: Problem.self) {
                try await live.commands.call(Rescore(targets: LeadTargets(filter: LeadFilter())), as: ann)
            }
            #expect(refused?.status == 403)
        }
        await bench.close()
    }
}
