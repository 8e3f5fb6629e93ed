import Contracts
import Messaging
import Postgres

/// What is asked of campaigns.
struct CampaignCommands: Sendable {
    let database: Database
    let composer: MessageComposer
    /// The channels that a provider is configured for.
    let channels: Set<Channel>

    private static let largestSample = 20

    var handlers: [CommandHandler] {
        [
            .answer(PreviewCampaign.self, preview),
            .answer(StartCampaign.self, start),
            .answer(GetCampaignResults.self, results),
        ]
    }

    /// Whom a campaign would reach now, who is left out and why, and how the first messages would read. Changes nothing.
    @Sendable
    func preview(_ asked: Asked<PreviewCampaign>) async throws -> PreviewCampaign.Answer {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let command = asked.command
        try command.filter.check()
        let templates = try TemplateSet(command.template, command.channel)
        let limit = min(max(0, command.sampleSize), Self.largestSample)
        let (counts, sample) = try await database.transaction(.init(isolation: .repeatableRead, readOnly: true)) { transaction in
            (
                try await transaction.countAudience(command.filter, command.channel),
                try await transaction.sampleAudience(command.filter, command.channel, limit: limit)
            )
        }
        return PreviewCampaign.Answer(
            audience: counts.audience,
            excluded: counts.excluded,
            samples: sample.map { recipient, address in
                // A message that will never be: its links are well-formed and lead nowhere.
                let message = composer.compose(
                    templates[recipient.language],
                    channel: command.channel,
                    message: .make(),
                    recipient: recipient
                )
                return RenderedMessage(
                    leadID: recipient.leadID,
                    address: address,
                    subject: message.subject,
                    text: message.text,
                    html: message.html
                )
            }
        )
    }

    /// Writes all messages down, one for each lead of the audience; they are sent from there.
    @Sendable
    func start(_ asked: Asked<StartCampaign>) async throws -> StartCampaign.Answer {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let command = asked.command
        try command.check()
        // What can't be read is refused here, not in the middle of sending.
        _ = try TemplateSet(command.template, command.channel)
        guard channels.contains(command.channel) else {
            throw Problem.unavailable("No provider for \(command.channel.rawValue) is configured.")
        }
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let campaign = CampaignID.make()
                let (audience, excluded) = try await transaction.insertCampaign(campaign, command, by: asked.actor)
                try await transaction.publish(
                    CampaignStarted(
                        campaignID: campaign,
                        name: command.name,
                        channel: command.channel,
                        audience: audience,
                        startedBy: asked.actor.id
                    )
                )
                return StartCampaign.Answer(campaignID: campaign, audience: audience, excluded: excluded)
            }
        }
    }

    @Sendable
    func results(_ asked: Asked<GetCampaignResults>) async throws -> GetCampaignResults.Answer {
        let campaign = asked.command.campaignID
        guard let results = try await database.results(of: campaign) else { throw Problem.campaignNotFound(campaign) }
        return results
    }
}

extension StartCampaign {
    fileprivate func check() throws {
        if name.allSatisfy(\.isWhitespace) { throw Problem.invalid([.init(pointer: "/name", detail: "A campaign needs a name.")]) }
        try filter.check()
    }
}

extension AudienceFilter {
    fileprivate func check() throws {
        var errors: [Problem.FieldError] = []
        if let minRating, !(0...5).contains(minRating) {
            errors.append(.init(pointer: "/filter/min_rating", detail: "A rating is from 0 to 5."))
        }
        if let minQualificationScore, !(0...100).contains(minQualificationScore) {
            errors.append(.init(pointer: "/filter/min_qualification_score", detail: "A score is from 0 to 100."))
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
    }
}
