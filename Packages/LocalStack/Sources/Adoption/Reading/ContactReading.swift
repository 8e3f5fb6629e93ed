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
}
