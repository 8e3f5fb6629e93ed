import Contracts
package import Foundation

/// Rules that replace or add to ``FollowUpRule/standard``: JSON, as `docs/examples/follow-ups.json` has it.
///
/// What a file doesn't name stays as it is; `false` in place of a rule takes it away.
package enum FollowUpFile {
    /// What keeps a file from being used: which key, what is wrong, how to mend it.
    package struct Faults: Error {
        package var lines: [String]
    }

    /// `rules` with what the file says, by name.
    ///
    /// - Throws: ``Faults`` with a line for everything that is wrong.
    package static func override(_ rules: [FollowUpRule], by data: Data) throws(Faults) -> [FollowUpRule] {
        let entries: [String: Entry]
        do {
            entries = try JSONDecoder().decode([String: Entry].self, from: data)
        } catch {
            throw Faults(lines: ["is no JSON object of rules by their names: see docs/examples/follow-ups.json for one that is"])
        }
        var named = Dictionary(rules.map { ($0.name, $0) }) { first, _ in first }
        var faults: [String] = []
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            switch entry {
            case .off:
                if named.removeValue(forKey: name) == nil { faults.append("\(name) is no rule that could be taken away") }
            case .rule(let parts):
                if name.wholeMatch(of: #/[a-z][a-z0-9_]{0,59}/#) == nil {
                    faults.append("\(name) can't be a name; one has small letters, digits and _, 60 at most")
                }
                switch parts.over(named[name], name) {
                case .success(let rule): named[name] = rule
                case .failure(let wrong): faults += wrong.lines
                }
            case .other: faults.append("\(name) must be an object, or false to take the rule away")
            }
        }
        guard faults.isEmpty else { throw Faults(lines: faults) }
        return named.values.sorted { $0.name < $1.name }
    }

    private enum Entry: Decodable {
        case off
        case rule(Parts)
        case other

        init(from decoder: any Decoder) throws {
            if let flag = try? decoder.singleValueContainer().decode(Bool.self) {
                self = flag ? .other : .off
            } else if let parts = try? Parts(from: decoder) {
                self = .rule(parts)
            } else {
                self = .other
            }
        }
    }

    /// What is said of a rule. Each part may be of any form, to be able to say which is wrong.
    private struct Parts: Decodable {
        var values: [String: Part]

        init(from decoder: any Decoder) throws {
            values = try decoder.singleValueContainer().decode([String: Part].self)
        }

        func over(_ known: FollowUpRule?, _ name: String) -> Result<FollowUpRule, Faults> {
            var rule = known ?? FollowUpRule(name, "", reached: .contacted, afterDays: 0, unlessReached: [])
            var faults: [String] = []
            let needed = known == nil ? ["title", "reached", "after_days", "unless_reached"] : []
            for key in needed where values[key] == nil { faults.append("\(name).\(key) is missing") }
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                func wrong(_ must: String) { faults.append("\(name).\(key) must be \(must)") }
                switch key {
                case "title":
                    if let text = value.text, (1...200).contains(text.count) {
                        rule.title = text
                    } else {
                        wrong("a text of 1 to 200 characters")
                    }
                case "after_days":
                    if let days = value.whole, (0...365).contains(days) {
                        rule.afterDays = days
                    } else {
                        wrong("a whole number from 0 to 365")
                    }
                case "reached":
                    if let step: Milestone = value.word() { rule.reached = step } else { wrong("one of \(Self.all(Milestone.self))") }
                case "unless_reached":
                    if let steps: [Milestone] = value.words() {
                        rule.unlessReached = steps
                    } else {
                        wrong("a list of \(Self.all(Milestone.self))")
                    }
                case "unless_now":
                    if let statuses: [ContactStatus] = value.words() {
                        rule.unlessNow = statuses
                    } else {
                        wrong("a list of \(Self.all(ContactStatus.self))")
                    }
                default: faults.append("\(name).\(key) can't be set; what can is title, reached, after_days, unless_reached, unless_now")
                }
            }
            if faults.isEmpty, rule.unlessReached.contains(rule.reached) {
                faults.append(
                    "\(name).unless_reached names \(rule.reached.rawValue), which is what the rule waits for: it would never be due"
                )
            }
            return faults.isEmpty ? .success(rule) : .failure(Faults(lines: faults))
        }

        private static func all<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> String {
            Word.allCases.map(\.rawValue).joined(separator: ", ")
        }
    }

    private struct Part: Decodable {
        var text: String?
        var whole: Int?
        var list: [String]?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try? container.decode(String.self)
            whole = try? container.decode(Int.self)
            list = try? container.decode([String].self)
        }

        func word<Word: RawRepresentable<String>>() -> Word? { text.flatMap { Word(rawValue: $0) } }

        func words<Word: RawRepresentable<String>>() -> [Word]? {
            guard let list, case let words = list.compactMap({ Word(rawValue: $0) }), words.count == list.count else { return nil }
            return words
        }
    }
}
