package import Contracts
package import Foundation

/// One fact, as the contact rules see it.
package struct ContactFact: Hashable, Sendable {
    package var trigger: ContactTrigger
    package var occurredAt: Date
    package var channel: Channel?
    /// What was written to, or for a change of address what it is now.
    package var address: String?
    /// Which status a person asked for.
    package var asked: ContactStatus?

    package init(
        _ trigger: ContactTrigger,
        at occurredAt: Date,
        channel: Channel? = nil,
        address: String? = nil,
        asked: ContactStatus? = nil
    ) {
        self.trigger = trigger
        self.occurredAt = occurredAt
        self.channel = channel
        self.address = address?.lowercased()
        self.asked = asked
    }

    func isOlder(than time: Date?) -> Bool {
        time.map { occurredAt < $0 } ?? false
    }
}

/// All that the contact rules decide on: where the lead stands, and when what matters happened.
package struct ContactState: Hashable, Sendable {
    package var status: ContactStatus
    /// The status before the lead unsubscribed; only while it is unsubscribed.
    package var held: ContactStatus?
    package var marks: ContactMarks

    package init(status: ContactStatus = .pending, held: ContactStatus? = nil, marks: ContactMarks = ContactMarks()) {
        self.status = status
        self.held = held
        self.marks = marks
    }

    /// Decides, and takes note of the fact, moved or not: a refusal that comes late counts as of when it was said.
    ///
    /// A fact from before the unsubscription that comes to light only now belongs to the status held before it: it moves that one, unseen.
    @discardableResult
    package mutating func follow(_ fact: ContactFact) -> ContactStatusRules.Decision {
        var noted = self
        noted.marks.noteBeforeDeciding(fact)
        let decision = ContactStatusRules.decide(noted, on: fact)
        self = noted

        switch decision {
        case .moved(let next):
            marks.noteMove(from: status, to: next, on: fact)
            held = next == .unsubscribed ? status : nil
            status = next
        case .ignored(.isUnsubscribed) where fact.isOlder(than: marks.unsubscribedAt):
            var before = ContactState(status: held ?? .pending, marks: marks)
            before.follow(fact)
            held = before.status
            marks = before.marks
        case .ignored:
            break
        }
        marks.noteAfterDeciding(fact)
        return decision
    }
}

/// When what matters to the rules happened, by the facts' own times.
package struct ContactMarks: Codable, Hashable, Sendable {
    package var email = ChannelMarks()
    package var sms = ChannelMarks()
    /// When the lead came to be unsubscribed, bounced, written to anew after a bounce, set by a person.
    package var unsubscribedAt: Date?
    package var bouncedAt: Date?
    package var startedAnewAt: Date?
    package var overriddenAt: Date?

    package init() {}

    enum CodingKeys: String, CodingKey {
        case email, sms
        case unsubscribedAt = "unsubscribed_at"
        case bouncedAt = "bounced_at"
        case startedAnewAt = "started_anew_at"
        case overriddenAt = "overridden_at"
    }

    package subscript(_ channel: Channel) -> ChannelMarks {
        get {
            switch channel {
            case .email: email
            case .sms: sms
            }
        }
        set {
            switch channel {
            case .email: email = newValue
            case .sms: sms = newValue
            }
        }
    }

    /// What must be known to decide on the fact itself: the new address.
    fileprivate mutating func noteBeforeDeciding(_ fact: ContactFact) {
        guard let channel = fact.channel, fact.trigger == .emailChanged || fact.trigger == .phoneChanged else { return }
        if !fact.isOlder(than: self[channel].changedAt) { self[channel].address = fact.address }
        self[channel].changedAt = latest(self[channel].changedAt, fact.occurredAt)
    }

    fileprivate mutating func noteAfterDeciding(_ fact: ContactFact) {
        guard let channel = fact.channel else { return }
        switch fact.trigger {
        case .emailSent, .smsSent: self[channel].sentAt = latest(self[channel].sentAt, fact.occurredAt)
        case .unsubscribed, .complained: self[channel].unsubscribedAt = latest(self[channel].unsubscribedAt, fact.occurredAt)
        case .resubscribed: self[channel].resubscribedAt = latest(self[channel].resubscribedAt, fact.occurredAt)
        default: break
        }
    }

    fileprivate mutating func noteMove(from: ContactStatus, to next: ContactStatus, on fact: ContactFact) {
        if fact.trigger == .setByHand {
            overriddenAt = latest(overriddenAt, fact.occurredAt)
            // The person knew of the refusals so far; a new one counts again.
            email.unsubscribedAt = nil
            sms.unsubscribedAt = nil
        } else if from == .bounced, next == .emailed || next == .smsSent {
            startedAnewAt = latest(startedAnewAt, fact.occurredAt)
        }
        if next == .unsubscribed { unsubscribedAt = fact.occurredAt }
        if next == .bounced { bouncedAt = fact.occurredAt }
    }
}

/// What matters to the rules about one channel.
package struct ChannelMarks: Codable, Hashable, Sendable {
    /// Where the lead is written to now, when it has ever changed.
    package var address: String?
    package var changedAt: Date?
    package var sentAt: Date?
    package var unsubscribedAt: Date?
    package var resubscribedAt: Date?

    package init() {}

    enum CodingKeys: String, CodingKey {
        case address
        case changedAt = "changed_at"
        case sentAt = "sent_at"
        case unsubscribedAt = "unsubscribed_at"
        case resubscribedAt = "resubscribed_at"
    }

    var isUnsubscribed: Bool {
        guard let unsubscribedAt else { return false }
        return resubscribedAt.map { unsubscribedAt >= $0 } ?? true
    }

    func hasChanged(since time: Date?) -> Bool {
        guard let changedAt else { return false }
        return time.map { changedAt > $0 } ?? true
    }

    func wasSent(since time: Date?) -> Bool {
        guard let sentAt, let time else { return false }
        return sentAt >= time
    }
}

/// The later of a time that may be known and one that is.
private func latest(_ known: Date?, _ time: Date) -> Date {
    known.map { max($0, time) } ?? time
}
