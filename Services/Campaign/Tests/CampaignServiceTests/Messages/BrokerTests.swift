import Contracts
import Foundation
import LocalServers
import Logging
import Messaging
import Postgres
import ServiceLifecycle
import Testing

@testable import CampaignService

@Suite("Over a real broker", .timeLimit(.minutes(1)))
struct BrokerTests {
    @Test func `what the others tell becomes an audience, and what becomes of it is told to them`() async throws {
        let server = try await NATSServer.start()
        let client = NATSClient(NATSConfiguration(servers: ["nats://127.0.0.1:\(server.port)"], name: "test"), logger: .quiet)
        try await client.connect()
        for stream in Catalogue.streams { try await JetStream(client).ensureStream(StreamConfiguration(stream)) }
        try await Stage.set { stage in
            try await stage.connected(to: client) {
                let leads = Self.leads(600)
                try await stage.tell(leads)
                let commands = CommandClient(client)
                let filter = AudienceFilter(contactStatus: [.pending], websiteStatus: [.generated], minQualificationScore: 60)
                try await eventually("the audience is there") {
                    let preview = PreviewCampaign(channel: .email, filter: filter, sampleSize: 1)
                    let answer = try await commands.call(preview, as: Stage.manager, timeout: .seconds(20))
                    return answer.audience == 300 && answer.samples.first?.text.contains("/t/c/") == true
                }
                let start = StartCampaign(name: "Spring", channel: .email, filter: filter)
                let campaign = try await commands.call(start, as: Stage.manager, timeout: .seconds(20))
                #expect(campaign.audience == 300)
                try await eventually("it is done") {
                    let question = GetCampaignResults(campaignID: campaign.campaignID)
                    return try await commands.call(question, as: Stage.manager, timeout: .seconds(20)).state == "completed"
                }
                try await eventually("all is told") { try await stage.told().isEmpty }
            }
            #expect(stage.smtp.mails.count == 300)
            let told = try await JetStream(client).lastMessages(of: Catalogue.campaigns.name, 1_000).map(\.subject)
            #expect(told.count { $0 == "crm.message.sent" } == 300)
            #expect(told.first == "crm.campaign.started" && told.last == "crm.campaign.completed")
        }
        await client.drain()
        try await server.stop()
    }

    private static func leads(_ count: Int) -> [Lead] {
        (0..<count).map { number in
            Lead(
                id: .make(),
                slug: "lead-\(number)",
                name: "Lead \(number)",
                email: "lead\(number)@example.com",
                source: .googleBusiness,
                qualificationScore: number % 2 == 0 ? 80 : 20,
                createdAt: Date(),
                updatedAt: Date()
            )
        }
    }
}

extension Stage {
    /// As lead-intake and lifecycle would: the relay takes an event of any stream to where it belongs.
    fileprivate func tell(_ leads: [Lead]) async throws {
        let events: [any Event] = leads.flatMap { lead -> [any Event] in
            let site = SiteID.make()
            let cause = StatusCause(eventID: .make(), type: "plumbline.site.generated.v1")
            return [
                LeadCreated(snapshot: lead),
                SiteCreated(leadID: lead.id, siteID: site, slug: lead.slug, title: lead.name),
                WebsiteStatusChanged(leadID: lead.id, from: .none, to: .generating, cause: cause, at: Date()),
                WebsiteStatusChanged(leadID: lead.id, from: .generating, to: .generated, cause: cause, at: Date()),
                SiteGenerated(
                    leadID: lead.id,
                    siteID: site,
                    slug: lead.slug,
                    version: 1,
                    theme: "plain",
                    url: "https://sites.example.com/sites/\(lead.slug)"
                ),
            ]
        }
        try await database.transaction { _ = try await $0.publish(events) }
    }

    /// Runs all that the service is, as ServiceKit does, until `body` ends; then it is shut down in order.
    fileprivate func connected(to client: NATSClient, _ body: () async throws -> Void) async throws {
        let consumers = EventConsumers(service: .campaign, database: database, client: client, handlers: service.consumes, logger: .quiet)
        let services: [any Service] =
            [
                OutboxRelay(database: database, client: client, logger: .quiet), consumers,
                CommandServer(service: .campaign, client: client, handlers: service.answers + consumers.answers, logger: .quiet),
            ] + service.runs
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                logger: .quiet
            )
        )
        async let run: Void = group.run()
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
    }
}
