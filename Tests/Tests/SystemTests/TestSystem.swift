import Contracts
import Foundation
import LocalStack
import Outbound
import Testing

/// A whole system for tests: real PostgreSQL, real NATS, the services' own executables, and a sandbox whose people do
/// nothing by themselves, so that a test can play them.
struct TestSystem: Sendable {
    let stack: LocalStack
    let client: StackClient
    let web = OutboundClient()

    /// One for all stories: each has leads of its own.
    static func shared() async throws -> TestSystem { try await SharedSystem.instance.system() }

    static func start(
        sandbox: StackPlan.SandboxPlan = StackPlan.SandboxPlan(settings: quietPeople),
        overrides: [String: [String: String]] = [:]
    ) async throws -> TestSystem {
        let plan = try StackPlan.make(executables: executables, sandbox: sandbox, overrides: overrides)
        let stack = try await LocalStack.start(plan)
        return TestSystem(stack: stack, client: try await StackClient.connect(to: plan))
    }

    func stop() async throws {
        await client.close()
        await web.shutdown()
        try await stack.stop()
    }

    static let quietPeople: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            "BOUNCE", "SCANNER", "OPEN", "UNSUBSCRIBE", "CLICK", "UNDELIVERED", "STOP", "TEXT_CLICK", "REPLY", "BUY", "CANCEL", "DUPLICATE",
            "REORDERED",
        ].map { ("SANDBOX_RATE_\($0)", "0") }
    )

    /// Where the build puts the services' executables: beside the test bundle.
    static var executables: String {
        let candidates = [(try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "", CommandLine.arguments[0]]
        let directories = candidates.map { URL(filePath: $0).deletingLastPathComponent().path }
        return directories.first { FileManager.default.isExecutableFile(atPath: $0 + "/lifecycle") } ?? directories[0]
    }

    /// The repository's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL.path
}

private actor SharedSystem {
    static let instance = SharedSystem()
    private var starting: Task<TestSystem, any Error>?

    func system() async throws -> TestSystem {
        let task = starting ?? Task { try await TestSystem.start() }
        starting = task
        return try await task.value
    }
}

// MARK: What tests do again and again

extension TestSystem {
    /// Waits until `condition` holds; what is awaited here is the system's own work, never a guess of its time.
    func eventually(
        _ what: Comment,
        within patience: Duration = .seconds(40),
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + patience
        while try await !condition() {
            guard ContinuousClock.now < end else {
                Issue.record(what, sourceLocation: sourceLocation)
                throw CancellationError()
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// A business of its own for each test, with everything that makes it worth a site.
    func business(_ name: String, email: Bool = true, phone: String? = nil) -> LeadDraft {
        let number = Int.random(in: 100_000...999_999)
        return LeadDraft(
            name: "\(name) \(number)",
            category: "Plumber",
            gmbID: "ChIJ\(EventID.make())",
            address: "1 Main Street",
            city: "Birmingham",
            state: "AL",
            country: "US",
            phone: phone ?? "+1205555\(String(format: "%04d", 100 + number % 100))",
            email: email ? "owner\(number)@\(EventID.make()).example" : nil,
            rating: 4.6,
            reviewCount: 80,
            photoCount: 12
        )
    }

    func lead(_ draft: LeadDraft) async throws -> Lead {
        try await client.ask(ResolveLead(gmbID: draft.gmbID, business: draft)).lead
    }

    func status(of lead: LeadID) async throws -> LeadStatus? {
        do {
            return try await client.ask(GetStatus(leadID: lead))
        } catch let problem as Problem where problem.status == 404 {
            return nil
        }
    }

    func waitFor(contact status: ContactStatus, of lead: LeadID, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("the contact status never became \(status.rawValue)", sourceLocation: sourceLocation) {
            try await self.status(of: lead)?.contactStatus == status
        }
    }

    func waitFor(website status: WebsiteStatus, of lead: LeadID, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("the website status never became \(status.rawValue)", sourceLocation: sourceLocation) {
            try await self.status(of: lead)?.websiteStatus == status
        }
    }

    func history(of lead: LeadID, _ field: StatusField? = nil) async throws -> [StatusHistoryEntry] {
        try await client.ask(GetHistory(leadID: lead, field: field, limit: 1_000)).entries
    }

    /// A lead with a generated site.
    func leadWithSite(_ draft: LeadDraft) async throws -> (Lead, Site) {
        let lead = try await lead(draft)
        let site = try await client.ask(CreateSite(leadID: lead.id)).site
        _ = try await client.ask(GenerateSite(leadID: lead.id))
        try await waitFor(website: .generated, of: lead.id)
        return (lead, site)
    }

    /// Writes to one lead, once campaign knows it with its site.
    func write(to lead: Lead, by channel: Channel) async throws -> CampaignID {
        let filter = AudienceFilter(websiteStatus: [.generated, .sold], leadIDs: [lead.id])
        try await eventually("campaign never knew the lead") {
            let preview = try await client.ask(PreviewCampaign(channel: channel, filter: filter))
            return preview.audience + preview.excluded.values.reduce(0, +) == 1
        }
        return try await client.ask(StartCampaign(name: "One", channel: channel, filter: filter)).campaignID
    }

    func get(_ url: String, headers: [(String, String)] = [("User-Agent", browser)]) async throws -> OutboundResponse {
        var request = OutboundRequest(.get, url, timeout: .seconds(20))
        request.headers = headers
        return try await web.send(request)
    }

    func post(
        _ url: String,
        _ body: String,
        type: String,
        headers: [(String, String)] = [],
        timeout: Duration = .seconds(20)
    ) async throws -> OutboundResponse {
        var request = OutboundRequest(.post, url, timeout: timeout)
        request.headers = headers + [("Content-Type", type), ("User-Agent", Self.browser)]
        request.body = Data(body.utf8)
        return try await web.send(request)
    }

    static let browser =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
}

// MARK: The sandbox

extension TestSystem {
    struct Mail: Decodable {
        var to: String
        var subject: String
        var messageID: String
        var links: [String]
        var images: [String]
        var unsubscribe: String?
        var text: String?
        var html: String?

        enum CodingKeys: String, CodingKey {
            case to, subject
            case messageID = "message_id"
            case links, images, unsubscribe, text, html
        }
    }

    struct Text: Decodable {
        var sid: String
        var to: String
        var body: String
        var status: String
    }

    /// The mail that arrived at the lead's address; waits for it.
    func mail(to lead: Lead) async throws -> Mail {
        let address = try #require(lead.email)
        return try await first([Mail].self, "mails?to=\(address)", "no mail came to \(address)")
    }

    func text(to lead: Lead) async throws -> Text {
        let number = try #require(lead.phone)
        return try await first([Text].self, "texts?to=%2B\(number.dropFirst())", "no text came to \(number)")
    }

    private func first<Item: Decodable & Sendable>(_ type: [Item].Type, _ path: String, _ otherwise: Comment) async throws -> Item {
        var found: [Item] = []
        try await eventually(otherwise) {
            found = try WireJSON.decode(type, from: try await get("\(stack.plan.sandboxURL)/sandbox/\(path)").body)
            return !found.isEmpty
        }
        return found[0]
    }

    /// A person follows the link to buy, and pays.
    func buy(_ site: Site, as lead: Lead) async throws {
        let answer = try await get("\(stack.url(of: .billingWebhook))/checkout/\(site.slug)")
        #expect(answer.status == 303)
        let session = try #require(answer.headers["Location"])
        #expect(session.hasPrefix(stack.plan.sandboxURL))
        let checkout = try #require(session.split(separator: "/").last)
        try await pull("pay", ["checkout_id": String(checkout), "email": lead.email ?? "buyer@people.example", "name": "Ana Buyer"])
    }

    /// Pulls one of the sandbox's strings: `pay`, `cancel`, `text`.
    func pull(_ string: String, _ body: [String: String]) async throws {
        let json = String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
        let answer = try await post("\(stack.plan.sandboxURL)/sandbox/\(string)", json, type: "application/json")
        #expect(answer.status == 202)
    }
}
