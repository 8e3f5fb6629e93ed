/// What came of handing one message to its provider.
package enum SendOutcome: Hashable, Sendable {
    case accepted(providerID: String?)
    /// The address is no good: for e-mail a bounce, for SMS undeliverable.
    case refusedAddress(code: String, reason: String)
    /// Refused for good, for a reason that lies with the message or with us.
    case refused(code: String, reason: String)
    /// The recipient told the provider before not to be written to.
    case optedOut(code: String)
    /// Refused for now: counts towards giving up.
    case refusedForNow(code: String, reason: String)
    /// The provider was not reached, or can't work for us at present: says nothing of the message.
    case notHandedOver(reason: String)
    /// It may have been taken: the answer was lost on the way.
    case answerLost(reason: String)
}

/// How an SMTP server's refusal is read (RFC 5321 §4.2.1, RFC 3463).
package enum SMTPAnswer {
    /// - Parameters:
    ///   - replyCode: of the refusal.
    ///   - text: behind it; most servers begin it with an enhanced status code such as 5.1.1.
    /// - Returns: what it means for the message.
    package static func outcome(replyCode: Int, text: String) -> SendOutcome {
        let code = String(replyCode)
        let reason = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        switch replyCode {
        // The server closes, or doesn't know us: another message would fare no better.
        case 421, 530, 534, 535, 538: return .notHandedOver(reason: "\(code) \(reason)")
        case 400..<500: return .refusedForNow(code: code, reason: reason)
        default:
            return speaksOfAddress(replyCode, text) ? .refusedAddress(code: code, reason: reason) : .refused(code: code, reason: reason)
        }
    }

    /// Whether the recipient's address is what is wrong. To take a refusal of our own sender, of our relay or of the content for
    /// one would write off every address that we try.
    private static func speaksOfAddress(_ replyCode: Int, _ text: String) -> Bool {
        if let status = text.firstMatch(of: /\b5\.([0-9])\.([0-9]{1,3})\b/) {
            return switch (status.1, status.2) {
            // 5.1.7 and 5.1.8 are about the sender's address.
            case ("1", "7"), ("1", "8"): false
            case ("1", _): true
            // Mailbox disabled; a full one (5.2.2) is none the less somebody's.
            case ("2", "1"): true
            default: false
            }
        }
        return [521, 550, 551, 553, 556].contains(replyCode)
    }
}
