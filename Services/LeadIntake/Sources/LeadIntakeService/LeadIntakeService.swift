package import Contracts
package import Hummingbird
package import Messaging
package import Postgres
package import ServiceKit
package import ServiceLifecycle

/// Leads: where they come in, what makes two of them one, and whether they are worth a site.
package struct LeadIntakeService: PlumblineService {
    package static let name = ServiceName.leadIntake
    package static let schema = "lead_intake"
    package static let settings = LeadIntakeSettings.declared
    package static let migrations = leadIntakeMigrations

    private let leads: LeadCommands
    private let editor: LeadEditor
    private let merger: LeadMerger
    private let bulk: LeadBulk
    private let bulkResumer: BulkResumer
    private let notes: NoteCommands
    private let questions: LeadQuestions
    private let lists: LeadListQuestions
    private let scores: ScoreCommands
    private let adoption: AdoptionCommands
    private let engagement: EngagementHandlers
    private let contact = ContactHandlers()
    private let rescoring: RescoringWorker
    private let keys: KeyCommands
    private let keyUses: APIKeyUseWriter
    private let forms: FormCommands
    private let formPosts: FormRoutes
    private let formSweeper: FormPostSweeper
    private let intake: IntakeRoutes
    private let imports: ImportRoutes
    private let importing: ImportWorker
    private let export: LeadListExport

    package init(_ context: ServiceContext) throws {
        let settings = try LeadIntakeSettings(context.settings)
        let ring = APIKeyRing(database: context.database, defaultLimit: settings.intakeLimit)
        let gate = IntakeGate(keys: ring)
        keyUses = APIKeyUseWriter(keys: ring, logger: context.logger)
        forms = FormCommands(database: context.database)
        formSweeper = FormPostSweeper(database: context.database, logger: context.logger)
        formPosts = FormRoutes(
            database: context.database,
            defaultCountry: settings.defaultCountry,
            models: settings.scoring,
            proxies: settings.proxies,
            ownOrigin: WebOrigin.normalised(context.publicURL)
        )
        let models = settings.scoring
        leads = LeadCommands(database: context.database, defaultCountry: settings.defaultCountry, models: models)
        editor = LeadEditor(database: context.database, defaultCountry: settings.defaultCountry, models: models)
        merger = LeadMerger(database: context.database, models: models)
        bulk = LeadBulk(database: context.database, models: models)
        bulkResumer = BulkResumer(database: context.database, models: models, logger: context.logger)
        notes = NoteCommands(database: context.database)
        questions = LeadQuestions(database: context.database, models: models)
        lists = LeadListQuestions(database: context.database, qualifiedScore: settings.qualifiedScore)
        scores = ScoreCommands(database: context.database, models: models)
        adoption = AdoptionCommands(database: context.database, models: models)
        rescoring = RescoringWorker(database: context.database, models: models, logger: context.logger)
        engagement = EngagementHandlers(models: models)
        keys = KeyCommands(database: context.database, keys: ring)
        intake = IntakeRoutes(database: context.database, gate: gate, defaultCountry: settings.defaultCountry, models: models)
        export = LeadListExport(database: context.database, gate: gate)
        importing = ImportWorker(database: context.database, models: models, logger: context.logger)
        imports = ImportRoutes(
            database: context.database,
            gate: gate,
            worker: importing,
            defaultCountry: settings.defaultCountry,
            models: models,
            maximumBytes: settings.importLimit,
            logger: context.logger
        )
    }

    package var consumes: [EventHandler] { engagement.handlers + [contact.handler] }

    package var answers: [CommandHandler] {
        [
            .answer(ResolveLead.self, leads.resolve),
            .answer(GetLead.self, questions.lead),
            .answer(ListLeads.self, lists.list),
            .answer(LeadStatistics.self, lists.statistics),
            .answer(FindDuplicates.self, lists.duplicates),
            .answer(CreateAPIKey.self, keys.create),
            .answer(ListAPIKeys.self, keys.list),
            .answer(RevokeAPIKey.self, keys.revoke),
            .answer(CreateForm.self, forms.create),
            .answer(UpdateForm.self, forms.update),
            .answer(ListForms.self, forms.list),
            .answer(DisableForm.self, forms.disable),
            .answer(CreateLead.self, editor.create),
            .answer(UpdateLead.self, editor.update),
            .answer(ArchiveLead.self, editor.archive),
            .answer(RestoreLead.self, editor.restore),
            .answer(EraseLead.self, editor.erase),
            .answer(AddTags.self, editor.addTags),
            .answer(RemoveTags.self, editor.removeTags),
            .answer(LogCall.self, editor.logCall),
            .answer(SetScore.self, editor.setScore),
            .answer(Rescore.self, scores.rescore),
            .answer(GetRescoring.self, scores.rescoring),
            .answer(AdoptLeads.self, adoption.leads),
            .answer(FindAdopted.self, adoption.find),
            .answer(AdoptNotes.self, adoption.notes),
            .answer(MergeLeads.self, merger.merge),
            .answer(BulkUpdateStage.self, bulk.stage),
            .answer(AssignLeads.self, bulk.assign),
            .answer(BulkTag.self, bulk.tag),
            .answer(BulkArchive.self, bulk.archive),
            .answer(AddNote.self, notes.add),
            .answer(ListNotes.self, notes.list),
            .answer(GetLeadAudit.self, notes.audit),
        ]
    }

    package func addRoutes(to router: Router<ServiceRequestContext>) {
        router.add(middleware: RateNoticeMiddleware())
        intake.add(to: router)
        imports.add(to: router)
        export.add(to: router)
        formPosts.add(to: router)
    }

    package var runs: [any Service] { [keyUses, formSweeper, rescoring, bulkResumer, importing] }
}
