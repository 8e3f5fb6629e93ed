import Contracts
import Foundation
import Hummingbird
import HummingbirdTesting
import LifecycleService
import Messaging
import Postgres
import Testing

/// What nobody sends but whoever looks for a hole: refused or not found, and never an error of ours.
@Suite("Hostile input", .timeLimit(.minutes(2)))
struct HostileInputTests {
    private static let texts = ["\0", "cedar\0", "'; DROP TABLE sites; --", "../../etc/passwd", String(repeating: "é", count: 5_000)]

    @Test func `is no site's address`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            try await bench.api.test(.router) { client in
                #expect(try await client.execute(uri: "/sites/cedar", method: .get).status == .ok)
                for slug in [
                    "%00", "cedar%00", "cedar%00x", "CEDAR", "cedar%20", "..%2Fcedar", "%FF%FE", String(repeating: "a", count: 4_000),
                ] {
                    let response = try await client.execute(uri: "/sites/\(slug)", method: .get)
                    #expect(response.status == .notFound && response.headers[.contentType] == "text/html; charset=utf-8", "\(slug)")
                }
            }
        }
        try await bench.close()
    }

    @Test func `is refused by every command that takes a text, and named`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        bench.leadIntake.add(lead)
        func refusal(_ command: some Command, as role: Role = .manager) async throws -> Int? {
            do {
                _ = try await bench.ask(command, as: role)
                return nil
            } catch {
                return try #require(error as? Problem).status
            }
        }
        try await bench.running(withWorkers: false) {
            let site = try await bench.ask(CreateSite(leadID: lead.id)).site.id
            for text in Self.texts {
                let unreadable = text.contains("\0") ? 422 : nil
                #expect(try await refusal(GetHistory(leadID: lead.id, cause: text)) == unreadable)
                #expect(try await refusal(GetHistory(leadID: lead.id, cursor: text)) == 422)
                #expect(try await refusal(ExplainStatus(leadID: lead.id, cursor: text)) == 422)
                #expect(try await refusal(VerifyStatuses(cursor: text), as: .admin) == 422)
                #expect(try await refusal(ListFollowUps(rule: text)) == unreadable)
                #expect(try await refusal(ListFollowUps(assignedTo: text)) == unreadable)
                #expect(try await refusal(ListFollowUps(cursor: text)) == 422)
                #expect(try await refusal(CompleteFollowUp(leadID: lead.id, rule: text)) == unreadable ?? 404)
                #expect(try await refusal(DismissFollowUp(leadID: lead.id, rule: text, reason: "x")) == unreadable ?? 404)
                #expect(try await refusal(GetSite(slug: text)) == unreadable ?? 404)
                #expect(try await refusal(GenerateSite(leadID: lead.id, theme: text)) == 422)
                #expect(try await refusal(ListSiteVersions(siteID: site, cursor: text)) == 422)
                #expect(try await refusal(OverrideStatus(leadID: lead.id, field: .contact, to: text, reason: "x")) == 422)
            }
            #expect(try await refusal(ListFollowUps(cursor: "2026-01-01T00:00:00Z/\(lead.id)/\0")) == 422)
            // Nothing of it came through.
            #expect(try await bench.history(of: lead.id).isEmpty)
        }
        try await bench.close()
    }
}
