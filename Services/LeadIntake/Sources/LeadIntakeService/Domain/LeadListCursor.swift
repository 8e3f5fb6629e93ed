import Contracts
import Crypto
import Foundation

/// Where a page of a list ended, for the next one to go on behind it. On the wire it is opaque: base64url of JSON.
struct LeadListCursor: Codable, Hashable, Sendable {
    /// Of the filter and the order: with others it would lead to a wrong place, silently.
    var question: String
    /// The last lead's value in the column that the list is sorted by.
    var key: LeadListKey?
    var created: Date
    var id: LeadID
    /// Of the first page, so that the leads are counted once.
    var total: Int
    var isTotalEstimated: Bool

    var place: LeadListPlace { LeadListPlace(key: key, created: created, id: id) }

    init(_ command: ListLeads, _ place: LeadListPlace, total: LeadListTotal) {
        question = Self.question(command)
        (key, created, id) = (place.key, place.created, place.id)
        self.total = total.count
        isTotalEstimated = total.isEstimated
    }

    /// - Throws: a `Problem` of status 422 when `text` is no cursor, or one of another filter or order.
    init(_ text: String, for command: ListLeads) throws {
        func refused(_ detail: String) -> Problem { Problem.invalid([Problem.FieldError(pointer: "/cursor", detail: detail)]) }
        let padded = text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let cursor = try? WireJSON.decode(Self.self, from: data) else {
            throw refused("is not a next_cursor of the page before")
        }
        guard cursor.question == Self.question(command), cursor.key?.fits(command.order.by) != false else {
            throw refused("belongs to another filter or order: begin anew without it")
        }
        self = cursor
    }

    func text() throws -> String {
        try WireJSON.encode(self).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func question(_ command: ListLeads) -> String {
        let parts = [try? WireJSON.encode(command.filter ?? LeadFilter()), try? WireJSON.encode(command.order)].compactMap(\.self)
        return Data(SHA256.hash(data: parts.reduce(Data(), +)).prefix(9)).base64EncodedString()
    }
}

/// Where a lead stands in a list.
struct LeadListPlace: Hashable, Sendable {
    var key: LeadListKey?
    var created: Date
    var id: LeadID
}

/// The value of one lead in the column that a list is sorted by.
enum LeadListKey: Codable, Hashable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case time(Date)

    func fits(_ column: LeadSort.Column) -> Bool {
        switch (self, column) {
        case (.time, .created), (.time, .updated), (.time, .lastContact), (.time, .nextFollowUp), (.number, .rating): true
        case (.integer, .qualificationScore), (.integer, .leadScore): true
        case (.text, .name), (.text, .category), (.text, .city), (.text, .state), (.text, .source), (.text, .salesStage),
            (.text, .assignedTo):
            true
        default: false
        }
    }
}

/// How many leads a filter matches.
struct LeadListTotal: Hashable, Sendable {
    var count: Int
    var isEstimated: Bool
}

extension ListLeads {
    var order: LeadSort { sort ?? .newest }
}
