import Foundation

/// `application/x-www-form-urlencoded`, in order.
struct FormBody: Hashable, Sendable {
    static let contentType = "application/x-www-form-urlencoded"

    var fields: [(name: String, value: String)]

    init(_ fields: [(String, String)]) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    /// Reads a body or a query; what isn't a pair gets an empty value.
    init(parsing text: some StringProtocol) {
        fields = text.split(separator: "&").map { field in
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: Self.unescaped(pair[0]), value: pair.count > 1 ? Self.unescaped(pair[1]) : "")
        }
    }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    var data: Data {
        Data(fields.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&").utf8)
    }

    static func == (first: FormBody, second: FormBody) -> Bool { first.data == second.data }
    func hash(into hasher: inout Hasher) { hasher.combine(data) }

    private static let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*")

    private static func escaped(_ text: String) -> String {
        (text.addingPercentEncoding(withAllowedCharacters: plain.union([" "])) ?? "").replacing(" ", with: "+")
    }

    private static func unescaped(_ text: Substring.SubSequence) -> String {
        let spaced = text.replacing("+", with: " ")
        return String(spaced).removingPercentEncoding ?? String(spaced)
    }

    private static func unescaped(_ text: some StringProtocol) -> String { unescaped(Substring(text)) }
}
