import Contracts
import Foundation
import Logging
import Postgres

/// Finds out what became of messages whose answer was lost: asks the provider where it can tell, and else follows the policy.
struct UnknownResolver: Sendable {
    let database: Database
    /// Knows what it was given; e-mail has nobody to ask.
    let twilio: TwilioProvider?
    let settings: SendingSettings
    let logger: Logger

    private static let atOnce = 50
    /// Not longer than the policy waits, so that its answer is there when that decides.
    private var askAgainAfter: Duration { min(.seconds(10), max(.seconds(1), settings.unknownAfter)) }

    /// - Returns: whether messages are queued again.
    func resolve() async throws -> Bool {
        try await acceptSeen()
        var requeued = false
        if let twilio {
            for text in try await database.unknownTexts(
                limit: Self.atOnce,
                askAgainAfter: askAgainAfter,
                overdueAfter: settings.unknownAfter
            ) {
                requeued = try await resolve(text, with: twilio) || requeued
            }
        }
        for channel in Channel.allCases {
            // Only an answer of Twilio's tells that an SMS is not there: that is looked at above.
            if channel == .sms, twilio != nil, settings.unknownPolicy == .retry { continue }
            requeued = try await followPolicy(channel) || requeued
        }
        return requeued
    }

    /// Somebody read it while we waited for the provider's answer, which then never came.
    private func acceptSeen() async throws {
        try await database.transaction { transaction in
            for message in try await transaction.unknownButSeen(limit: Self.atOnce) { try await transaction.acceptAsProven(message) }
        }
    }

    private func resolve(_ text: UnknownText, with twilio: TwilioProvider) async throws -> Bool {
        let candidates: [TwilioProvider.Listed]
        do {
            candidates = try await twilio.find(text)
        } catch {
            logger.warning("Twilio can't be asked for a message", metadata: ["message.id": "\(text.id)", "error": "\(error)"])
            return false
        }
        return try await database.transaction { transaction in
            guard let message = try await transaction.messageForUpdate(text.id), message.state == .unknown else { return false }
            for listed in candidates
            where try await !transaction.isTaken(message.channel, providerID: listed.sid, by: message.id) {
                if try await transaction.accept(message, providerID: listed.sid),
                    let sent = try await transaction.messageForUpdate(text.id)
                {
                    try await transaction.apply(listed.report, to: sent, providerID: listed.sid, at: Date())
                }
                return false
            }
            guard text.isOverdue, settings.unknownPolicy == .retry else { return false }
            try await retry(message, in: transaction)
            return true
        }
    }

    private func followPolicy(_ channel: Channel) async throws -> Bool {
        try await database.transaction { transaction in
            let overdue = try await transaction.overdueUnknown(channel, after: settings.unknownAfter, limit: Self.atOnce)
            for message in overdue {
                switch settings.unknownPolicy {
                case .hold: try await transaction.hold(message.id)
                case .assumeSent: try await transaction.accept(message, providerID: nil)
                case .retry: try await retry(message, in: transaction)
                }
                logger.notice(
                    "A message that may have been sent was decided on",
                    metadata: ["lead.id": "\(message.lead)", "message.id": "\(message.id)", "policy": "\(settings.unknownPolicy.rawValue)"]
                )
            }
            return settings.unknownPolicy == .retry && !overdue.isEmpty
        }
    }

    private func retry(_ message: MessageRow, in transaction: Transaction) async throws {
        guard MessageRules.next(message.state, on: .retried) != nil else { return }
        try await transaction.requeue(
            message.id,
            after: .zero,
            refusals: message.refusals,
            failedConnections: message.failedConnections,
            isProvenUntaken: false
        )
    }
}
