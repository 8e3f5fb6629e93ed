import Contracts

/// The tables of the rules as Markdown: `docs/status-rules.md` is this text, and a test holds it to that.
package enum StatusRulesDocument {
    package static var markdown: String {
        """
        # The status rules

        Made from the tables in `Services/Lifecycle/Sources/LifecycleService/Domain`; a test compares. What no row speaks of changes
        nothing, and is recorded as ignored with the reason. Times are those at which things happened, not at which they became known.

        ## Contact status

        \(table(ContactStatusRules.table.map { row($0.trigger.rawValue, $0.from, ContactStatus.allCases, to: text($0.to), unless: $0.unless.map(\.reason)) }))

        Recorded, without a rule:

        \(silent(ContactTrigger.allCases.compactMap { trigger in ContactStatusRules.silent[trigger].map { (trigger.rawValue, $0) } }))

        While a lead is unsubscribed, a fact from before the unsubscription that comes to light only then moves the status held before it.

        ## Website status

        \(table(WebsiteStatusRules.table.map { row($0.trigger.rawValue, $0.from, WebsiteStatus.allCases, to: text($0.to), unless: $0.unless.map(\.reason)) }))

        Recorded, without a rule:

        \(silent(WebsiteTrigger.allCases.compactMap { trigger in WebsiteStatusRules.silent[trigger].map { (trigger.rawValue, $0) } }))

        The end of a subscription that becomes known before the payment it follows is decided on again right after that payment.

        ## Why a fact moved nothing

        | reason | in words: nothing moved, because |
        |---|---|
        \(IgnoredBecause.allCases.map { "| `\($0.rawValue)` | \($0.words) |" }.joined(separator: "\n"))

        ## Is it so?

        `explain-status` says of a lead in words what led to its statuses, and what was ignored and why. `plumbline verify-statuses` follows what is
        recorded of every lead again by these tables, and names each lead that stands elsewhere: there must be none. With `--repair` it sets them
        right; that is a decision of its own in the history (`repaired`, with who asked for it), and told like every other.

        """
    }

    private static func table(_ rows: [String]) -> String {
        (["| trigger | from | to | unless |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    private static func silent(_ rows: [(String, IgnoredBecause)]) -> String {
        (["| trigger | ignored because |", "|---|---|"] + rows.map { "| `\($0)` | \($1.words) |" }).joined(separator: "\n")
    }

    private static func row<Status: RawRepresentable<String> & Hashable>(
        _ trigger: String,
        _ from: Set<Status>,
        _ all: [Status],
        to: String,
        unless: [IgnoredBecause]
    ) -> String {
        let missing = all.filter { !from.contains($0) }
        let froms =
            if missing.isEmpty {
                "any"
            } else if missing.count < from.count {
                "any but " + missing.map(\.rawValue).joined(separator: ", ")
            } else {
                all.filter(from.contains).map(\.rawValue).joined(separator: ", ")
            }
        return "| `\(trigger)` | \(froms) | \(to) | \(unless.map(\.words).joined(separator: "; ")) |"
    }

    private static func text<Trigger, Status: RawRepresentable<String>, Guard>(
        _ target: StatusRule<Trigger, Status, Guard>.Target
    ) -> String {
        switch target {
        case .status(let status): status.rawValue
        case .heldBefore: "the status held before"
        case .asked: "what was asked for"
        }
    }
}
