package import Contracts
import Foundation

/// What rows of the predecessor say about a lead, in words.
package enum NoteReading {
    /// A message that was written, and what came of it.
    package static func message(_ row: PredecessorRow, about lead: LeadID) -> AdoptedNote {
        let channel = row.word("channel") ?? "message"
        let recipient = row.text("recipient_email") ?? row.text("recipient_phone")
        var lines = ["Adopted: \(channel)\(recipient.map { " to \($0)" } ?? ""), \(row.word("status") ?? "status unknown")"]
        if let subject = row.text("subject_line") { lines.append("Subject: \(subject)") }
        for (column, words) in [
            ("scheduled_for", "scheduled for"), ("sent_at", "sent"), ("delivered_at", "delivered"), ("opened_at", "opened"),
            ("clicked_at", "clicked"), ("replied_at", "replied"), ("converted_at", "converted"),
        ] {
            guard let time = row.time(column) else { continue }
            let count = row.count(column.replacing("_at", with: "_count")).map { $0 > 1 ? ", \($0) times in all" : "" } ?? ""
            lines.append("\(words) \(RFC3339.string(from: time))\(count)")
        }
        if let error = row.text("error_message") { lines.append("Error: \(error)") }
        if let body = row.text(channel == "sms" ? "sms_body" : "email_body") { lines += ["", body] }
        return AdoptedNote(
            origin: row.origin,
            leadID: lead,
            type: channel == "email" ? .email : .system,
            text: lines.joined(separator: "\n"),
            createdAt: row.firstTime("sent_at", "created_at", "scheduled_for", "delivered_at")
        )
    }

    /// A ticket or an edit request: every column that says something in words.
    package static func request(_ row: PredecessorRow, about lead: LeadID) -> AdoptedNote {
        let kind = row.table == "edit_requests" ? "edit request" : "support ticket"
        let lines = row.columns.filter { $0 != "id" && !$0.hasSuffix("_id") && !$0.hasSuffix("_at") }.compactMap { column in
            row.text(column).map { "\(column.replacing("_", with: " ")): \($0)" }
        }
        return AdoptedNote(
            origin: row.origin,
            leadID: lead,
            text: (["Adopted \(kind)"] + lines).joined(separator: "\n"),
            createdAt: row.firstTime("created_at", "submitted_at", "updated_at")
        )
    }
}

extension PredecessorRow {
    /// The first of the columns that holds a time; the epoch's beginning when none does, so that it is the same each time.
    func firstTime(_ columns: String...) -> Date {
        columns.lazy.compactMap { time($0) }.first ?? Date(timeIntervalSince1970: 0)
    }
}
