import Contracts
import Foundation
import Logging
import Messaging
import Postgres

/// Applies what Twilio told, from the stored rows, each in one transaction with what follows from it.
struct DeliveryHandlers: Sendable {
    let database: Database
    let logger: Logger

    /// A callback can come before our own commit of the message it speaks of; one that fits nothing is a person's to look at.
    private static let patience: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)]

    /// Applies all that wait and are due.
    func applyDue() async throws {
        while try await apply() {}
    }

    /// Applies one delivery: the named one, or the one that has been due for longest.
    ///
    /// - Returns: false when there was none.
    @discardableResult
    func apply(_ id: UUID? = nil) async throws -> Bool {
        var current: Delivery?
        do {
            return try await database.transaction { transaction in
                guard let delivery = try await transaction.waitingDelivery(id) else { return false }
                current = delivery
                let verdict = try await transaction.apply(delivery)
                try await settle(delivery, verdict, in: transaction)
                return true
            }
        } catch {
            // A fault with one delivery must not hold up those behind it; an outage is no fault of its.
            guard let delivery = current, !Task.isCancelled, (error as? DatabaseError)?.isConnectionLoss != true else { throw error }
            logger.error("A delivery could not be applied", metadata: ["delivery.id": "\(delivery.id)", "error": "\(error)"])
            try await database.transaction { transaction in
                try await settle(delivery, .tryLater("could not be applied"), in: transaction)
            }
            return true
        }
    }

    private func settle(_ delivery: Delivery, _ verdict: DeliveryVerdict, in transaction: Transaction) async throws {
        switch verdict {
        case .done(let note, let lead):
            try await transaction.finishDelivery(delivery.id, note: note, lead: lead)
        case .tryLater(let reason):
            guard Self.patience.indices.contains(delivery.attempts) else {
                logger.warning("A delivery was put aside", metadata: ["delivery.id": "\(delivery.id)", "reason": "\(reason)"])
                return try await transaction.finishDelivery(delivery.id, note: reason, lead: nil, isParked: true)
            }
            try await transaction.postponeDelivery(delivery.id, by: Self.patience[delivery.attempts], note: reason)
        }
    }
}

/// What became of a delivery.
enum DeliveryVerdict: Sendable {
    case done(String, LeadID?)
    case tryLater(String)
}

extension Transaction {
    fileprivate func apply(_ delivery: Delivery) async throws -> DeliveryVerdict {
        let form = Form.decode(delivery.body)
        switch delivery.kind {
        case .status: return try await applyStatus(form, query: Form.decode(Data(delivery.query.utf8)), at: delivery.receivedAt)
        case .inbound: return try await applyInbound(form, at: delivery.receivedAt)
        }
    }

    // MARK: How a message fared

    private func applyStatus(_ form: [String: String], query: [String: String], at time: Date) async throws -> DeliveryVerdict {
        guard let sid = form["MessageSid"], let status = form["MessageStatus"] else { return .tryLater("it names no message or status") }
        guard let message = try await reported(sid, query["message"]) else { return .tryLater("no message is known by it") }
        let report = TwilioAnswer.report(status: status, errorCode: form["ErrorCode"])
        // Of two attempts at one message the second is what counts; that the first failed says nothing of it.
        if let known = message.providerID, known != sid, report.isFailure { return .done("of an earlier attempt", message.lead) }
        let moved = try await apply(report, to: message, providerID: sid, at: time)
        return .done(moved ? "applied" : "said nothing new", message.lead)
    }

    /// The message that a callback is about: by our own id in the address that Twilio calls, which it signs, else by Twilio's.
    private func reported(_ sid: String, _ id: String?) async throws -> MessageRow? {
        if let id = id.flatMap(MessageID.init), let message = try await messageForUpdate(id), message.channel == .sms { return message }
        return try await messageForUpdate(.sms, providerID: sid)
    }

    // MARK: What somebody texted

    private func applyInbound(_ form: [String: String], at time: Date) async throws -> DeliveryVerdict {
        guard let sid = form["MessageSid"], let from = form["From"] else { return .tryLater("it names no message or sender") }
        // PostgreSQL's text holds no U+0000.
        let body = (form["Body"] ?? "").replacing("\0", with: "\u{FFFD}")
        let sender = try await sender(from)
        switch InboundText(body, optOutType: form["OptOutType"]) {
        case .stop: try await stop(sender, at: time)
        case .help: try await keep(body, of: sender, sid: sid, at: time)
        case .start:
            if try await start(sender, at: time) { break }
            // "Yes" of somebody who never said no is the best answer there is.
            fallthrough
        case .reply:
            guard let lead = sender.lead else { return .done("from nobody we know", nil) }
            try await keep(body, of: sender, sid: sid, at: time)
            try await reply(of: lead, to: sender.message, at: time)
        }
        return .done("applied", sender.lead)
    }

    private func reply(of lead: LeadID, to message: MessageRow?, at time: Date) async throws {
        if let message { try await markReplied(message.id, at: time) }
        try await publish(
            MessageReplied(leadID: lead, messageID: message?.id, campaignID: message?.campaign, channel: .sms),
            at: time
        )
    }

    private struct Sender {
        var address: String
        /// What they had from us last.
        var message: MessageRow?
        var lead: LeadID?
    }

    private func sender(_ address: String) async throws -> Sender {
        if let message = try await latestMessageForUpdate(.sms, to: address) {
            return Sender(address: address, message: message, lead: message.lead)
        }
        return Sender(address: address, message: nil, lead: try await lead(withPhone: address))
    }

    private func keep(_ body: String, of sender: Sender, sid: String, at time: Date) async throws {
        guard let lead = sender.lead else { return }
        try await insertReply(body, from: lead, to: sender.message?.id, channel: .sms, providerID: sid, at: time)
    }

    /// Holds for the number, whoever it is and whether or not we ever wrote to it.
    private func stop(_ sender: Sender, at time: Date) async throws {
        if let message = sender.message { return try await unsubscribe(message, source: .stopKeyword, at: time) }
        let source = UnsubscribeSource.stopKeyword.rawValue
        let isNew = try await suppress(.sms, sender.address, .unsubscribed, source: source, lead: sender.lead, message: nil)
        guard isNew, let lead = sender.lead else { return }
        try await publish(MessageUnsubscribed(leadID: lead, channel: .sms, address: sender.address, source: source), at: time)
    }

    /// - Returns: false when there was nothing to take back.
    private func start(_ sender: Sender, at time: Date) async throws -> Bool {
        if let message = sender.message { return try await resubscribe(message, source: .startKeyword, at: time) }
        let source = UnsubscribeSource.startKeyword.rawValue
        guard try await liftSuppression(.sms, sender.address, source: source) else { return false }
        guard let lead = sender.lead else { return true }
        try await publish(MessageResubscribed(leadID: lead, channel: .sms, address: sender.address, source: source), at: time)
        return true
    }
}

extension TwilioAnswer.Report {
    fileprivate var isFailure: Bool {
        switch self {
        case .failed, .optedOut: true
        case .accepted, .delivered, .nothing: false
        }
    }
}
