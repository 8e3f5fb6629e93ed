package import Foundation

/// Points, bases, thresholds and tags that replace those of ``ScoringModels/standard``: JSON, as `docs/examples/scoring.json` has it.
///
/// What a file doesn't name stays as it is. It can't add factors: what they mean is code.
package enum ScoringFile {
    /// What keeps a file from being used: which key, what is wrong, how to mend it.
    package struct Faults: Error {
        package var lines: [String]
    }

    /// `models` with what the file says.
    ///
    /// - Throws: ``Faults`` with a line for everything that is wrong.
    package static func override(_ models: ScoringModels, by data: Data) throws(Faults) -> ScoringModels {
        let root: Value
        do {
            root = try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw Faults(lines: ["is not JSON: see docs/examples/scoring.json for one that is"])
        }
        guard case .object(let sections) = root else {
            throw Faults(lines: ["must be an object with the keys qualification and lead_score, as docs/examples/scoring.json"])
        }
        var models = models
        var faults: [String] = []
        for (name, section) in sections.sorted(by: { $0.key < $1.key }) {
            switch (Self.models[name], section) {
            case (let path?, .object(let entries)): faults += models[keyPath: path].take(entries, under: name)
            case (_?, _): faults.append("\(name) is \(section); it must be an object of factors and their points")
            case (nil, _): faults.append("\(name) is no model; the models are qualification and lead_score")
            }
        }
        guard faults.isEmpty else { throw Faults(lines: faults) }
        return models
    }

    private static var models: [String: WritableKeyPath<ScoringModels, ScoringModel>] {
        ["qualification": \.qualification, "lead_score": \.leadScore]
    }

    /// JSON of any form, to be able to say what stands where something else should.
    fileprivate enum Value: Decodable, CustomStringConvertible {
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])
        case boolean(Bool)
        case null

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .boolean(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode([Value].self) {
                self = .list(value)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        var description: String {
            switch self {
            case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
            case .text(let value): "\"\(value.prefix(40))\""
            case .list: "a list"
            case .object: "an object"
            case .boolean(let value): "\(value)"
            case .null: "null"
            }
        }

        func whole(in range: ClosedRange<Int>) -> Int? {
            guard case .number(let value) = self, let whole = Int(exactly: value), range.contains(whole) else { return nil }
            return whole
        }
    }
}

extension ScoringModel {
    /// - Returns: what is wrong.
    fileprivate mutating func take(_ entries: [String: ScoringFile.Value], under name: String) -> [String] {
        var faults: [String] = []
        for (factor, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let key = "\(name).\(factor)"
            if factor == "base" {
                if let points = entry.whole(in: 0...100) {
                    base = points
                } else {
                    faults.append("\(key) is \(entry); it must be a whole number between 0 and 100")
                }
            } else if let index = rules.firstIndex(where: { $0.factor == factor }) {
                faults += rules[index].take(entry, under: key)
            } else {
                faults.append("\(key) is no factor; those of \(name) are base, \(rules.map(\.factor).joined(separator: ", "))")
            }
        }
        return faults
    }
}

extension ScoreRule {
    fileprivate mutating func take(_ entry: ScoringFile.Value, under key: String) -> [String] {
        guard case .object(let parts) = entry else { return takePoints(entry, under: key) }
        var faults: [String] = []
        for (part, value) in parts.sorted(by: { $0.key < $1.key }) {
            switch part {
            case "points": faults += takePoints(value, under: "\(key).points")
            case condition.fileKey: faults += condition.take(value, under: "\(key).\(part)")
            default:
                let known = ["points", condition.fileKey].compactMap(\.self).joined(separator: " and ")
                faults.append("\(key).\(part) can't be set; what can is \(known)")
            }
        }
        return faults
    }

    private mutating func takePoints(_ value: ScoringFile.Value, under key: String) -> [String] {
        guard let points = value.whole(in: -100...100) else {
            return ["\(key) is \(value); it must be a whole number between -100 and 100"]
        }
        self.points = points
        return []
    }
}

extension ScoreCondition {
    /// What can be set of it besides the points.
    package var fileKey: String? {
        switch self {
        case .atLeast: "at_least"
        case .tagged: "tags"
        default: nil
        }
    }

    fileprivate mutating func take(_ value: ScoringFile.Value, under key: String) -> [String] {
        switch (self, value) {
        case (.atLeast(_, .rating), .number(let least)) where (0...5).contains(least): self = .atLeast(least, .rating)
        case (.atLeast(_, .rating), _): return ["\(key) is \(value); it must be a number between 0 and 5"]
        case (.atLeast(_, let number), _):
            guard let least = value.whole(in: 0...1_000_000) else {
                return ["\(key) is \(value); it must be a whole number between 0 and 1000000"]
            }
            self = .atLeast(Double(least), number)
        case (.tagged, .list(let values)):
            let given = values.compactMap { if case .text(let tag) = $0 { tag } else { nil } }
            let tags = Tags.normalised(given)
            guard given.count == values.count, (1...Tags.limit).contains(tags.count), tags.count == values.count else {
                return ["\(key) must be a list of 1 to \(Tags.limit) tags, each once: [\"hot\", \"urgent\"]"]
            }
            self = .tagged(anyOf: tags)
        default: return ["\(key) is \(value); it must be a list of tags: [\"hot\", \"urgent\"]"]
        }
        return []
    }
}
