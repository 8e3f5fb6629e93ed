/// The scoring models as Markdown: what `docs/scoring.md` shows of them.
package enum ScoringTable {
    package static func markdown(of model: ScoringModel) -> String {
        var lines = ["| factor | points | when the lead | can be set |", "|---|---|---|---|"]
        lines.append("| `base` | \(model.base) | is a lead | points |")
        for rule in model.rules {
            let settable = ["points", rule.condition.fileKey.map { "`\($0)`" }].compactMap(\.self).joined(separator: ", ")
            lines.append("| `\(rule.factor)` | \(rule.points > 0 ? "+" : "")\(rule.points) | \(rule.reason) | \(settable) |")
        }
        return lines.joined(separator: "\n")
    }
}
