import Contracts
import Foundation
import Logging
import Outbound
import Postgres
import ServiceLifecycle

/// Sends customers what concerns what they bought: that a payment failed. One after another; there are few.
struct NoticeSender: Service {
    let database: Database
    let provider: EmailProvider
    let letterhead: Letterhead
    /// Where the site of a lead tells its owner more; asked for when it is sent, and kept nowhere.
    let ownerLink: @Sendable (LeadID) async throws -> String
    let logger: Logger
    let wake = Wake()
    var pause = Duration.seconds(2)
    var lease = Duration.seconds(60)
    /// After this it would confuse more than it helps.
    var patience = Duration.seconds(3 * 86_400)
    /// The waits before one that wasn't taken is tried again; then it is dropped.
    var retryDelays: [Duration] = [.seconds(60), .seconds(300), .seconds(1_800), .seconds(7_200), .seconds(21_600), .seconds(43_200)]

    /// Goes on until graceful shutdown, which finishes the one that is under way.
    func run() async throws {
        await withGracefulShutdownHandler {
            while !wake.isFinished, !Task.isCancelled {
                do {
                    while !wake.isFinished, try await sendNext() {}
                } catch {
                    if !Task.isCancelled { logger.warning("Notices can't be sent just now", metadata: ["error": "\(error)"]) }
                }
                await wake.wait(upTo: pause)
            }
        } onGracefulShutdown: {
            wake.finish()
        }
    }

    /// Takes one notice and settles it. Returns false when none is due.
    func sendNext() async throws -> Bool {
        try await database.expireNotices()
        guard let notice = try await database.claimNotice(for: lease) else { return false }
        guard Date().timeIntervalSince(notice.occurredAt) < patience / .seconds(1) else {
            try await database.settle(notice, as: .dropped, because: "too late")
            return true
        }
        guard let (recipient, address, exclusion) = try await database.noticeRecipient(of: notice.lead) else {
            try await retry(notice, because: "the lead isn't known yet")
            return true
        }
        guard let address, exclusion == nil else {
            try await database.settle(notice, as: .dropped, because: exclusion)
            return true
        }
        do {
            let link = try await ownerLink(recipient.leadID)
            guard try await database.beginHandover(notice) else { return true }
            let letter = PastDueNotice(to: recipient, link: link, from: letterhead)
            try await settle(notice, await provider.send(letter, notice.id, to: address, timeout: lease * 0.8))
        } catch let problem as Problem where problem.status == 404 {
            try await database.settle(notice, as: .dropped, because: "no site")
        } catch let problem as Problem {
            try await retry(notice, because: problem.detail ?? problem.title)
        }
        return true
    }

    private func settle(_ notice: ClaimedNotice, _ outcome: SendOutcome) async throws {
        switch outcome {
        case .accepted: try await database.settle(notice, as: .sent)
        case .refusedAddress(_, let reason), .refused(_, let reason): try await database.settle(notice, as: .dropped, because: reason)
        case .optedOut(let code): try await database.settle(notice, as: .dropped, because: code)
        case .refusedForNow(_, let reason), .notHandedOver(let reason): try await retry(notice, because: reason)
        case .answerLost(let reason): try await database.settle(notice, as: .unknown, because: reason)
        }
    }

    private func retry(_ notice: ClaimedNotice, because reason: String) async throws {
        logger.warning(
            "A notice was not sent",
            metadata: ["lead.id": "\(notice.lead)", "notice.id": "\(notice.id)", "reason": "\(reason)"]
        )
        guard notice.attempts <= retryDelays.count else { return try await database.settle(notice, as: .dropped, because: reason) }
        try await database.postpone(notice, for: retryDelays[notice.attempts - 1], because: reason)
    }
}

extension EmailProvider {
    /// Sends a letter to one customer.
    fileprivate func send(_ letter: PastDueNotice, _ notice: UUID, to address: String, timeout: Duration) async -> SendOutcome {
        var server = settings.server
        server.timeout = timeout
        server.retry = .never
        do {
            var headers = [("From", try settings.from.headerValue)]
            if let replyTo = settings.replyTo { headers.append(("Reply-To", try replyTo.headerValue)) }
            let mail = OutboundMail(
                envelopeFrom: settings.from.address,
                to: [address],
                headers: headers.map { (name: $0.0, value: $0.1) } + [("Auto-Submitted", "auto-generated")],
                subject: letter.subject,
                text: letter.text,
                messageID: "\(notice.uuidString.lowercased())@\(settings.domain)"
            )
            _ = try await outbound.send(mail, through: server)
            return .accepted(providerID: nil)
        } catch let error as OutboundError {
            return Self.outcome(of: error)
        } catch {
            return .answerLost(reason: "\(error)")
        }
    }
}
