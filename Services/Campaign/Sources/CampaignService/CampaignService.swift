package import Contracts
package import Hummingbird
package import Messaging
import Outbound
package import ServiceKit
package import ServiceLifecycle

/// Campaigns, the messages of them, and who must not be written to: whom we write to, what we write, and how they take it.
package struct CampaignService: PlumblineService {
    package static let name = ServiceName.campaign
    package static let schema = "campaign"
    package static let settings = CampaignSettings.declared

    private let audience = AudienceHandlers()
    let commands: CampaignCommands
    private let adoption: SuppressionAdoption
    private let tracking: TrackingRoutes
    private let unsubscribing: UnsubscribeRoutes
    private let twilio: TwilioRoutes
    private let engine: SendingEngine
    private let housekeeper: Housekeeper
    /// None where no e-mail is sent.
    private let notices: NoticeSender?

    package init(_ context: ServiceContext) throws {
        let settings = try CampaignSettings(context.settings, publicURL: context.publicURL)
        let composer = MessageComposer(letterhead: settings.letterhead, tokens: settings.tokens)
        // With a place for each message under way: a wait for one would come off its lease.
        let outbound = OutboundClient(
            OutboundConfiguration(
                maximumTransfers: 2 * settings.sending.concurrency + 16,
                maximumTransfersPerHost: 2 * settings.sending.concurrency + 8
            ),
            logger: context.logger
        )
        let sms = settings.twilio.map { TwilioProvider(outbound: outbound, settings: $0) }
        var providers: [Channel: any MessageProvider] = [:]
        providers[.email] = settings.mail.map { EmailProvider(outbound: outbound, settings: $0) }
        providers[.sms] = sms

        let hits = HitHandlers(database: context.database)
        let deliveries = DeliveryHandlers(database: context.database, logger: context.logger)
        let housekeeping = Wake()
        let engine = SendingEngine(
            providers: providers,
            database: context.database,
            composer: composer,
            settings: settings.sending,
            idle: { housekeeping.signal() },
            logger: context.logger
        )
        self.engine = engine
        housekeeper = Housekeeper(
            database: context.database,
            resolver: UnknownResolver(database: context.database, twilio: sms, settings: settings.sending, logger: context.logger),
            hits: hits,
            deliveries: deliveries,
            wake: housekeeping,
            requeued: { engine.signal() },
            logger: context.logger
        )
        notices = settings.mail.map { mail in
            NoticeSender(
                database: context.database,
                provider: EmailProvider(outbound: outbound, settings: mail),
                letterhead: settings.letterhead,
                ownerLink: { try await context.commands.call(GetOwnerLink(leadID: $0), as: .service(.campaign)).url },
                logger: context.logger
            )
        }
        commands = CampaignCommands(database: context.database, composer: composer, channels: Set(providers.keys))
        adoption = SuppressionAdoption(database: context.database)
        tracking = TrackingRoutes(tokens: settings.tokens, hits: hits)
        unsubscribing = UnsubscribeRoutes(
            database: context.database,
            tokens: settings.tokens,
            subscriptions: SubscriptionHandlers(database: context.database)
        )
        twilio = TwilioRoutes(
            database: context.database,
            verifier: settings.twilioVerifier,
            publicURL: context.publicURL,
            deliveries: deliveries
        )
    }

    package var consumes: [EventHandler] { audience.handlers + NoticeHandlers().handlers }

    package var answers: [CommandHandler] { commands.handlers + adoption.handlers }

    package func addRoutes(to router: Router<ServiceRequestContext>) {
        tracking.add(to: router)
        unsubscribing.add(to: router)
        twilio.add(to: router)
    }

    package var runs: [any Service] { [engine, housekeeper] + [notices].compactMap(\.self) }
}
