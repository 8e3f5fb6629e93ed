/// A start tag with its attributes: as much of HTML as is needed to find what a page points at.
struct HTMLTag: Hashable {
    /// Lower case.
    var name: String
    /// Names in lower case, values with their character references resolved.
    var attributes: [String: String]

    /// Whether a person would not see it: how honeypots for scanners are hidden.
    var isHidden: Bool {
        let style = (attributes["style"] ?? "").filter { $0 != " " }.lowercased()
        return attributes["hidden"] != nil || attributes["aria-hidden"] == "true"
            || style.contains("display:none") || style.contains("visibility:hidden")
    }

    /// Every start tag of a text, in order.
    static func all(in html: String) -> [HTMLTag] {
        var tags: [HTMLTag] = []
        var rest = Array(html.utf8)[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(start + 1)...]
            if rest.starts(with: "!--".utf8) {
                rest = rest.skipping(past: "-->")
                continue
            }
            guard let first = rest.first, first.isLetter else { continue }
            let name = String(decoding: rest.take { !$0.isSpace && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }, as: UTF8.self)
            tags.append(HTMLTag(name: name.lowercased(), attributes: attributes(&rest)))
            // What scripts and style sheets hold isn't markup.
            if ["script", "style"].contains(name.lowercased()) { rest = rest.skipping(past: "</\(name)") }
        }
        return tags
    }

    private static func attributes(_ rest: inout ArraySlice<UInt8>) -> [String: String] {
        var found: [String: String] = [:]
        while true {
            _ = rest.take { $0.isSpace || $0 == UInt8(ascii: "/") }
            guard let next = rest.first else { return found }
            if next == UInt8(ascii: ">") {
                rest = rest.dropFirst()
                return found
            }
            let name = rest.take { !$0.isSpace && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
            _ = rest.take(while: \.isSpace)
            var value: ArraySlice<UInt8> = []
            if rest.first == UInt8(ascii: "=") {
                rest = rest.dropFirst()
                _ = rest.take(while: \.isSpace)
                if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                    rest = rest.dropFirst()
                    value = rest.take { $0 != quote }
                    rest = rest.dropFirst()
                } else {
                    value = rest.take { !$0.isSpace && $0 != UInt8(ascii: ">") }
                }
            } else if name.isEmpty {
                rest = rest.dropFirst()
                continue
            }
            let key = String(decoding: name, as: UTF8.self).lowercased()
            if found[key] == nil { found[key] = CharacterReferences.resolve(String(decoding: value, as: UTF8.self)) }
        }
    }
}

/// `&amp;`, `&#38;`, `&#x26;`: those that appear in addresses.
enum CharacterReferences {
    private static let named = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    static func resolve(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var pieces = text.split(separator: "&", omittingEmptySubsequences: false)
        var resolved = String(pieces.removeFirst())
        for piece in pieces {
            guard let end = piece.firstIndex(of: ";"), let character = character(piece[..<end]) else {
                resolved += "&" + piece
                continue
            }
            resolved += character + piece[piece.index(after: end)...]
        }
        return resolved
    }

    private static func character(_ name: Substring) -> String? {
        if let known = named[String(name)] { return known }
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let code = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 32 || (9...13).contains(self) }
    fileprivate var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
}

extension ArraySlice<UInt8> {
    /// Takes from the front what fits.
    fileprivate mutating func take(while fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let taken = prefix(while: fits)
        self = self[taken.endIndex...]
        return taken
    }

    /// What is behind the first occurrence of a word, nothing if there is none.
    fileprivate func skipping(past word: String) -> ArraySlice<UInt8> {
        let word = Array(word.utf8)
        var rest = self
        while let start = rest.firstIndex(of: word[0]) {
            if rest[start...].starts(with: word) { return rest[(start + word.count)...] }
            rest = rest[(start + 1)...]
        }
        return []
    }
}
