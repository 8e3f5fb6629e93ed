package import Contracts
import Foundation

/// Statuses in plain English: from what is recorded to sentences, and nothing else.
package enum Explanation {
    /// One decision as the history has it.
    package struct Decision: Hashable, Sendable {
        package var trigger: String
        package var channel: Channel?
        package var entry: StatusHistoryEntry

        package init(trigger: String, channel: Channel? = nil, entry: StatusHistoryEntry) {
            self.trigger = trigger
            self.channel = channel
            self.entry = entry
        }
    }

    /// What is known of one of the two statuses.
    package struct Standing: Hashable, Sendable {
        package var field: StatusField
        package var status: String
        /// Its last moves, the latest first; not necessarily all.
        package var latestMoves: [Decision]
        package var moves: Int
        /// How many facts were ignored, by their reasons as they are recorded.
        package var ignored: [String: Int]

        package init(field: StatusField, status: String, latestMoves: [Decision], moves: Int, ignored: [String: Int]) {
            self.field = field
            self.status = status
            self.latestMoves = latestMoves
            self.moves = moves
            self.ignored = ignored
        }
    }

    /// What happened, and what came of it, in one sentence.
    package static func sentence(_ decision: Decision) -> String {
        let entry = decision.entry
        let what = "\(moment(entry.occurredAt)): \(happening(decision))"
        let known =
            entry.recordedAt.timeIntervalSince(entry.occurredAt) >= 300 ? " (which became known on \(moment(entry.recordedAt)))" : ""
        guard let to = entry.to else { return "\(what)\(known); nothing moved, because \(words(entry.ignoredBecause ?? ""))." }
        return "\(what)\(known); the \(name(entry.field)) moved from \(entry.from) to \(to)."
    }

    /// Where a status stands, what brought it there, and what it had been before.
    package static func summary(_ standing: Standing) -> String {
        var sentences: [String] = []
        if let last = standing.latestMoves.first {
            sentences.append(
                "The \(name(standing.field)) is \(standing.status) since \(moment(last.entry.occurredAt)): \(happening(last))."
            )
            let before = standing.latestMoves.map(\.entry.from)
            let more = standing.moves > before.count ? ", and \(standing.moves - before.count) more before" : ""
            sentences.append("Before that it was \(before.joined(separator: ", before that "))\(more).")
        } else {
            sentences.append("The \(name(standing.field)) is \(standing.status): nothing has moved it yet.")
        }
        let ignored = self.ignored(standing)
        if !ignored.isEmpty {
            let parts = ignored.map { "\($0.count) because \($0.words)" }
            sentences.append("Ignored: \(parts.joined(separator: "; ")).")
        }
        return sentences.joined(separator: " ")
    }

    package static func explained(_ standing: Standing) -> ExplainedStatus {
        ExplainedStatus(
            field: standing.field,
            status: standing.status,
            since: standing.latestMoves.first?.entry.occurredAt,
            summary: summary(standing),
            moves: standing.moves,
            ignored: ignored(standing)
        )
    }

    /// All of it: where the lead stands, then what happened, newest first.
    package static func text(_ statuses: [ExplainedStatus], _ decisions: [ExplainedDecision], goesOn: Bool) -> String {
        var lines = statuses.map(\.summary)
        if !decisions.isEmpty { lines += ["", "What happened, newest first:"] + decisions.map { "- \($0.sentence)" } }
        if goesOn { lines.append("- Older decisions are on the next page.") }
        return lines.joined(separator: "\n")
    }

    /// For people: the end of "nothing moved, because ...".
    package static func words(_ reason: String) -> String {
        IgnoredBecause(rawValue: reason)?.words ?? reason.replacing("_", with: " ")
    }

    private static func ignored(_ standing: Standing) -> [IgnoredCount] {
        standing.ignored.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { IgnoredCount(because: $0.key, words: words($0.key), count: $0.value) }
    }

    private static func name(_ field: StatusField) -> String {
        switch field {
        case .contact: "contact status"
        case .website: "website status"
        }
    }

    /// `1 January 2026, 00:04 UTC`
    static func moment(_ time: Date) -> String {
        let parts = RFC3339.string(from: time).split(whereSeparator: { "-T:".contains($0) })
        guard parts.count >= 5, let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month) else { return "\(time)" }
        return "\(day) \(months[month - 1]) \(parts[0]), \(parts[3]):\(parts[4]) UTC"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
}
