import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LifecycleService
import Testing

@Suite("Visits to previews", .timeLimit(.minutes(2)))
struct SiteVisitTests {
    private let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    private let crawler = "Mozilla/5.0 (compatible; Googlebot/2.1)"

    private func visit(_ lead: Lead, _ client: any TestClientProtocol, as agent: String?, method: HTTPRequest.Method = .get) async throws {
        let headers: HTTPFields = agent.map { [.userAgent: $0] } ?? [:]
        _ = try await client.execute(uri: "/sites/\(lead.slug)", method: method, headers: headers)
    }

    private func visits(_ lead: Lead, in bench: Bench) async throws -> SiteVisits { try await bench.ask(GetSiteVisits(leadID: lead.id)) }

    private func generated(_ lead: Lead, _ body: @Sendable (Bench, any TestClientProtocol) async throws -> Void) async throws {
        let bench = try await Bench()
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            try await bench.api.test(.router) { client in try await body(bench, client) }
        }
        try await bench.close()
    }

    @Test func `all are counted, by people and by machines, and one a minute of each is told and stands in the history`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            let before = try await bench.status(of: lead.id)
            for _ in 0..<3 {
                try await visit(lead, client, as: browser)
                try await visit(lead, client, as: crawler)
                try await visit(lead, client, as: nil)
            }
            try await eventually("counted") {
                let visits = try await visits(lead, in: bench)
                return visits.persons == 3 && visits.machines == 6
            }
            // Later than the second in which the first were written down.
            try await visit(lead, client, as: browser)
            try await eventually("counted further") { try await visits(lead, in: bench).persons == 4 }
            let counted = try await visits(lead, in: bench)
            let (first, last) = (try #require(counted.firstPersonAt), try #require(counted.lastPersonAt))
            #expect(first < last && counted.lastMachineAt != nil)

            try await bench.settled()
            let told = try await bench.told(SiteVisited.self, of: lead.id)
            #expect(told.map(\.byMachine).sorted { !$0 && $1 } == [false, true])

            let noted = try await bench.history(of: lead.id, .website).filter { $0.cause.type == "plumbline.site.visited.v1" }
            #expect(Set(noted.map(\.ignoredBecause)) == ["informative", "machine"] && noted.count == 2)
            #expect(noted.allSatisfy { $0.to == nil && $0.from == "generated" })
            #expect(try await bench.status(of: lead.id).version == before.version)
        }
    }

    @Test func `a page asked for by HEAD, or again with its tag, is a visit only when it is shown`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            try await visit(lead, client, as: browser, method: .head)
            try await visit(lead, client, as: browser)
            try await eventually("counted") { try await visits(lead, in: bench).persons == 1 }
        }
    }

    @Test func `what is counted when the service stops is written down too`() async throws {
        let lead = SampleLeads.plumber
        let bench = try await Bench()
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            try await bench.api.test(.router) { client in
                for _ in 0..<5 { try await visit(lead, client, as: browser) }
            }
        }
        let counted = try await bench.running(withWorkers: false) { try await visits(lead, in: bench) }
        #expect(counted.persons == 5)
        try await bench.close()
    }

    @Test func `a lead that nobody visited has no visits, and one that isn't there has no answer`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, _ in
            await #expect(throws: Problem.self) { try await bench.ask(GetSiteVisits(leadID: .make())) }
            let none = try await visits(lead, in: bench)
            #expect(none == SiteVisits(leadID: lead.id, persons: 0, machines: 0))
        }
    }
}
