import Contracts
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Testing

@Suite("Questions about leads", .timeLimit(.minutes(1)))
struct LeadQuestionsTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench(settings: ["QUALIFIED_SCORE": "40"])
    }

    private func make(_ count: Int, _ commands: CommandClient) async throws -> [Lead] {
        var leads: [Lead] = []
        for number in 0..<count {
            let draft = LeadDraft(
                name: "Lead \(number)",
                gmbID: "ChIJ\(number)x",
                email: number.isMultiple(of: 2) ? "l\(number)@lead.example" : nil,
                websiteURL: number == 0 ? "https://lead.example" : nil,
                reviewCount: 12
            )
            leads.append(try await commands.call(ResolveLead(business: draft), as: .operator).lead)
        }
        return leads
    }

    @Test func `a lead comes with what explains its score`() async throws {
        try await bench.running { commands in
            let lead = try await make(1, commands)[0]
            let answer = try await commands.call(GetLead(leadID: lead.id), as: .operator)
            #expect(answer.lead == lead)
            #expect(answer.qualification.map(\.factor) == ["has_email", "ten_reviews", "has_website"])
            #expect(answer.qualification.map(\.points).reduce(0, +) == lead.qualificationScore)
            let unknown = await #expect(throws: Problem.self) { try await commands.call(GetLead(leadID: .make()), as: .operator) }
            #expect(unknown?.status == 404)
        }
        await bench.close()
    }

    @Test func `an agent sees the own and the unassigned leads only`() async throws {
        try await bench.running { commands in
            let leads = try await make(3, commands)
            try await bench.database.execute("UPDATE leads SET assigned_to = 'bob' WHERE id = \(leads[0].id)")
            try await bench.database.execute("UPDATE leads SET assigned_to = 'ann' WHERE id = \(leads[1].id)")
            let ann = Actor(id: "ann", role: .agent)
            let page = try await commands.call(ListLeads(), as: ann)
            #expect(Set(page.leads.map(\.id)) == [leads[1].id, leads[2].id])
            let refused = await #expect(throws: Problem.self) { try await commands.call(GetLead(leadID: leads[0].id), as: ann) }
            #expect(refused?.status == 404)
            #expect(try await commands.call(ListLeads(), as: Actor(id: "may", role: .manager)).leads.count == 3)
        }
        await bench.close()
    }

    @Test func `pages hold each lead once, newest first`() async throws {
        try await bench.running { commands in
            let leads = try await make(7, commands)
            var seen: [LeadID] = []
            var cursor: String?
            repeat {
                let page = try await commands.call(ListLeads(limit: 3, cursor: cursor), as: .operator)
                seen += page.leads.map(\.id)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(seen == leads.map(\.id).reversed())
            let good = try await commands.call(ListLeads(minQualificationScore: 45, hasWebsite: false), as: .operator)
            #expect(good.leads.map(\.name) == ["Lead 6", "Lead 4", "Lead 2"])
            let broken = await #expect(throws: Problem.self) { try await commands.call(ListLeads(limit: 0, cursor: "?"), as: .operator) }
            #expect(broken?.errors?.map(\.pointer) == ["/limit"])
        }
        await bench.close()
    }

    @Test func `the statistics count who is worth a site by the setting`() async throws {
        try await bench.running { commands in
            #expect(try await commands.call(LeadStatistics(), as: .operator).total == 0)
            _ = try await make(4, commands)
            let answer = try await commands.call(LeadStatistics(), as: .operator)
            #expect(answer.total == 4 && answer.qualified == 1)
            #expect(answer.averageQualificationScore == Double(30 + 15 + 45 + 15) / 4)
            #expect(answer.bySource == ["api": 4])
        }
        await bench.close()
    }

    @Test func `a new API key opens the endpoint, and its secret is stored nowhere`() async throws {
        try await bench.running { commands in
            let key = IdempotencyKey.make()
            let made = try await commands.call(CreateAPIKey(name: "scraper", scopes: ["intake"]), as: .operator, key: key)
            #expect(made.key.hasPrefix("plb_") && made.scopes == ["intake"])
            let answer = try await bench.post("/intake/leads", Array(#"{"name": "Ana"}"#.utf8), type: "application/json", key: made.key)
            #expect(try answer.report().created == 1)
            let stored = try await bench.values("SELECT api_keys::text AS value FROM api_keys")
            #expect(stored.count == 1 && !stored[0].contains(made.key.dropFirst(4)))

            let repeated = await #expect(throws: Problem.self) {
                try await commands.call(CreateAPIKey(name: "scraper", scopes: ["intake"]), as: .operator, key: key)
            }
            #expect(repeated?.status == 409)
            let agent = await #expect(throws: Problem.self) {
                try await commands.call(CreateAPIKey(name: "scraper", scopes: ["intake"]), as: Actor(id: "ann", role: .manager))
            }
            #expect(agent?.status == 403)
            let odd = await #expect(throws: Problem.self) {
                try await commands.call(CreateAPIKey(name: "", scopes: ["root"]), as: .operator)
            }
            #expect(odd?.errors?.map(\.pointer) == ["/name", "/scopes/0"])
        }
        await bench.close()
    }

    @Test func `keys are listed without their secrets, and end when they are revoked`() async throws {
        try await bench.running { commands in
            let made = try await commands.call(CreateAPIKey(name: "scraper", scopes: ["intake"], rate: 2.5), as: .operator)
            let plain = try await commands.call(CreateAPIKey(name: "plain", scopes: ["export"]), as: .operator)
            let listed = try await commands.call(ListAPIKeys(), as: .operator).keys
            #expect(listed.map(\.id) == [plain.id, made.id])
            #expect(listed.map(\.name) == ["plain", "scraper"] && listed.map(\.scopes) == [["export"], ["intake"]])
            #expect(listed[1].rate == 2.5 && listed[1].burst == 5 && listed[0].rate == nil && listed[0].burst == nil)
            #expect(listed[1].createdBy == "operator" && listed[1].revokedAt == nil && listed[1].lastUsedAt == nil)

            let ended = try await commands.call(RevokeAPIKey(keyID: made.id), as: .operator)
            #expect(ended.revokedAt != nil)
            #expect(try await commands.call(RevokeAPIKey(keyID: made.id), as: .operator).revokedAt == ended.revokedAt)
            _ = try await bench.post("/intake/leads", Array(#"{"name": "Ana"}"#.utf8), key: made.key).problem(.unauthorized)

            let unknown = await #expect(throws: Problem.self) { try await commands.call(RevokeAPIKey(keyID: .make()), as: .operator) }
            #expect(unknown?.status == 404)
            let manager = Actor(id: "ann", role: .manager)
            for refused in [
                await #expect(throws: Problem.self) { try await commands.call(ListAPIKeys(), as: manager) },
                await #expect(throws: Problem.self) { try await commands.call(RevokeAPIKey(keyID: plain.id), as: manager) },
            ] { #expect(refused?.status == 403) }
            let odd = await #expect(throws: Problem.self) {
                try await commands.call(CreateAPIKey(name: "x", scopes: ["intake"], rate: 0, burst: 0), as: .operator)
            }
            #expect(odd?.errors?.map(\.pointer) == ["/rate", "/burst"])
        }
        await bench.close()
    }
}
