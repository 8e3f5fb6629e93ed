import Contracts
import Foundation
import Messaging
import Postgres

/// What moves a message: load (the caller has it, locked), decide by ``MessageRules``, record, publish; all in one transaction.
extension Transaction {
    /// Records what came of handing a message over.
    ///
    /// - Returns: whether it moved; a message that a callback has settled meanwhile does not.
    @discardableResult
    func apply(_ outcome: SendOutcome, to message: MessageRow, at time: Date) async throws -> Bool {
        switch outcome {
        case .accepted(let providerID):
            return try await accept(message, providerID: providerID)
        case .refusedAddress(let code, let reason):
            return try await refuseAddress(message, providerID: nil, code: code, reason: reason, at: time)
        case .refused(let code, let reason):
            return try await fail(message, providerID: nil, code: code, reason: reason, at: time)
        case .optedOut(let code):
            return try await optOut(message, providerID: nil, code: code, at: time)
        case .refusedForNow(let code, let reason):
            guard let delay = RetrySchedule.delay(afterRefusal: message.refusals + 1) else {
                return try await fail(message, providerID: nil, code: code, reason: reason, at: time)
            }
            guard MessageRules.next(message.state, on: .postponed) != nil else { return false }
            try await requeue(
                message.id,
                after: delay,
                refusals: message.refusals + 1,
                failedConnections: message.failedConnections,
                isProvenUntaken: true
            )
        case .notHandedOver:
            guard MessageRules.next(message.state, on: .postponed) != nil else { return false }
            try await requeue(
                message.id,
                after: RetrySchedule.delay(afterFailedConnection: message.failedConnections + 1),
                refusals: message.refusals,
                failedConnections: message.failedConnections + 1,
                isProvenUntaken: true
            )
        case .answerLost(let reason):
            guard MessageRules.next(message.state, on: .answerLost) != nil else { return false }
            try await markUnknown(message.id, reason: reason)
        }
        return true
    }

    /// Records what the provider says of a message later, in a callback or in its list.
    @discardableResult
    func apply(_ report: TwilioAnswer.Report, to message: MessageRow, providerID: String, at time: Date) async throws -> Bool {
        if report == .nothing { return false }
        // Whatever it says, the provider has had the message: that is told first, also when this overtook our own commit. Else it would
        // be chance whether somebody whose phone is off counts as written to.
        let isNews = try await accept(message, providerID: providerID)
        let message = isNews ? try await messageForUpdate(message.id) ?? message : message
        switch report {
        case .accepted, .nothing:
            return isNews
        case .delivered:
            return try await deliver(message, providerID: providerID, at: time)
        case .failed(let code, isUndeliverable: true):
            return try await refuseAddress(message, providerID: providerID, code: code.map(String.init), reason: "undelivered", at: time)
        case .failed(let code, isUndeliverable: false):
            return try await fail(message, providerID: providerID, code: code.map(String.init), reason: "undelivered", at: time)
        case .optedOut:
            return try await optOut(message, providerID: providerID, code: String(TwilioAnswer.optedOut), at: time)
        }
    }

    /// The provider has it, since it was handed over: later than that would be later than what its first reader did.
    @discardableResult
    func accept(_ message: MessageRow, providerID: String?) async throws -> Bool {
        guard MessageRules.next(message.state, on: .accepted) != nil else {
            // Something else told before the provider's answer came; by its name for the message callbacks find it later.
            if let providerID, message.providerID == nil { try await noteProviderID(providerID, of: message.id) }
            return false
        }
        let time = message.outSince ?? Date()
        try await markSent(message.id, providerID: providerID, at: time)
        try await publish(message.sent(providerID: providerID), at: time)
        return true
    }

    /// Somebody holds a link of it in their hands: whatever became of the provider's answer, it was sent, and needn't be again.
    ///
    /// While it is being handed over the answer is waited for: mail servers follow links before they say whether they take a mail.
    func acceptAsProven(_ message: MessageRow) async throws {
        guard message.outSince != nil, message.handedOverAt == nil || message.state == .unknown else { return }
        try await accept(message, providerID: nil)
    }

    private func deliver(_ message: MessageRow, providerID: String, at time: Date) async throws -> Bool {
        guard MessageRules.next(message.state, on: .delivered) != nil else { return false }
        try await markDelivered(message.id, providerID: providerID, at: time)
        try await publish(
            MessageDelivered(leadID: message.lead, messageID: message.id, campaignID: message.campaign, channel: message.channel),
            at: time
        )
        return true
    }

    private func refuseAddress(
        _ message: MessageRow,
        providerID: String?,
        code: String?,
        reason: String,
        at time: Date
    ) async throws -> Bool {
        let trigger: MessageTrigger = message.channel == .email ? .bounced : .failed
        guard let next = MessageRules.next(message.state, on: trigger) else { return false }
        try await markEnded(message.id, as: next, providerID: providerID, code: code, reason: reason)
        try await suppress(
            message.channel,
            message.address,
            .bounced,
            source: "provider:\(code ?? reason)",
            lead: message.lead,
            message: message.id
        )
        try await publish(message.refused(code: code, reason: reason), at: time)
        return true
    }

    private func fail(
        _ message: MessageRow,
        providerID: String?,
        code: String?,
        reason: String,
        at time: Date
    ) async throws -> Bool {
        guard let next = MessageRules.next(message.state, on: .failed) else { return false }
        try await markEnded(message.id, as: next, providerID: providerID, code: code, reason: reason)
        try await publish(message.failed(isUndeliverable: false, code: code, reason: reason), at: time)
        return true
    }

    /// The provider holds a STOP against us that we didn't hear of ourselves.
    private func optOut(_ message: MessageRow, providerID: String?, code: String, at time: Date) async throws -> Bool {
        // Once it was sent it can't be skipped any more.
        let next = MessageRules.next(message.state, on: .skipped) ?? MessageRules.next(message.state, on: .failed)
        guard let next else { return false }
        try await markEnded(message.id, as: next, providerID: providerID, code: code, reason: "opted_out")
        try await unsubscribe(message, source: .provider, at: time)
        return true
    }
}

/// How somebody said that they want no more; on the wire.
enum UnsubscribeSource: String, Sendable {
    case oneClick = "one_click"
    case page
    case stopKeyword = "stop_keyword"
    case startKeyword = "start_keyword"
    case provider
}

extension Transaction {
    /// Writes the address off, whatever else is known of the lead, and says so once for this message.
    func unsubscribe(_ message: MessageRow, source: UnsubscribeSource, at time: Date) async throws {
        let isNew = try await suppress(
            message.channel,
            message.address,
            .unsubscribed,
            source: source.rawValue,
            lead: message.lead,
            message: message.id
        )
        guard !message.address.isEmpty, isNew || message.unsubscribedAt == nil else { return }
        try await markUnsubscribed(message.id, at: time)
        try await publish(
            MessageUnsubscribed(
                leadID: message.lead,
                messageID: message.id,
                campaignID: message.campaign,
                channel: message.channel,
                address: message.address,
                source: source.rawValue
            ),
            at: time
        )
    }

    /// Lets the address be written to again, if it was its owner who had said no.
    ///
    /// - Returns: whether it was.
    @discardableResult
    func resubscribe(_ message: MessageRow, source: UnsubscribeSource, at time: Date) async throws -> Bool {
        guard try await liftSuppression(message.channel, message.address, source: source.rawValue) else { return false }
        try await markUnsubscribed(message.id, at: nil)
        try await publish(
            MessageResubscribed(
                leadID: message.lead,
                messageID: message.id,
                channel: message.channel,
                address: message.address,
                source: source.rawValue
            ),
            at: time
        )
        return true
    }
}

extension MessageRow {
    fileprivate func sent(providerID: String?) -> MessageSent {
        MessageSent(
            leadID: lead,
            messageID: id,
            campaignID: campaign,
            channel: channel,
            address: address,
            providerID: providerID ?? self.providerID
        )
    }

    fileprivate func failed(isUndeliverable: Bool, code: String?, reason: String) -> MessageFailed {
        MessageFailed(
            leadID: lead,
            messageID: id,
            campaignID: campaign,
            channel: channel,
            address: address,
            isUndeliverable: isUndeliverable,
            code: code,
            reason: reason
        )
    }

    /// For e-mail a bounce, for SMS a failure.
    fileprivate func refused(code: String?, reason: String) -> any Event {
        switch channel {
        case .email:
            MessageBounced(
                leadID: lead,
                messageID: id,
                campaignID: campaign,
                channel: channel,
                address: address,
                isPermanent: true,
                code: code,
                reason: reason
            )
        case .sms: failed(isUndeliverable: true, code: code, reason: reason)
        }
    }
}
