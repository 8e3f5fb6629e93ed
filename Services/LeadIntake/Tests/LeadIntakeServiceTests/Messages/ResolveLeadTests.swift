import Contracts
import Foundation
import Messaging
import Testing

@Suite("rpc.lead-intake.resolve-lead", .timeLimit(.minutes(1)))
struct ResolveLeadTests {
    let bench: IntakeBench
    let fonda = LeadDraft(
        name: "La Fonda de Ana",
        gmbID: "ChIJfonda",
        city: "Antigua",
        country: "Guatemala",
        phone: "5550-1234",
        email: "Ana@LaFonda.example"
    )

    init() async throws {
        bench = try await IntakeBench()
    }

    @Test func `an unknown business becomes a lead, normalised and scored`() async throws {
        try await bench.running { commands in
            let answer = try await commands.call(ResolveLead(business: fonda), as: .operator)
            #expect(answer.created && answer.matchedBy == nil)
            #expect(answer.lead.slug == "la-fonda-de-ana-antigua")
            #expect(answer.lead.phone == "+50255501234" && answer.lead.country == "GT")
            #expect(answer.lead.email == "ana@lafonda.example")
            #expect(answer.lead.qualificationScore == 40)
            #expect(try await bench.payloads(of: LeadCreated.self).map(\.snapshot) == [answer.lead])
        }
        await bench.close()
    }

    @Test func `the id is asked first, then the place id, then the slug`() async throws {
        try await bench.running { commands in
            func make(_ name: String, _ gmbID: String) async throws -> Lead {
                try await commands.call(ResolveLead(business: LeadDraft(name: name, gmbID: gmbID)), as: .operator).lead
            }
            let (first, second, third) = (
                try await make("First", "ChIJ1"), try await make("Second", "ChIJ2"), try await make("Third", "ChIJ3")
            )
            let all = try await commands.call(ResolveLead(id: first.id, gmbID: "ChIJ2", slug: third.slug), as: .operator)
            #expect(all.lead == first && all.matchedBy == .id && !all.created)
            let two = try await commands.call(ResolveLead(id: .make(), gmbID: "ChIJ2", slug: third.slug), as: .operator)
            #expect(two.lead == second && two.matchedBy == .gmbID)
            let one = try await commands.call(ResolveLead(gmbID: "ChIJ9", slug: " Third "), as: .operator)
            #expect(one.lead == third && one.matchedBy == .slug)
        }
        await bench.close()
    }

    @Test func `a lead is made with the id, the place id and the slug that were asked for`() async throws {
        try await bench.running { commands in
            let id = LeadID.make()
            let question = ResolveLead(id: id, gmbID: "ChIJnew", slug: "ana", business: LeadDraft(name: "La Fonda"))
            let lead = try await commands.call(question, as: .operator).lead
            #expect(lead.id == id && lead.gmbID == "ChIJnew" && lead.slug == "ana")
            #expect(lead.source == .api)
        }
        await bench.close()
    }

    @Test func `what a lead lacks is filled, what it has stays, and its score follows`() async throws {
        try await bench.running { commands in
            let bare = LeadDraft(name: "La Fonda de Ana", gmbID: "ChIJfonda", phone: "+502 5550 9999")
            let before = try await commands.call(ResolveLead(business: bare), as: .operator).lead
            let answer = try await commands.call(ResolveLead(business: fonda), as: .operator)
            #expect(answer.matchedBy == .gmbID && !answer.created)
            #expect(answer.lead.phone == "+50255509999")
            #expect(answer.lead.email == "ana@lafonda.example" && answer.lead.city == "Antigua")
            #expect(answer.lead.qualificationScore == before.qualificationScore + 30)
            #expect(answer.lead.version == 2)
            let told = try await bench.payloads(of: LeadUpdated.self)
            #expect(told.map(\.snapshot) == [answer.lead])
            #expect(Set(told[0].changed) == ["city", "email", "qualification_score", "lead_score"])

            let again = try await commands.call(ResolveLead(business: fonda), as: .operator)
            #expect(again.lead == answer.lead)
            #expect(try await bench.events().count == 2)
        }
        await bench.close()
    }

    @Test func `without a business nothing is made`() async throws {
        try await bench.running { commands in
            let unknown = await #expect(throws: Problem.self) { try await commands.call(ResolveLead(gmbID: "ChIJnone"), as: .operator) }
            #expect(unknown?.status == 404 && unknown?.type == "/problems/lead-not-found")
            let empty = await #expect(throws: Problem.self) { try await commands.call(ResolveLead(), as: .operator) }
            #expect(empty?.status == 422)
        }
        #expect(try await bench.leadCount() == 0)
        await bench.close()
    }

    @Test func `all that is wrong is said at once, with its place`() async throws {
        let wrong = LeadDraft(name: " ", gmbID: "?!", phone: "12", email: "ana@", rating: 7)
        let named = LeadDraft(name: "Ana", phone: "12", email: "ana@", rating: 7)
        try await bench.running { commands in
            let nameless = await #expect(throws: Problem.self) {
                try await commands.call(ResolveLead(gmbID: "no id", business: wrong), as: .operator)
            }
            #expect(nameless?.errors?.map(\.pointer) == ["/gmb_id", "/business/name"])
            let problem = await #expect(throws: Problem.self) { try await commands.call(ResolveLead(business: named), as: .operator) }
            #expect(problem?.status == 422)
            #expect(Set(problem?.errors?.map(\.pointer) ?? []) == ["/business/phone", "/business/email", "/business/rating"])
        }
        #expect(try await bench.events().isEmpty)
        await bench.close()
    }

    @Test func `an agent is told nothing of somebody else's lead, and adds nothing to it`() async throws {
        try await bench.running { commands in
            let ann = Actor(id: "ann", role: .agent)
            let bare = LeadDraft(name: "La Fonda de Ana", gmbID: "ChIJfonda")
            let theirs = try await commands.call(CreateLead(business: bare, assignedTo: "bob"), as: .operator).lead
            for question in [ResolveLead(id: theirs.id), ResolveLead(gmbID: "ChIJfonda"), ResolveLead(slug: theirs.slug)] {
                let hidden = await #expect(throws: Problem.self) { try await commands.call(question, as: ann) }
                #expect(hidden?.status == 404 && hidden?.type == "/problems/lead-not-found")
            }
            let known = await #expect(throws: Problem.self) { try await commands.call(ResolveLead(business: fonda), as: ann) }
            #expect(known?.status == 409 && known?.type == "/problems/lead-exists" && known?.leadID == nil)
            #expect(try await commands.call(GetLead(leadID: theirs.id), as: .operator).lead == theirs)

            _ = try await commands.call(AssignLeads(targets: LeadTargets(ids: [theirs.id])), as: .operator)
            #expect(try await commands.call(ResolveLead(business: fonda), as: ann).lead.city == "Antigua")
        }
        await bench.close()
    }

    @Test func `a key that was used for a question that failed is free again`() async throws {
        try await bench.running { commands in
            let key = IdempotencyKey.make()
            await #expect(throws: Problem.self) { try await commands.call(ResolveLead(slug: "ana"), as: .operator, key: key) }
            let answer = try await commands.call(ResolveLead(slug: "ana", business: fonda), as: .operator, key: key)
            #expect(answer.created)
        }
        await bench.close()
    }
}
