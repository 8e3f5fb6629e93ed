package import Contracts
import Foundation
package import Hummingbird
package import Messaging
import Outbound
package import ServiceKit
package import ServiceLifecycle

/// Contact status, website status, and the sites themselves.
package struct LifecycleService: PlumblineService {
    package static let name = ServiceName.lifecycle
    package static let schema = "lifecycle"
    package static let settings = ownSettings + LLMSettings.declared + DeploymentSettings.declared

    private static let ownSettings: [Setting] = [
        Setting(
            "CHECKOUT_URL",
            .url,
            default: "http://127.0.0.1:\(ServiceName.billingWebhook.defaultPort)",
            "How the outside reaches billing-webhook: the button of a preview leads to its /checkout/{slug}."
        ),
        Setting("GENERATION_CONCURRENCY", .integer, default: "4", "How many pages are made at once."),
        Setting.optional("CHROMIUM", "The browser that takes screenshots; found by itself where it is installed, and `none` for none."),
        Setting("SCREENSHOT_CONCURRENCY", .integer, default: "1", "How many pages are looked at at once."),
        Setting.optional("FOLLOW_UPS_FILE", "A JSON file with other rules for follow-ups, as docs/examples/follow-ups.json."),
    ]

    private let facts = FactHandlers()
    private let leads: LeadHandlers
    private let statuses: StatusCommands
    private let followUps: FollowUpCommands
    private let followUpSweeper: FollowUpSweeper
    private let sites: SiteCommands
    private let adoption: AdoptionCommands
    private let editing: SiteEditing
    private let takedown: SiteTakedown
    private let deploying: SiteDeploying
    private let deployments: DeploymentWorker?
    private let pages: SiteRoutes
    private let pictures: ScreenshotRoutes
    private let screenshots: ScreenshotWorker
    private let pageCache: PageCache
    private let visits: SiteVisitCommands
    private let visitRecorder: VisitRecorder
    private let generation: GenerationWorker
    private let jobs: GenerationCommands
    private let subscriptionEnds: SubscriptionEndSweeper

    package init(_ context: ServiceContext) throws {
        let concurrency = context.settings.int("GENERATION_CONCURRENCY")
        guard (1...64).contains(concurrency) else {
            throw SettingsError(faults: ["GENERATION_CONCURRENCY is \"\(concurrency)\"; it must be 1 to 64"])
        }
        var options = GenerationWorker.Options()
        options.loops = concurrency
        var writer: any ContentWriter = TemplateWriter()
        if let settings = try LLMSettings(context.settings) {
            // A model takes seconds: what is taken is written at once, and the client waits as long as it may take.
            options.batch = 1
            var patient = OutboundConfiguration()
            patient.stallTimeout = settings.timeout
            writer = LLMWriter(settings, client: OutboundClient(patient, logger: context.logger), logger: context.logger)
        }

        statuses = StatusCommands(database: context.database, publicURL: context.publicURL)
        let rules = try Self.followUpRules(from: context.settings.optionalString("FOLLOW_UPS_FILE"))
        leads = LeadHandlers(facts: facts, followUpRules: rules)
        followUps = FollowUpCommands(database: context.database, rules: rules)
        followUpSweeper = FollowUpSweeper(database: context.database, rules: rules, logger: context.logger)
        let directory = LeadDirectory(database: context.database, commands: context.commands)
        sites = SiteCommands(database: context.database, leads: directory, publicURL: context.publicURL)
        editing = SiteEditing(database: context.database, leads: directory, publicURL: context.publicURL)
        takedown = SiteTakedown(editing: editing, commands: context.commands)
        let target = try DeploymentSettings.target(context.settings, outbound: context.outbound)
        deploying = SiteDeploying(editing: editing, hasTarget: target != nil)
        deployments = target.map { target in
            DeploymentWorker(
                database: context.database,
                target: target,
                publicURL: context.publicURL,
                checkoutURL: context.settings.url("CHECKOUT_URL"),
                logger: context.logger
            )
        }
        let counter = VisitCounter()
        pageCache = PageCache(database: context.database)
        pages = SiteRoutes(
            database: context.database,
            checkoutURL: context.settings.url("CHECKOUT_URL"),
            visits: counter,
            cache: pageCache
        )
        pictures = ScreenshotRoutes(database: context.database)
        let browsers = context.settings.int("SCREENSHOT_CONCURRENCY")
        guard (1...16).contains(browsers) else {
            throw SettingsError(faults: ["SCREENSHOT_CONCURRENCY is \"\(browsers)\"; it must be 1 to 16"])
        }
        screenshots = ScreenshotWorker(
            database: context.database,
            browser: try Browser.find(context.settings.optionalString("CHROMIUM")),
            logger: context.logger,
            concurrency: browsers
        )
        visits = SiteVisitCommands(database: context.database, publicURL: context.publicURL)
        visitRecorder = VisitRecorder(database: context.database, counter: counter, logger: context.logger)
        adoption = AdoptionCommands(
            database: context.database,
            leads: LeadDirectory(database: context.database, commands: context.commands),
            publicURL: context.publicURL
        )
        jobs = GenerationCommands(database: context.database)
        generation = GenerationWorker(
            database: context.database,
            publicURL: context.publicURL,
            logger: context.logger,
            options: options,
            writer: writer
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
            .answer(GetStatuses.self, statuses.statuses),
            .answer(GetHistory.self, statuses.history),
            .answer(ExplainStatus.self, statuses.explain),
            .answer(VerifyStatuses.self, statuses.verify),
            .answer(ListFollowUps.self, followUps.list),
            .answer(CompleteFollowUp.self, followUps.complete),
            .answer(DismissFollowUp.self, followUps.dismiss),
            .answer(GetFunnel.self, statuses.funnel),
            .answer(OverrideStatus.self, statuses.override),
            .answer(AdoptSites.self, adoption.sites),
            .answer(AdoptStatuses.self, adoption.statuses),
            .answer(FindAdoptedSites.self, adoption.find),
            .answer(CreateSite.self, sites.create),
            .answer(GenerateSite.self, sites.generate),
            .answer(GetGenerationJob.self, jobs.job),
            .answer(GetSite.self, editing.get),
            .answer(ListSiteVersions.self, editing.versions),
            .answer(EditSiteContent.self, editing.edit),
            .answer(RestoreVersion.self, editing.restore),
            .answer(RegenerateSite.self, editing.regenerate),
            .answer(ArchiveSite.self, takedown.archive),
            .answer(SuspendSite.self, takedown.suspend),
            .answer(ResumeSite.self, takedown.resume),
            .answer(DeploySite.self, deploying.deploy),
            .answer(GetSiteVisits.self, visits.visits),
            .answer(GetOwnerLink.self, visits.ownerLink),
        ]
    }

    package func addRoutes(to router: Router<ServiceRequestContext>) {
        pages.add(to: router)
        pictures.add(to: router)
    }

    package var runs: [any Service] {
        [generation, subscriptionEnds, followUpSweeper, pageCache, visitRecorder, screenshots] + [deployments].compactMap(\.self)
    }

    private static func followUpRules(from path: String?) throws -> [FollowUpRule] {
        guard let path else { return FollowUpRule.standard }
        do {
            return try FollowUpFile.override(FollowUpRule.standard, by: try Data(contentsOf: URL(filePath: path)))
        } catch let error as FollowUpFile.Faults {
            throw SettingsError(faults: error.lines.map { "FOLLOW_UPS_FILE \(path): \($0)" })
        } catch {
            throw SettingsError(faults: ["FOLLOW_UPS_FILE is \"\(path)\", which can't be read: \(error.localizedDescription)"])
        }
    }
}
