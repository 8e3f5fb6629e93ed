import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("rpc.lead-intake.merge-leads", .timeLimit(.minutes(1)))
struct MergeLeadsTests {
    static let may = Actor(id: "may", role: .manager)
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func make(_ draft: LeadDraft, _ commands: CommandClient) async throws -> Lead {
        try await commands.call(CreateLead(business: draft), as: Self.may).lead
    }

    @Test func `the survivor takes what it lacks and all that hung on the other, whose keys lead to it`() async throws {
        try await bench.running { commands in
            let lead = try await make(LeadDraft(name: "La Fonda", phone: "+50255501234", tags: ["a"]), commands)
            let other = LeadDraft(name: "Fonda", gmbID: "ChIJfonda", phone: "+50255509999", email: "f@fonda.example", tags: ["a", "b"])
            let merged = try await make(other, commands)
            _ = try await commands.call(LogCall(leadID: merged.id, reached: true, text: "Hello"), as: Self.may)

            let merge = MergeLeads(leadID: lead.id, mergedLeadID: merged.id, reason: "one door")
            let answer = try await commands.call(merge, as: Self.may)
            #expect(answer.lead.gmbID == "ChIJfonda" && answer.lead.email == "f@fonda.example" && answer.lead.phone == "+50255501234")
            #expect(answer.lead.tags == ["a", "b"] && answer.lead.callAttempts == 1 && answer.lead.lastContactAt != nil)
            #expect(answer.lead.qualificationScore == 40)
            let told = try await bench.payloads(of: LeadMerged.self)
            #expect(
                told.map(\.snapshot) == [answer.lead] && told.map(\.mergedLeadID) == [merged.id] && told.map(\.changed) == [answer.changed]
            )

            let got = try await commands.call(GetLead(leadID: merged.id), as: Self.may)
            #expect(got.lead == answer.lead && got.mergedFrom == merged.id)
            #expect(try await commands.call(ResolveLead(gmbID: "ChIJfonda"), as: .operator).lead == answer.lead)
            #expect(try await commands.call(ResolveLead(slug: merged.slug), as: .operator).lead == answer.lead)
            #expect(try await commands.call(ResolveLead(id: merged.id), as: .operator).lead == answer.lead)

            let notes = try await commands.call(ListNotes(leadID: merged.id), as: Self.may).notes
            #expect(notes.map(\.type) == [.system, .call] && notes[0].text.contains("phone: +50255509999"))
            let audit = try await commands.call(GetLeadAudit(leadID: lead.id), as: Self.may).entries
            #expect(audit.contains { $0.field == "merged_lead_id" && $0.to == merged.id.description && $0.reason == "one door" })
            #expect(audit.contains { $0.field == "call_attempts" && $0.to == "1" })

            #expect(try await commands.call(merge, as: Self.may).changed.isEmpty)
            #expect(try await commands.call(ListLeads(), as: Self.may).leads == [answer.lead])
            #expect(try await commands.call(ListLeads(LeadFilter { $0.isArchived = true }), as: Self.may).leads.isEmpty)
            let late = await #expect(throws: Problem.self) {
                try await commands.call(AddTags(leadID: merged.id, tags: ["x"]), as: Self.may)
            }
            #expect(late?.status == 410 && late?.detail?.contains(lead.id.description) == true)
        }
        await bench.close()
    }

    @Test func `a merged lead does not tell an agent of a survivor that he may not see`() async throws {
        let ana = Actor(id: "ana", role: .agent)
        try await bench.running { commands in
            let lead = try await commands.call(CreateLead(business: LeadDraft(name: "La Fonda"), assignedTo: "ben"), as: Self.may).lead
            let merged = try await make(LeadDraft(name: "Fonda"), commands)
            #expect(try await commands.call(GetLead(leadID: merged.id), as: ana).lead.id == merged.id)
            _ = try await commands.call(MergeLeads(leadID: lead.id, mergedLeadID: merged.id), as: Self.may)

            let told = [
                await #expect(throws: Problem.self) { try await commands.call(GetLead(leadID: merged.id), as: ana) },
                await #expect(throws: Problem.self) { try await commands.call(ListNotes(leadID: merged.id), as: ana) },
                await #expect(throws: Problem.self) { try await commands.call(AddTags(leadID: merged.id, tags: ["x"]), as: ana) },
                await #expect(throws: Problem.self) { try await commands.call(FindDuplicates(by: .phone, of: merged.id), as: ana) },
            ]
            for problem in told { #expect(problem == Problem.leadNotFound(merged.id)) }
        }
        await bench.close()
    }

    @Test func `a merged lead's duplicates are its survivor's`() async throws {
        try await bench.running { commands in
            let lead = try await make(LeadDraft(name: "La Fonda", phone: "+50255501234"), commands)
            let merged = try await make(LeadDraft(name: "Fonda", email: "f@fonda.example"), commands)
            let third = try await make(LeadDraft(name: "Fondita", email: "g@fonda.example"), commands)
            _ = try await commands.call(MergeLeads(leadID: lead.id, mergedLeadID: merged.id), as: Self.may)
            let changes = LeadChanges { $0.phone = .set("+50255501234") }
            _ = try await commands.call(UpdateLead(leadID: third.id, changes: changes), as: Self.may)
            let groups = try await commands.call(FindDuplicates(by: .phone, of: merged.id), as: Self.may).groups
            #expect(groups.map { $0.leads.map(\.id) } == [[third.id]])
        }
        await bench.close()
    }

    @Test func `a business that is listed twice is one lead by either place id, also when its listings come again`() async throws {
        let (one, two) = (LeadDraft(name: "La Fonda", gmbID: "ChIJone"), LeadDraft(name: "Fonda", gmbID: "ChIJtwo"))
        try await bench.running { commands in
            let (lead, other) = (try await make(one, commands), try await make(two, commands))
            let last = try await make(LeadDraft(name: "La Fonda de Ana"), commands)
            _ = try await commands.call(MergeLeads(leadID: lead.id, mergedLeadID: other.id), as: Self.may)
            let again = try await commands.call(ResolveLead(business: two), as: .operator)
            #expect(again.lead.id == lead.id && again.matchedBy == .gmbID && again.lead.gmbID == "ChIJone")
            // The one that stays last has no place id: it takes the survivor's.
            let merged = try await commands.call(MergeLeads(leadID: last.id, mergedLeadID: lead.id), as: Self.may)
            #expect(merged.lead.gmbID == "ChIJone")
            for draft in [one, two] { #expect(try await commands.call(ResolveLead(business: draft), as: .operator).lead.id == last.id) }
            let taken = await #expect(throws: Problem.self) {
                let changes = LeadChanges { $0.gmbID = .set("ChIJtwo") }
                return try await commands.call(
                    UpdateLead(leadID: make(LeadDraft(name: "Other"), commands).id, changes: changes),
                    as: Self.may
                )
            }
            #expect(taken?.status == 409 && taken?.leadID == last.id)
            // It may be called by the other one from now on.
            let changes = LeadChanges { $0.gmbID = .set("ChIJtwo") }
            #expect(try await commands.call(UpdateLead(leadID: last.id, changes: changes), as: Self.may).lead.gmbID == "ChIJtwo")
        }
        let file = "name,place_id\nLa Fonda,ChIJone\nFonda,ChIJtwo\n"
        #expect(try await bench.post("/intake/imports", file.utf8).report().counts == [2, 0, 2, 0])

        await bench.close()
    }

    @Test func `merges of merges end at one lead, and its erasure is theirs too`() async throws {
        try await bench.running { commands in
            let (a, b, c) = (
                try await make(LeadDraft(name: "Xilo A"), commands), try await make(LeadDraft(name: "Xilo B"), commands),
                try await make(LeadDraft(name: "Xilo C"), commands)
            )
            _ = try await commands.call(MergeLeads(leadID: b.id, mergedLeadID: a.id), as: Self.may)
            _ = try await commands.call(MergeLeads(leadID: c.id, mergedLeadID: b.id), as: Self.may)
            #expect(try await commands.call(GetLead(leadID: a.id), as: Self.may).lead.id == c.id)
            let gone = await #expect(throws: Problem.self) {
                try await commands.call(EraseLead(leadID: a.id, reason: "letter"), as: .operator)
            }
            #expect(gone?.status == 410)
            _ = try await commands.call(EraseLead(leadID: c.id, reason: "letter"), as: .operator)
            #expect(Set(try await bench.payloads(of: LeadErased.self).map(\.leadID)) == [a.id, b.id, c.id])
            #expect(try await bench.values("SELECT name AS value FROM leads WHERE name ILIKE '%xilo%' OR slug ILIKE '%xilo%'").isEmpty)
            let draft = LeadDraft(name: "Xilo again", email: "x@xilo.example")
            #expect(try await commands.call(ResolveLead(id: c.id, business: draft), as: .operator).lead.email == nil)
        }
        await bench.close()
    }

    @Test func `what can't be merged is refused, with the reason`() async throws {
        try await bench.running { commands in
            let (a, b) = (try await make(LeadDraft(name: "A"), commands), try await make(LeadDraft(name: "B"), commands))
            func status(_ lead: LeadID, _ other: LeadID, as actor: Actor) async -> Int? {
                let problem = await #expect(throws: Problem.self) {
                    try await commands.call(MergeLeads(leadID: lead, mergedLeadID: other), as: actor)
                }
                return problem?.status
            }
            let results = (
                await status(a.id, a.id, as: Self.may), await status(a.id, .make(), as: Self.may),
                await status(a.id, b.id, as: Actor(id: "ann", role: .agent))
            )
            #expect(results == (422, 404, 403))
            _ = try await commands.call(ArchiveLead(leadID: a.id), as: Self.may)
            let archived = await status(a.id, b.id, as: Self.may)
            #expect(archived == 409)
        }
        await bench.close()
    }
}
