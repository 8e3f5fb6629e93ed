package import Contracts
package import Hummingbird
package import Messaging
package import ServiceKit
package import ServiceLifecycle

/// Contact status, website status, and the sites themselves.
package struct LifecycleService: PlumblineService {
    package static let name = ServiceName.lifecycle
    package static let schema = "lifecycle"
    package static let settings: [Setting] = [
        Setting(
            "CHECKOUT_URL",
            .url,
            default: "http://127.0.0.1:\(ServiceName.billingWebhook.defaultPort)",
            "How the outside reaches billing-webhook: the button of a preview leads to its /checkout/{slug}."
        ),
        Setting("GENERATION_CONCURRENCY", .integer, default: "4", "How many pages are made at once."),
    ]

    private let facts = FactHandlers()
    private let leads: LeadHandlers
    private let statuses: StatusCommands
    private let sites: SiteCommands
    private let pages: SiteRoutes
    private let visits: SiteVisitCommands
    private let visitRecorder: VisitRecorder
    private let generation: GenerationWorker
    private let subscriptionEnds: SubscriptionEndSweeper

    package init(_ context: ServiceContext) throws {
        let concurrency = context.settings.int("GENERATION_CONCURRENCY")
        guard (1...64).contains(concurrency) else {
            throw SettingsError(faults: ["GENERATION_CONCURRENCY is \"\(concurrency)\"; it must be 1 to 64"])
        }
        var options = GenerationWorker.Options()
        options.loops = concurrency

        leads = LeadHandlers(facts: facts)
        statuses = StatusCommands(database: context.database, publicURL: context.publicURL)
        sites = SiteCommands(
            database: context.database,
            leads: LeadDirectory(database: context.database, commands: context.commands),
            publicURL: context.publicURL
        )
        let counter = VisitCounter()
        pages = SiteRoutes(database: context.database, checkoutURL: context.settings.url("CHECKOUT_URL"), visits: counter)
        visits = SiteVisitCommands(database: context.database)
        visitRecorder = VisitRecorder(database: context.database, counter: counter, logger: context.logger)
        generation = GenerationWorker(
            database: context.database,
            publicURL: context.publicURL,
            logger: context.logger,
            options: options
        )
        subscriptionEnds = SubscriptionEndSweeper(database: context.database, logger: context.logger)
    }

    package var consumes: [EventHandler] {
        [
            leads.follow,
            facts.follow(Catalogue.campaigns, FactHandlers.campaigns),
            facts.follow(Catalogue.billing, FactHandlers.billing),
        ]
    }

    package var answers: [CommandHandler] {
        [
            .answer(GetStatus.self, statuses.status),
            .answer(GetHistory.self, statuses.history),
            .answer(GetFunnel.self, statuses.funnel),
            .answer(OverrideStatus.self, statuses.override),
            .answer(CreateSite.self, sites.create),
            .answer(GenerateSite.self, sites.generate),
            .answer(GetSiteVisits.self, visits.visits),
        ]
    }

    package func addRoutes(to router: Router<ServiceRequestContext>) {
        pages.add(to: router)
    }

    package var runs: [any Service] { [generation, subscriptionEnds, visitRecorder] }
}
