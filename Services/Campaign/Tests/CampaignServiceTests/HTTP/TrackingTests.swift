import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import ServiceKit
import Testing

@testable import CampaignService

@Suite("GET /t/o and /t/c", .timeLimit(.minutes(1)))
struct TrackingTests {
    private static let scanner: HTTPFields = [.userAgent: "Mozilla/5.0 (compatible; BarracudaCentral/1.0)"]

    @Test func `a person's open is told once, however often the pixel is loaded`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let path = "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif"
            for _ in 0..<3 {
                let response = try await stage.request(.get, path)
                #expect(response.status == .ok && response.headers[.contentType] == "image/gif")
                #expect(Array(response.body.readableBytesView.prefix(6)) == Array("GIF89a".utf8))
                #expect(response.headers[.cacheControl] == "no-store")
            }
            let told = try await stage.told(MessageOpened.subject)
            #expect(told.count == 1 && told[0].data.contains(#""by_machine": false"#))
        }
    }

    @Test func `a machine's open is told as one, and a person's after it is still told`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let path = "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif"
            _ = try await stage.request(.get, path, headers: Self.scanner)
            _ = try await stage.request(.get, path)
            let told = try await stage.told(MessageOpened.subject).map { $0.data.contains(#""by_machine": true"#) }
            #expect(told == [true, false])
        }
    }

    @Test func `a click leads where the message says, and is told once`() async throws {
        try await Stage.set { stage in
            let target = "https://sites.example.com/sites/joes?a=1&b=2"
            let message = try await stage.sentMessage(to: stage.leads(1)[0], links: [target])
            let path = "/t/c/\(try stage.tokens.make(.click, for: .init(message: message, link: 0)))"
            for _ in 0..<2 {
                let response = try await stage.request(.get, path)
                #expect(response.status == .found && response.headers[.location] == target)
            }
            let told = try await stage.told(MessageClicked.subject)
            #expect(told.count == 1 && told[0].data.contains(#""by_machine": false"#))
        }
    }

    @Test func `an open proves that a message was sent whose answer was lost`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            try await stage.database.execute("UPDATE messages SET state = 'unknown', sent_at = NULL, unknown_since = now()")
            _ = try await stage.request(.get, "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif")
            #expect(try await stage.states() == [.sent: 1])
            #expect(try await stage.told().map(\.subject).suffix(2) == ["crm.message.sent", "crm.message.opened"])
        }
    }

    @Test func `a redirect to anywhere else can't be had`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let good = try stage.tokens.make(.click, for: .init(message: message, link: 0))
            let forged = try #require(LinkTokens(secrets: ["somebody else's secret"])).make(.click, for: .init(message: message, link: 0))
            let noSuchLink = try stage.tokens.make(.click, for: .init(message: message, link: 7))
            let noSuchMessage = try stage.tokens.make(.click, for: .init(message: .make(), link: 0))
            let ofAnotherKind = try stage.tokens.make(.open, for: .init(message: message))
            let paths = [forged, noSuchLink, noSuchMessage, ofAnotherKind, "x", "https:%2F%2Fevil.example", "\(good)x"]
            for path in paths {
                let response = try await stage.request(.get, "/t/c/\(path)?url=https://evil.example&target=https://evil.example")
                #expect(response.status == .notFound, "\(path)")
                #expect(response.headers[.location] == nil)
            }
            #expect(
                try await stage.request(.get, "/t/c/\(good)?url=https://evil.example").headers[.location]
                    == "https://sites.example.com/sites/a"
            )
            #expect(try await stage.request(.get, "/t/o/\(good).gif").status == .notFound)
        }
    }

    @Test func `while the database is away a person is asked to come again`() async throws {
        let tokens = try #require(LinkTokens(secrets: ["the secret of all tests"]))
        let away = Database(
            DatabaseConfiguration(url: "postgres://127.0.0.1:1/none", waitTimeout: .seconds(1), applicationName: "campaign-tests"),
            logger: .quiet
        )
        let router = Router(context: ServiceRequestContext.self)
        TrackingRoutes(tokens: tokens, hits: HitHandlers(database: away)).add(to: router)
        UnsubscribeRoutes(database: away, tokens: tokens, subscriptions: SubscriptionHandlers(database: away)).add(to: router)
        try await Application(router: router, logger: .quiet).test(.router) { client in
            let link = "/t/c/\(tokens.make(.click, for: .init(message: .make(), link: 0)))"
            let way = "/u/\(tokens.make(.unsubscribe, for: .init(message: .make())))"
            for (method, path) in [(HTTPRequest.Method.get, link), (.get, way), (.post, way)] {
                let response = try await client.execute(uri: path, method: method)
                #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "5")
                #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            }
        }
        await away.close()
    }

    @Test func `who only asks what there would be has neither opened nor clicked`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let pixel = try await stage.request(.head, "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif")
            #expect(pixel.status == .ok && pixel.headers[.contentType] == "image/gif" && pixel.body.readableBytes == 0)
            let link = try await stage.request(.head, "/t/c/\(try stage.tokens.make(.click, for: .init(message: message, link: 0)))")
            #expect(link.status == .found && link.headers[.location] == "https://sites.example.com/sites/a")
            let noLink = try await stage.request(.head, "/t/c/\(try stage.tokens.make(.click, for: .init(message: message, link: 1)))")
            #expect(noLink.status == .notFound && noLink.headers[.location] == nil)
            let page = try await stage.request(.head, "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))")
            #expect(page.status == .ok && page.body.readableBytes == 0)
            for path in ["/t/o/x.gif", "/t/c/x", "/u/x"] { #expect(try await stage.request(.head, path).status == .notFound) }
            #expect(try await stage.tellings() == ["crm.campaign.started": 1])
            #expect(try await stage.hits() == .init(stored: 0, opens: 0, clicks: 0))
        }
    }

    @Test func `what a crawler does without end is counted, and no more stored`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0], links: (0..<4).map { "https://sites.example.com/\($0)" })
            let pixel = "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif"
            let link = "/t/c/\(try stage.tokens.make(.click, for: .init(message: message, link: 0)))"
            try await stage.database.execute("UPDATE messages SET open_count = 99, click_count = 99")
            for _ in 0..<3 {
                _ = try await stage.request(.get, pixel, headers: Self.scanner)
                #expect(try await stage.request(.get, link, headers: Self.scanner).status == .found)
            }
            #expect(try await stage.hits() == .init(stored: 2, opens: 102, clicks: 102))
            #expect(try await stage.told(MessageOpened.subject).count == 1)
            _ = try await stage.request(.get, pixel)
            #expect(try await stage.told(MessageOpened.subject).count == 2, "and then a person comes")
            _ = try await stage.request(.get, link)
            let clicks = try await stage.told(MessageClicked.subject)
            #expect(clicks.count == 1 && clicks[0].data.contains(#""by_machine": true"#), "which can't be told of one of so many clicks")
        }
    }

    @Test func `a person's click amid a gateway's sweep is a person's`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0], links: (0..<4).map { "https://sites.example.com/\($0)" })
            for link in 0..<4 {
                let path = "/t/c/\(try stage.tokens.make(.click, for: .init(message: message, link: link)))"
                _ = try await stage.request(.get, path, headers: Self.scanner)
                if link == 2 { _ = try await stage.request(.get, path) }
            }
            try await stage.database.execute("UPDATE hits SET judge_at = now()")
            try await stage.running { try await eventually("judged") { try await stage.told(MessageClicked.subject).count == 2 } }
            let byMachine = try await stage.told(MessageClicked.subject).map { $0.data.contains(#""by_machine": true"#) }
            #expect(Set(byMachine) == [true, false])
        }
    }

    @Test func `a sweep of all links is a machine's, found out afterwards`() async throws {
        try await Stage.set { stage in
            let links = (0..<4).map { "https://sites.example.com/\($0)" }
            let message = try await stage.sentMessage(to: stage.leads(1)[0], links: links)
            for link in 0..<4 {
                let path = "/t/c/\(try stage.tokens.make(.click, for: .init(message: message, link: link)))"
                #expect(try await stage.request(.get, path).headers[.location] == links[link])
            }
            #expect(try await stage.told(MessageClicked.subject).isEmpty, "it is too early to tell")
            try await stage.database.execute("UPDATE hits SET judge_at = now()")
            try await stage.running { try await eventually("judged") { try await stage.told(MessageClicked.subject).count == 1 } }
            #expect(try await stage.told(MessageClicked.subject)[0].data.contains(#""by_machine": true"#))
        }
    }
}

extension Stage {
    fileprivate struct Hits: Hashable {
        var stored: Int
        var opens: Int
        var clicks: Int
    }

    fileprivate func hits() async throws -> Hits {
        let row = try await #require(
            database.row("SELECT (SELECT count(*) FROM hits) AS stored, open_count, click_count FROM messages")
        )
        return Hits(stored: try row.decode("stored"), opens: try row.decode("open_count"), clicks: try row.decode("click_count"))
    }
}

@Suite("GET and POST /u/{token}", .timeLimit(.minutes(1)))
struct UnsubscribeTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test func `looking changes nothing, however often a scanner looks`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let path = "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))"
            for _ in 0..<3 {
                let response = try await stage.request(.get, path)
                #expect(response.status == .ok)
                #expect(String(buffer: response.body).contains(#"<form method="post">"#))
            }
            #expect(try await stage.suppression(of: "lead0@example.com") == nil)
            #expect(try await stage.tellings()["crm.message.unsubscribed"] == nil)
        }
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
        ),
    ])
    func `one POST of a mail program is enough, and a second changes nothing`(type: String, body: String) async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let path = "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))"
            for _ in 0..<2 {
                let response = try await stage.request(.post, path, headers: [.contentType: type], body: body)
                #expect(response.status == .ok, "RFC 8058: no redirect")
                #expect(response.headers[.setCookie] == nil)
            }
            #expect(try await stage.suppression(of: "lead0@example.com") == "unsubscribed")
            let told = try await stage.told(MessageUnsubscribed.subject)
            #expect(told.count == 1 && told[0].data.contains("one_click"))
        }
    }

    @Test func `a person presses the button, and may take it back`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let path = "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))"
            _ = try await stage.request(.post, path, headers: Self.form, body: "action=unsubscribe")
            #expect(try await stage.suppression(of: "lead0@example.com") == "unsubscribed")
            _ = try await stage.request(.post, path, headers: Self.form, body: "action=resubscribe")
            #expect(try await stage.suppression(of: "lead0@example.com") == nil)
            _ = try await stage.request(.post, path, headers: Self.form, body: "action=unsubscribe")
            #expect(try await stage.suppression(of: "lead0@example.com") == "unsubscribed")
            let tellings = try await stage.tellings()
            #expect(tellings["crm.message.unsubscribed"] == 2 && tellings["crm.message.resubscribed"] == 1)
        }
    }

    @Test func `a complaint is not taken back by a button`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            try await stage.database.transaction { transaction in
                _ = try await transaction.suppress(.email, "lead0@example.com", .complained, source: "ses", lead: nil, message: message)
            }
            let path = "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))"
            _ = try await stage.request(.post, path, headers: Self.form, body: "action=resubscribe")
            #expect(try await stage.suppression(of: "lead0@example.com") == "complained")
        }
    }

    @Test func `a token that we didn't sign unsubscribes nobody`() async throws {
        try await Stage.set { stage in
            let message = try await stage.sentMessage(to: stage.leads(1)[0])
            let forged = try #require(LinkTokens(secrets: ["somebody else's secret"])).make(.unsubscribe, for: .init(message: message))
            for token in [forged, "x", try stage.tokens.make(.open, for: .init(message: message))] {
                let response = try await stage.request(.post, "/u/\(token)", headers: Self.form, body: "List-Unsubscribe=One-Click")
                #expect(response.status == .notFound)
                #expect(try await stage.request(.get, "/u/\(token)").status == .notFound)
            }
            #expect(try await stage.suppression(of: "lead0@example.com") == nil)
        }
    }
}
