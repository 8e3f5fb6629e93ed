import Contracts
import Outbound

/// Who our e-mail is from, and which server takes it.
struct MailSettings: Sendable {
    var server: SMTPServer
    var from: MailAddress
    var replyTo: MailAddress?

    /// The right side of our Message-IDs.
    var domain: String { from.address.split(separator: "@").last.map(String.init) ?? "localhost" }
}

/// Sends e-mail through an SMTP server.
struct EmailProvider: MessageProvider {
    let outbound: OutboundClient
    let settings: MailSettings

    func send(_ message: ClaimedMessage, _ content: ComposedMessage, timeout: Duration) async -> SendOutcome {
        var server = settings.server
        server.timeout = timeout
        // When to try again is decided over all workers, in the database.
        server.retry = .never
        do {
            _ = try await outbound.send(try mail(message, content), through: server)
            // SMTP gives no id that means anything elsewhere: our Message-ID is the message's name.
            return .accepted(providerID: nil)
        } catch let error as OutboundError {
            return Self.outcome(of: error)
        } catch {
            return .answerLost(reason: "\(error)")
        }
    }

    private func mail(_ message: ClaimedMessage, _ content: ComposedMessage) throws -> OutboundMail {
        var headers: [(name: String, value: String)] = [
            ("From", try settings.from.headerValue)
        ]
        if let replyTo = settings.replyTo { headers.append(("Reply-To", try replyTo.headerValue)) }
        headers += [
            // RFC 8058: one HTTPS address that a POST alone unsubscribes at.
            ("List-Unsubscribe", "<\(content.unsubscribeURL)>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            // By these a bounce, or the server's log, can be brought back to the message.
            ("X-Plumbline-Message", message.id.description),
            ("Feedback-ID", "\(message.campaign):plumbline"),
        ]
        return OutboundMail(
            envelopeFrom: settings.from.address,
            to: [message.address],
            headers: headers,
            subject: content.subject ?? "",
            text: content.text,
            html: content.html,
            // The same at every attempt, so that a receiver can drop a second one.
            messageID: "\(message.id)@\(settings.domain)"
        )
    }

    static func outcome(of error: OutboundError) -> SendOutcome {
        if error.maybeDelivered { return .answerLost(reason: error.description) }
        if let code = error.code.smtpReplyCode { return SMTPAnswer.outcome(replyCode: code, text: error.replyText ?? "") }
        if error.code == .invalidRequest { return .refused(code: "invalid", reason: error.message) }
        return .notHandedOver(reason: error.description)
    }
}
