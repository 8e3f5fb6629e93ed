import Contracts
import Foundation

/// Where a page of duplicates ended: the value that the last group had in common, and of similar names also which pair it was.
struct DuplicatesCursor: Codable, Hashable, Sendable {
    var by: DuplicateSign
    var value: String
    var name: String?
    var id: LeadID?

    init(by: DuplicateSign, value: String, name: String? = nil, id: LeadID? = nil) {
        self.by = by
        self.value = value
        self.name = name
        self.id = id
    }

    /// - Throws: a `Problem` of status 422 when `text` is no cursor, or one of another question.
    init(_ text: String, by: DuplicateSign) throws {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let cursor = try? WireJSON.decode(Self.self, from: data), cursor.by == by else {
            throw Problem.invalid([Problem.FieldError(pointer: "/cursor", detail: "is not a next_cursor of the page before")])
        }
        self = cursor
    }

    func text() throws -> String {
        try WireJSON.encode(self).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Groups, and where the next ones may be found.
struct DuplicatesPage: Sendable {
    var groups: [DuplicateGroup] = []
    var end: DuplicatesCursor?
}
