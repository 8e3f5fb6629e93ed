import Contracts
import Foundation
import Logging
import Metrics
import Postgres

/// Sends one channel's queue: claims as many messages as it has hands for, and hands each over on its own.
///
/// What is queued, claimed and sent is all in the table, so any number of senders may work on one queue, and each may die at any point.
struct ChannelSender: Sendable {
    let channel: Channel
    let provider: any MessageProvider
    let database: Database
    let composer: MessageComposer
    let settings: SendingSettings
    let rate: SendRate
    let hands: Hands
    let shelf = TemplateShelf()
    let wake: Wake
    /// Called when there was nothing to do, and all hands are free.
    let idle: @Sendable () -> Void
    let logger: Logger

    private static let longestPause = Duration.seconds(5)
    /// A few messages more make a claim worth its transaction.
    private static let patience = Duration.milliseconds(20)

    /// Goes on until the wake is finished; then it waits for what is under way.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !wake.isFinished, !Task.isCancelled {
                if hands.free == 0 {
                    await wake.wait(upTo: Self.longestPause)
                    continue
                }
                if hands.free < settings.concurrency / 4 { await wake.wait(upTo: Self.patience) }
                if let rest = hands.rest() {
                    await wake.wait(upTo: rest)
                    continue
                }
                do {
                    let claim = try await database.transaction { transaction in
                        try await transaction.claim(channel, limit: hands.free, lease: settings.lease, rate: rate)
                    }
                    for message in claim.messages {
                        hands.take()
                        group.addTask {
                            await deliver(message)
                            hands.release()
                            wake.signal()
                        }
                    }
                    if let pause = try await pause(after: claim) { await wake.wait(upTo: pause) }
                } catch {
                    if Task.isCancelled { break }
                    logger.warning("Messages can't be claimed just now", metadata: ["error": "\(error)"])
                    await wake.wait(upTo: .seconds(1))
                }
            }
        }
    }

    private func pause(after claim: Claim) async throws -> Duration? {
        if let wait = claim.wait { return min(wait, Self.longestPause) }
        guard claim.messages.isEmpty, claim.skipped == 0 else { return nil }
        if hands.areAllFree { idle() }
        let next = try await database.timeToNextMessage(channel) ?? Self.longestPause
        // Due, and yet not claimed: another sender has it in its hands.
        return min(max(next, .milliseconds(50)), Self.longestPause)
    }

    private func deliver(_ message: ClaimedMessage) async {
        let content: ComposedMessage
        do {
            content = composer.compose(
                try shelf.templates(for: message)[message.recipient.language],
                channel: channel,
                message: message.id,
                recipient: message.recipient,
                earlierLinks: message.links
            )
        } catch {
            // It was readable when the campaign started.
            return await record(.refused(code: "template", reason: "\(error)"), of: message)
        }
        do {
            let mayGo = try await database.beginHandover(
                message,
                links: content.links,
                contentHash: channel == .sms ? TwilioProvider.hash(of: content.text) : nil,
                lease: settings.lease
            )
            guard mayGo else { return try await database.giveBack(message) }
        } catch {
            // Its lease will tell whether that was written down.
            return logger.warning(
                "A message can't be handed over",
                metadata: ["lead.id": "\(message.lead)", "message.id": "\(message.id)", "error": "\(error)"]
            )
        }
        let outcome = await provider.send(message, content, timeout: settings.lease * 0.8)
        if case .notHandedOver(let reason) = outcome {
            hands.notReached()
            logger.warning("The provider takes no messages", metadata: ["channel": "\(channel.rawValue)", "reason": "\(reason)"])
        } else {
            hands.reached()
        }
        await record(outcome, of: message)
    }

    /// Writes down what came of it, and doesn't give up: what is not written down becomes unknown.
    private func record(_ outcome: SendOutcome, of message: ClaimedMessage) async {
        var pause = Duration.milliseconds(100)
        while true {
            do {
                let moved = try await database.transaction { transaction in
                    guard let row = try await transaction.messageForUpdate(message.id), row.token == message.token else { return false }
                    return try await transaction.apply(outcome, to: row, at: Date())
                }
                if !moved {
                    logger.notice(
                        "A message was settled by others",
                        metadata: ["lead.id": "\(message.lead)", "message.id": "\(message.id)"]
                    )
                }
                return Counter(
                    label: "plumbline_messages_total",
                    dimensions: [("channel", channel.rawValue), ("outcome", outcome.name)]
                ).increment()
            } catch {
                if Task.isCancelled || (wake.isFinished && pause > .seconds(2)) {
                    logger.error(
                        "What came of a message is lost",
                        metadata: ["lead.id": "\(message.lead)", "message.id": "\(message.id)", "error": "\(error)"]
                    )
                    return
                }
                logger.warning(
                    "What came of a message can't be recorded yet",
                    metadata: ["lead.id": "\(message.lead)", "message.id": "\(message.id)", "error": "\(error)"]
                )
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }
}

extension SendOutcome {
    /// For counting.
    fileprivate var name: String {
        switch self {
        case .accepted: "accepted"
        case .refusedAddress: "refused_address"
        case .refused: "refused"
        case .optedOut: "opted_out"
        case .refusedForNow: "refused_for_now"
        case .notHandedOver: "not_handed_over"
        case .answerLost: "answer_lost"
        }
    }
}
