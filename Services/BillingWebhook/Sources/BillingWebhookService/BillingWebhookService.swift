package import Contracts
package import Hummingbird
package import Messaging
package import ServiceKit
package import ServiceLifecycle

/// Checkouts, customers, payments and subscriptions: what the payment provider tells, each fact counted once.
package struct BillingWebhookService: PlumblineService {
    package static let name = ServiceName.billingWebhook
    package static let schema = "billing"
    package static let settings = BillingSettings.declared

    private let projections = ProjectionHandlers()
    private let adoption: BillingAdoption
    private let questions: BillingQuestions
    private let subscriptions: SubscriptionCommands
    private let checkouts: CheckoutRoutes
    private let webhooks: WebhookRoutes
    private let worker: DeliveryWorker
    private let sweeper: CheckoutSweeper

    package init(_ context: ServiceContext) throws {
        let settings = try BillingSettings(context.settings)
        let api = settings.api.map { RecurrenteAPI(access: $0, outbound: context.outbound) }
        let desk = CheckoutDesk(
            database: context.database,
            api: api,
            settings: settings,
            publicURL: context.publicURL,
            logger: context.logger
        )
        adoption = BillingAdoption(database: context.database)
        questions = BillingQuestions(database: context.database)
        subscriptions = SubscriptionCommands(database: context.database, api: api, logger: context.logger)
        checkouts = CheckoutRoutes(desk: desk)
        let bell = DeliveryBell()
        webhooks = WebhookRoutes(database: context.database, verifier: settings.verifier, bell: bell)
        worker = DeliveryWorker(
            database: context.database,
            acceptsTestMode: settings.acceptsTestMode,
            bell: bell,
            logger: context.logger
        )
        sweeper = CheckoutSweeper(database: context.database, logger: context.logger)
    }

    package var consumes: [EventHandler] {
        [
            .on(LeadCreated.self, projections.keep),
            .on(LeadUpdated.self, projections.keep),
            .on(LeadMerged.self, projections.merge),
            .on(LeadArchived.self, projections.keep),
            .on(LeadRestored.self, projections.keep),
            .on(LeadErased.self, projections.erase),
            .on(SiteCreated.self, projections.keep),
            .on(SiteGenerated.self, projections.keep),
            .on(SiteSold.self, projections.markSold),
            .on(SiteArchived.self, projections.markArchived),
            .on(SiteRestored.self, projections.markRestored),
        ]
    }

    package var answers: [CommandHandler] {
        [
            .answer(GetBillingFigures.self, questions.figures),
            .answer(GetCustomer.self, questions.customer),
            .answer(AdoptBilling.self, adoption.adopt),
            .answer(CancelSubscription.self, subscriptions.cancel),
        ]
    }

    package func addRoutes(to router: Router<ServiceRequestContext>) {
        checkouts.add(to: router)
        webhooks.add(to: router)
    }

    package var runs: [any Service] { [worker, sweeper] }
}
