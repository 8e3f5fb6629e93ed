import Contracts
import Foundation
import Messaging
import Testing

@Suite("The last contact", .timeLimit(.minutes(2)))
struct LastContactTests {
    static let may = Actor(id: "may", role: .manager)
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func sent(_ lead: Lead) -> MessageSent {
        MessageSent(leadID: lead.id, messageID: .make(), channel: .email, address: "fonda@gmail.com")
    }

    @Test func `is when we last wrote to a lead or it answered, once however often that is told, and nothing that came before`()
        async throws
    {
        try await bench.live { live in
            let draft = LeadDraft(name: "La Fonda", country: "GT", email: "fonda@gmail.com")
            let lead = try await live.commands.call(CreateLead(business: draft), as: Self.may).lead
            #expect(lead.lastContactAt == nil)

            let before = Date(timeIntervalSinceNow: -3_600)
            try await live.tell(sent(lead), at: before, times: 2)
            try await live.settled()
            let written = try await live.commands.call(GetLead(leadID: lead.id), as: Self.may).lead
            #expect(abs(try #require(written.lastContactAt).timeIntervalSince(before)) < 0.001)
            #expect(written.version == 2)

            try await live.tell(sent(lead), at: before.addingTimeInterval(-60))
            try await live.tell(MessageReplied(leadID: lead.id, channel: .email), at: Date(timeIntervalSinceNow: 86_400))
            try await live.settled()
            let answered = try await live.commands.call(GetLead(leadID: lead.id), as: Self.may).lead
            #expect(try #require(answered.lastContactAt) <= Date())

            let audit = try await live.commands.call(GetLeadAudit(leadID: lead.id), as: Self.may).entries
            #expect(audit.filter { $0.field == "last_contact_at" }.map(\.reason) == ["the lead replied", "an e-mail was sent"])
            let told = try await bench.payloads(of: LeadUpdated.self).filter { $0.changed == ["last_contact_at"] }
            #expect(told.count == 2)
        }
        await bench.close()
    }
}
