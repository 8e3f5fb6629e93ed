import Contracts
import Foundation
import Hummingbird
import HummingbirdTesting
import LifecycleService
import Testing

/// `SITE_SHOTS` names a folder for screenshots of all that is looked at.
@Suite("In a browser", .timeLimit(.minutes(10)))
struct BrowserTests {
    private struct Question: Encodable {
        var urls: [String]
        var widths = [320, 390, 1280]
        var shots = ProcessInfo.processInfo.environment["SITE_SHOTS"]
    }

    private struct Look: Decodable {
        var url: String
        var asked: Int
        var width: Int
        var console: [String]
        var faint: [String]
        var small: [String]
        var wide: [String]
        var requests: [String]
    }

    @Test func `each theme fits phones and desktops, can be read and tapped, asks nobody, and breaks no policy of its own`() async throws {
        let bench = try await Bench()
        // Of each kind one that is long, one that is hostile, one that is empty.
        let leads = zip(Theme.allCases, [4, 3, 1, 8, 16, 6]).map { theme, number in
            var lead = MadeUpLeads.all[number]
            lead.id = .make()
            lead.slug = "looked-at-\(theme.rawValue)"
            return (theme: theme, lead: lead)
        }
        for (_, lead) in leads { bench.leadIntake.add(lead) }
        try await bench.running {
            for (theme, lead) in leads { _ = try await bench.ask(GenerateSite(leadID: lead.id, theme: theme.rawValue)) }
            for (_, lead) in leads {
                try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            }
            try await bench.api.test(.live) { client in
                let port = try #require(client.port)
                let urls = leads.map { "http://127.0.0.1:\(port)/sites/\($0.lead.slug)" }
                let looks: [Look] = try await PythonPeer.ask("browse_pages.py", Question(urls: urls))
                #expect(looks.count == urls.count * 3)
                for look in looks {
                    #expect(look.console == [] && look.requests == [], "\(look.url)")
                    #expect(look.width <= look.asked && look.wide == [], "\(look.url) at \(look.asked)")
                    #expect(look.faint == [] && look.small == [], "\(look.url) at \(look.asked)")
                }
            }
        }
        try await bench.close()
    }
}
