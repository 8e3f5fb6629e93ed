package import Contracts
import Foundation

/// What rows of the predecessor say about a lead's contact status.
package enum ContactReading {
    /// `businesses.contact_status`, as it stood at the row's last change.
    ///
    /// A word that isn't one of ours gives a remark instead; `pending` says nothing.
    package static func status(of row: PredecessorRow) -> (status: AdoptedStatus?, remark: String?) {
        guard let word = row.word("contact_status"), word != "pending" else { return (nil, nil) }
        let words = ["email_sent": "emailed", "sent": "emailed", "sms": "sms_sent", "customer": "purchased", "opted_out": "unsubscribed"]
        guard let status = ContactStatus(rawValue: words[word] ?? word) else {
            return (nil, "its contact_status '\(word)' is not known: it was left out")
        }
        let at = row.time("updated_at") ?? row.time("created_at") ?? row.time("scraped_at") ?? Date(timeIntervalSince1970: 0)
        return (AdoptedStatus(.contact, to: status.rawValue, at: at, reason: "\(row.origin) says contact_status \(word)"), nil)
    }

    /// The steps of one message, `campaigns` having one row for each.
    package static func statuses(ofMessage row: PredecessorRow) -> [AdoptedStatus] {
        let channel = Channel(rawValue: row.word("channel") ?? "") ?? (row.text("recipient_phone") == nil ? .email : .sms)
        let word = row.word("status") ?? ""
        var steps: [(to: ContactStatus, at: Date?, what: String)] = []
        let sent = row.time("sent_at") ?? row.time("delivered_at")
        steps.append((channel == .email ? .emailed : .smsSent, sent, "was sent"))
        steps.append((.opened, row.time("opened_at"), "was opened"))
        steps.append((.clicked, row.time("clicked_at"), "was clicked"))
        steps.append((.replied, row.time("replied_at"), "was answered"))
        steps.append((.interested, row.time("converted_at"), "led to a conversion"))
        if word == "bounced" { steps.append((.bounced, row.time("updated_at") ?? sent, "bounced")) }
        if ["unsubscribed", "complained"].contains(word) { steps.append((.unsubscribed, row.time("updated_at") ?? sent, word)) }
        return steps.compactMap { step in
            step.at.map { AdoptedStatus(.contact, to: step.to.rawValue, at: $0, reason: "\(row.origin): a message \(step.what)") }
        }
    }

    /// A business that said no is written to on no channel any more; one that bounced not by e-mail.
    package static func suppressions(ofBusiness row: PredecessorRow) -> [AdoptedSuppression] {
        guard let status = status(of: row).status, ["unsubscribed", "bounced"].contains(status.to) else { return [] }
        let isBounce = status.to == "bounced"
        var given: [AdoptedSuppression] = []
        if let email = row.text("email"), email.contains("@") {
            given.append(AdoptedSuppression(origin: row.origin, channel: .email, address: email, isBounce: isBounce, at: status.at))
        }
        if !isBounce, let phone = DialledNumber.e164(row.text("phone")) {
            given.append(AdoptedSuppression(origin: row.origin, channel: .sms, address: phone, at: status.at))
        }
        return given
    }

    /// A message that bounced, was complained about or unsubscribed from: its address.
    package static func suppressions(ofMessage row: PredecessorRow) -> [AdoptedSuppression] {
        let word = row.word("status") ?? ""
        guard ["bounced", "complained", "unsubscribed"].contains(word) else { return [] }
        let at = row.firstTime("updated_at", "sent_at", "created_at", "scheduled_for")
        let isBounce = word == "bounced"
        if row.word("channel") == "sms" {
            guard let phone = DialledNumber.e164(row.text("recipient_phone")) else { return [] }
            return [AdoptedSuppression(origin: row.origin, channel: .sms, address: phone, isBounce: isBounce, at: at)]
        }
        guard let email = row.text("recipient_email"), email.contains("@") else { return [] }
        return [AdoptedSuppression(origin: row.origin, channel: .email, address: email, isBounce: isBounce, at: at)]
    }
}
