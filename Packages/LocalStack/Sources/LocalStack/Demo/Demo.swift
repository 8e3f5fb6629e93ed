public import Contracts
import Foundation
import Outbound

/// The main job, from a file of businesses to paying customers, on a running system: what `make demo` shows.
public struct Demo: Sendable {
    /// What a run came to.
    public struct Report: Sendable {
        public var imported: ImportCounts
        public var funnel: Funnel
        public var campaigns: [GetCampaignResults.Answer]
        /// The history of one lead that became a customer, or came as far as any.
        public var story: [StatusHistoryEntry]
        public var storyLead: Lead?
        public var storySite: Site?
    }

    /// What lead-intake answered to the file.
    public struct ImportCounts: Decodable, Hashable, Sendable {
        public var read: Int
        public var created: Int
        public var matched: Int
        public var rejected: Int
    }

    let address: SystemAddress
    let client: StackClient
    /// Told what is going on, in one line at a time.
    let tell: @Sendable (String) -> Void
    /// How long the people may take before it is a fault.
    let patience: Duration
    let outbound = OutboundClient()

    public init(
        at address: SystemAddress,
        client: StackClient,
        patience: Duration = .seconds(240),
        tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.address = address
        self.client = client
        self.patience = patience
        self.tell = tell
    }

    /// Runs it all; returns when the people are done and every event has been followed.
    ///
    /// - Parameter file: businesses as a Google-Maps scraper exports them: CSV, JSON or NDJSON.
    /// - Returns: what it came to.
    /// - Throws: the first thing that didn't go as it must.
    public func run(leads file: String) async throws -> Report {
        let imported = try await importLeads(file)
        tell("Imported \(imported.read) rows: \(imported.created) leads, \(imported.matched) known already, \(imported.rejected) rejected")

        let qualified = try await qualifiedLeads()
        tell("Qualified: \(qualified.count). Making a site for each")
        try await makeSites(for: qualified)

        let campaigns = try await startCampaigns(for: qualified)
        try await watch(campaigns)
        let results = try await results(of: campaigns)
        let funnel = try await Funnel.ask(client)
        let (story, lead, site) = try await bestStory(among: qualified)
        return Report(imported: imported, funnel: funnel, campaigns: results, story: story, storyLead: lead, storySite: site)
    }

    /// Every lead that is worth a site, by the score that lead-intake gives.
    private func qualifiedLeads() async throws -> [Lead] {
        var leads: [Lead] = []
        var cursor: String?
        repeat {
            let page = try await client.ask(ListLeads(minQualificationScore: 60, limit: 500, cursor: cursor))
            leads += page.leads
            cursor = page.nextCursor
        } while cursor != nil
        return leads
    }

    private func makeSites(for leads: [Lead]) async throws {
        try await inParallel(leads, width: 16) { lead in
            _ = try await client.ask(CreateSite(leadID: lead.id))
            _ = try await client.ask(GenerateSite(leadID: lead.id))
        }
        try await poll("all sites to be made") {
            let funnel = try await client.ask(GetFunnel())
            tell("Sites generated: \(funnel.generated) of \(leads.count)")
            return funnel.generated >= leads.count
        }
    }

    /// E-mail to those who have an address, SMS to those who have a number only: nobody gets both, so that what a lead
    /// does never depends on which message came first.
    private func startCampaigns(for leads: [Lead]) async throws -> [CampaignID] {
        let audiences: [(Channel, AudienceFilter, Int)] = [
            (.email, AudienceFilter(websiteStatus: [.generated], hasEmail: true), leads.count { $0.email != nil }),
            (.sms, AudienceFilter(websiteStatus: [.generated], hasEmail: false), leads.count { $0.email == nil && $0.phone != nil }),
        ]
        var started: [CampaignID] = []
        for (channel, filter, expected) in audiences {
            try await poll("campaign to know its \(channel.rawValue) audience of \(expected)") {
                let preview = try await client.ask(PreviewCampaign(channel: channel, filter: filter, sampleSize: 0))
                return preview.audience + (preview.excluded.values.reduce(0, +)) >= expected
            }
            let answer = try await client.ask(StartCampaign(name: "Demo \(channel.rawValue)", channel: channel, filter: filter))
            tell("Campaign by \(channel.rawValue) started: \(answer.audience) leads")
            started.append(answer.campaignID)
        }
        return started
    }

    func results(of campaigns: [CampaignID]) async throws -> [GetCampaignResults.Answer] {
        var results: [GetCampaignResults.Answer] = []
        for campaign in campaigns { results.append(try await client.ask(GetCampaignResults(campaignID: campaign))) }
        return results
    }

    /// The lead that has the most to tell: a customer if there is one.
    private func bestStory(among leads: [Lead]) async throws -> ([StatusHistoryEntry], Lead?, Site?) {
        var best: (story: [StatusHistoryEntry], lead: Lead?, site: Site?, isCustomer: Bool) = ([], nil, nil, false)
        for lead in leads.sorted(by: { $0.slug < $1.slug }) {
            let status = try await client.ask(GetStatus(leadID: lead.id))
            let isCustomer = status.contactStatus == .purchased
            guard isCustomer || !best.isCustomer else { continue }
            let story = try await client.ask(GetHistory(leadID: lead.id)).entries
            guard story.count > best.story.count || (isCustomer && !best.isCustomer) else { continue }
            best = (story, lead, status.site, isCustomer)
        }
        return (best.story, best.lead, best.site)
    }

    // MARK: Waiting

    /// Asks every quarter of a second until `isDone` says so.
    ///
    /// - Throws: ``DemoError`` after ``patience``, naming what was waited for.
    func poll(_ what: String, _ isDone: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + patience
        while try await !isDone() {
            guard ContinuousClock.now < end else { throw DemoError(description: "Waited \(patience) for \(what), in vain") }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private func inParallel<Item: Sendable>(
        _ items: [Item],
        width: Int,
        _ work: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= width { try await group.next() }
                group.addTask { try await work(item) }
            }
            try await group.waitForAll()
        }
    }
}

/// Something in the demo didn't go as it must.
public struct DemoError: Error, CustomStringConvertible {
    public var description: String
}
