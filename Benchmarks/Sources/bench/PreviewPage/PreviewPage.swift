import Contracts
import Foundation
import LocalStack
import Measuring
import Outbound

/// The preview of a site, asked for by wrk over 64 connections as a browser asks for it, while every visit is counted.
///
/// Held against a bare Hummingbird route that answers with the same bytes from memory, and does nothing else.
struct PreviewPage: Benchmark {
    private let time = Duration.seconds(8)
    private let warmUp = Duration.seconds(2)

    private let gzip = RowPlan("preview-page/gzip", unit: "requests/s", limits: "a bare Hummingbird route", aim: .ratioAbove(0.4))
    private let plain = RowPlan("preview-page/plain", unit: "requests/s", limits: "a bare Hummingbird route", aim: .ratioAbove(0.4))

    var rows: [RowPlan] { [gzip, plain] }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("preview-page: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            let web = OutboundClient()
            let site = try await self.site(client)
            let url = "\(stack.url(of: .lifecycle))/sites/\(site.slug)"
            var readings = [[String: Reading]](repeating: [:], count: runs)
            var asked = 0
            for (row, coding) in [(gzip, "gzip"), (plain, "identity")] {
                let wrk = Wrk(headers: [
                    "Accept-Encoding: \(coding)", "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                ])
                let page = try await web.send(OutboundRequest(.get, url, headers: [("Accept-Encoding", coding)])).body
                tell("\(row.name): \(page.count) bytes")
                for run in 0..<runs {
                    let bare = try await BareRoute.serving(page) { bareURL in
                        _ = try await wrk.run(bareURL, for: warmUp)
                        return try await wrk.run(bareURL, for: time)
                    }
                    let warm = try await wrk.run(url, for: warmUp)
                    let served = try await wrk.run(url, for: time)
                    asked += warm.requests + served.requests
                    tell("  run \(run + 1) of \(runs): \(Int(served.rate)) requests/s, the bare route \(Int(bare.rate))")
                    readings[run][row.name] = Reading(figure: served.rate, limits: bare.rate)
                }
            }
            await web.shutdown()
            // A page that forgets its visitors would be no figure.
            try await wait(for: "\(asked) visits to be counted") {
                try await client.ask(GetSiteVisits(leadID: site.leadID)).persons >= asked
            }
            return readings
        }
    }

    private func site(_ client: StackClient) async throws -> Site {
        let hours = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"].map { DayHours(day: $0, hours: "8 AM to 5 PM") }
        let draft = LeadDraft(
            name: "Benchmark Plumbing",
            category: "Plumber",
            address: "1 Main Street",
            city: "Birmingham",
            state: "AL",
            country: "US",
            phone: "+12055550142",
            rating: 4.6,
            reviewCount: 80,
            openingHours: hours
        )
        let lead = try await client.ask(ResolveLead(gmbID: "ChIJ\(EventID.make())", business: draft)).lead
        _ = try await client.ask(GenerateSite(leadID: lead.id))
        var site: Site?
        try await wait(for: "the page") {
            site = try await client.ask(GetStatus(leadID: lead.id)).site
            return site.map { $0.version > 0 } ?? false
        }
        guard let site else { throw BenchmarkFault(description: "there is no site") }
        return site
    }
}
