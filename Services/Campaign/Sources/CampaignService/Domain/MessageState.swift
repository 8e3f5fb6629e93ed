import Contracts

/// Where a message stands on its way to the provider.
package enum MessageState: String, CaseIterable, Codable, Sendable {
    /// Waits for its turn.
    case queued
    /// Claimed by a worker, for as long as its lease runs.
    case sending
    /// Taken by the provider.
    case sent
    /// Reached the phone; e-mail seldom tells.
    case delivered
    /// Could not be sent or delivered, for a reason that is not the address's alone.
    case failed
    /// The address refused it for good.
    case bounced
    /// Left out when its turn came.
    case skipped
    /// Handed to the provider, and the answer was lost: never sent again blindly.
    case unknown
}

/// What was learnt about a message.
package enum MessageTrigger: String, CaseIterable, Sendable {
    /// The provider answered that it has it, or any later sign of life proves it.
    case accepted
    case delivered
    /// The address was refused for good.
    case bounced
    /// Refused or undelivered for good, for another reason.
    case failed
    /// Refused for now, or the provider was not reached: its turn comes again.
    case postponed
    /// Left out: suppressed, erased, or without an address.
    case skipped
    /// The worker's lease ran out before it handed the message over.
    case leaseExpiredBefore
    /// The worker's lease ran out, or the answer was lost, after it began to hand the message over.
    case answerLost
    /// The policy or a person decides that an unknown one is sent again.
    case retried
}

/// How messages move, as a table that a person can read; what it does not list changes nothing.
package enum MessageRules {
    // The columns are there to be read down.
    // swift-format-ignore
    package static let table: [Rule] = [
        // trigger             from                                  to
        // A callback can overtake our own commit, and find the message still in our hands; or queued again, after an earlier handover.
        Rule(.accepted,            [.queued, .sending, .unknown],         .sent),
        // Who reports that or a failure later has accepted it: that comes first.
        Rule(.delivered,           [.sent],                               .delivered),
        Rule(.bounced,             [.sending, .unknown, .sent],           .bounced),
        Rule(.failed,              [.sending, .unknown, .sent],           .failed),
        // Proof that it was not taken may come from the very worker whose lease ran out meanwhile.
        Rule(.postponed,           [.sending, .unknown],                  .queued),
        Rule(.skipped,             [.queued, .sending, .unknown],         .skipped),
        Rule(.leaseExpiredBefore,  [.sending],                            .queued),
        Rule(.answerLost,          [.sending],                            .unknown),
        Rule(.retried,             [.unknown],                            .queued),
    ]

    package struct Rule: Sendable {
        package let trigger: MessageTrigger
        package let from: Set<MessageState>
        package let to: MessageState

        init(_ trigger: MessageTrigger, _ from: Set<MessageState>, _ to: MessageState) {
            self.trigger = trigger
            self.from = from
            self.to = to
        }
    }

    /// Where `trigger` takes a message that stands at `state`; nil when it changes nothing.
    package static func next(_ state: MessageState, on trigger: MessageTrigger) -> MessageState? {
        table.first { $0.trigger == trigger && $0.from.contains(state) }?.to
    }
}
