import Contracts
import Foundation

extension LeadFilter {
    /// The parameters of a URL's query as a filter: under the names that it has in JSON, lists with commas or as the same name again.
    ///
    /// - Throws: a `Problem` of status 422 that names every parameter that is not known or not what it should be.
    init(query: [(name: String, value: String)]) throws {
        var fields: [String: [String]] = [:]
        for (name, value) in query { fields[name, default: []].append(value) }
        var object: [String: Any] = [:]
        var faults: [Problem.FieldError] = []
        for (name, values) in fields.sorted(by: { $0.key < $1.key }) {
            func fault(_ detail: String) { faults.append(Problem.FieldError(pointer: "/\(name)", detail: detail)) }
            let last = values.last ?? ""
            switch Self.kinds[name] {
            case .list: object[name] = values.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }
            case .text: object[name] = last
            case .yesOrNo:
                object[name] = ["true": true, "false": false][last]
                if object[name] == nil { fault("must be true or false") }
            case .integer:
                object[name] = Int(last)
                if object[name] == nil { fault("must be a whole number") }
            case .number:
                object[name] = Double(last).flatMap { $0.isFinite ? $0 : nil }
                if object[name] == nil { fault("must be a number") }
            case .time:
                object[name] = RFC3339.date(from: last) == nil ? nil : last
                if object[name] == nil { fault("must be an RFC 3339 time such as 2026-01-31T09:30:00Z") }
            case .choice(let choices):
                let chosen = values.flatMap { $0.split(separator: ",") }.map(String.init)
                object[name] = chosen
                for value in chosen where !choices.contains(value) {
                    fault("'\(value.prefix(40))' is not one of \(choices.joined(separator: ", "))")
                }
            case nil: fault("is not known here: there are \(Self.kinds.keys.sorted().joined(separator: ", "))")
            }
        }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        self = try WireJSON.decode(LeadFilter.self, from: JSONSerialization.data(withJSONObject: object))
        faults = self.faults(at: "")
        guard faults.isEmpty else { throw Problem.invalid(faults) }
    }

    private enum Kind {
        case text, list, yesOrNo, integer, number, time
        case choice([String])
    }

    private static let kinds: [String: Kind] = [
        "search": .text,
        "stages": .choice(SalesStage.allCases.map(\.rawValue)), "sources": .choice(LeadSource.allCases.map(\.rawValue)),
        "assigned_to": .list, "categories": .list, "cities": .list, "states": .list, "tags_any": .list, "tags_all": .list,
        "is_unassigned": .yesOrNo, "has_email": .yesOrNo, "has_phone": .yesOrNo, "has_website": .yesOrNo, "is_hot": .yesOrNo,
        "is_archived": .yesOrNo,
        "created_from": .time, "created_before": .time, "updated_from": .time, "updated_before": .time,
        "last_contact_from": .time, "last_contact_before": .time, "next_follow_up_from": .time, "next_follow_up_before": .time,
        "min_qualification_score": .integer, "max_qualification_score": .integer, "min_lead_score": .integer, "max_lead_score": .integer,
        "min_rating": .number, "max_rating": .number,
    ]
}
