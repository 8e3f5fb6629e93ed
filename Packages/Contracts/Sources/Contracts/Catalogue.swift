/// Everything that is said between the services, in one place: streams, documentation and tests are made from it.
public enum Catalogue {
    /// One JetStream stream: its name, whose events it keeps, and which kinds.
    public struct Stream: Sendable {
        public let name: String
        public let publisher: ServiceName
        public let events: [any Event.Type]

        /// What the stream listens to: a wildcard for each first pair of tokens, so that a kind added later needs no change of the stream.
        public var subjects: [String] {
            var seen: [String] = []
            for event in events {
                let filter = event.subject.tokens.prefix(2).joined(separator: ".") + ".>"
                if !seen.contains(filter) { seen.append(filter) }
            }
            return seen
        }
    }

    public static let leads = Stream(
        name: "LEADS",
        publisher: .leadIntake,
        events: [
            LeadCreated.self, LeadUpdated.self, LeadMerged.self, LeadArchived.self, LeadRestored.self, LeadErased.self, BulkProgressed.self,
        ]
    )
    public static let sites = Stream(
        name: "SITES",
        publisher: .lifecycle,
        events: [
            SiteCreated.self, SiteGenerated.self, SiteGenerationFailed.self, SiteDeployed.self, SiteVisited.self, SiteSold.self,
            SiteArchived.self, SiteSuspended.self, SiteRestored.self, SiteChosen.self,
        ]
    )
    public static let status = Stream(
        name: "STATUS",
        publisher: .lifecycle,
        events: [ContactStatusChanged.self, WebsiteStatusChanged.self, FollowUpDue.self, FollowUpClosed.self]
    )
    public static let campaigns = Stream(
        name: "CAMPAIGNS",
        publisher: .campaign,
        events: [
            CampaignStarted.self, CampaignCompleted.self, CampaignCancelled.self,
            MessageSent.self, MessageDelivered.self, MessageOpened.self, MessageClicked.self, MessageReplied.self,
            MessageBounced.self, MessageComplained.self, MessageUnsubscribed.self, MessageResubscribed.self, MessageFailed.self,
        ]
    )
    public static let billing = Stream(
        name: "BILLING",
        publisher: .billingWebhook,
        events: [
            CheckoutCreated.self, CheckoutExpired.self, PaymentSucceeded.self, PaymentFailed.self, PaymentRefunded.self,
            SubscriptionStarted.self, SubscriptionRenewed.self, SubscriptionPastDue.self, SubscriptionCancelled.self,
            SubscriptionPaused.self, SubscriptionReactivated.self,
        ]
    )

    public static let streams = [leads, sites, status, campaigns, billing]
    public static var events: [any Event.Type] { streams.flatMap(\.events) }

    /// The stream that keeps events of `type`; each kind is in exactly one.
    public static func stream(of type: any Event.Type) -> Stream? { streamsByKind[ObjectIdentifier(type)] }

    /// The kind of event that has `name` as its CloudEvents type.
    public static func event(named name: String) -> (any Event.Type)? { eventsByName[name] }

    // Asked at every event.
    private static let streamsByKind = Dictionary(
        uniqueKeysWithValues: streams.flatMap { stream in stream.events.map { (ObjectIdentifier($0), stream) } }
    )
    private static let eventsByName = Dictionary(uniqueKeysWithValues: events.flatMap { kind in kind.types.map { ($0, kind) } })

    public static let commands: [any Command.Type] = [
        ResolveLead.self, GetLead.self, ListLeads.self, LeadStatistics.self, FindDuplicates.self,
        CreateAPIKey.self, ListAPIKeys.self, RevokeAPIKey.self, CreateForm.self, UpdateForm.self, ListForms.self, DisableForm.self,
        CreateLead.self, UpdateLead.self, ArchiveLead.self, RestoreLead.self, EraseLead.self, AddNote.self, ListNotes.self,
        AddTags.self, RemoveTags.self, LogCall.self, SetScore.self, GetLeadAudit.self, MergeLeads.self,
        BulkUpdateStage.self, AssignLeads.self, BulkTag.self, BulkArchive.self,
        Rescore.self, GetRescoring.self, AdoptLeads.self, FindAdopted.self, AdoptNotes.self,
        AdoptSites.self, AdoptStatuses.self, FindAdoptedSites.self, AdoptSuppressions.self, AdoptBilling.self,
        GetStatus.self, GetStatuses.self, GetHistory.self, OverrideStatus.self, ExplainStatus.self, VerifyStatuses.self,
        ListFollowUps.self, CompleteFollowUp.self, DismissFollowUp.self,
        CreateSite.self, GenerateSite.self, GetGenerationJob.self, GetFunnel.self, GetSiteVisits.self, GetOwnerLink.self,
        GetSite.self, ListSiteVersions.self, EditSiteContent.self, RestoreVersion.self, RegenerateSite.self, DeploySite.self,
        ArchiveSite.self, SuspendSite.self, ResumeSite.self,
        PreviewCampaign.self, StartCampaign.self, GetCampaignResults.self,
        GetBillingFigures.self, GetCustomer.self, CancelSubscription.self,
    ]

    /// Commands that every service answers, each under a subject of its own.
    public static let serviceCommands: [any ServiceCommand.Type] = [ListDeadLetters.self, ReplayDeadLetters.self]
}
