import Foundation

/// What was posted: names and values, in their order.
package struct FormPost: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var fields: [Field]

    /// Why a post can't be read.
    package enum Fault: Error, Hashable, Sendable {
        case contentType(String)
        case charset(String)
        case notAnObject
        case tooManyFields
    }

    /// More than any form has.
    package static let fieldLimit = 200
    package static let depthLimit = 16

    package init(_ body: [UInt8], contentType: String?) throws(Fault) {
        let type = MediaType(contentType ?? MediaType.form)
        switch type.essence {
        case MediaType.form: try self.init(urlencoded: body, charset: type.charset)
        case MediaType.json: try self.init(json: body, charset: type.charset)
        default: throw .contentType(type.essence)
        }
    }

    private init(urlencoded body: [UInt8], charset: String) throws(Fault) {
        let encoding: String.Encoding? =
            switch charset {
            case "utf-8", "utf8", "us-ascii", "ascii": nil
            // Browsers read Latin-1 as Windows-1252 (WHATWG Encoding).
            case "iso-8859-1", "latin1", "windows-1252", "cp1252": .windowsCP1252
            default: throw .charset(charset)
            }
        fields = []
        for pair in body.split(separator: UInt8(ascii: "&")) {
            guard fields.count < Self.fieldLimit else { throw .tooManyFields }
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.text(of: halves[0], encoding)
            guard !name.isEmpty else { continue }
            fields.append(Field(name, halves.count == 2 ? Self.text(of: halves[1], encoding) : ""))
        }
    }

    private init(json body: [UInt8], charset: String) throws(Fault) {
        guard charset == "utf-8" || charset == "utf8" else { throw .charset(charset) }
        // Decoding takes the square of the depth, and a form has none.
        guard Self.depth(of: body) <= Self.depthLimit else { throw .notAnObject }
        guard let members = try? JSONDecoder().decode([String: PostedJSON].self, from: Data(body)) else { throw .notAnObject }
        fields = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where !name.isEmpty {
            for text in value.texts {
                guard fields.count < Self.fieldLimit else { throw .tooManyFields }
                fields.append(Field(name, text))
            }
        }
    }

    private static func depth(of json: [UInt8]) -> Int {
        var (depth, deepest) = (0, 0)
        var (isText, isEscaped) = (false, false)
        for byte in json {
            if isText {
                if isEscaped { isEscaped = false } else if byte == 0x5C { isEscaped = true } else if byte == 0x22 { isText = false }
            } else if byte == 0x22 {
                isText = true
            } else if byte == 0x5B || byte == 0x7B {
                depth += 1
                deepest = max(deepest, depth)
            } else if byte == 0x5D || byte == 0x7D {
                depth -= 1
            }
        }
        return deepest
    }

    /// As browsers decode it (WHATWG URL §5.1): a percent sign that isn't followed by two digits stands for itself.
    private static func text(of encoded: ArraySlice<UInt8>, _ encoding: String.Encoding?) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(32)
            } else if byte == UInt8(ascii: "%"), let high = rest.first?.hexDigit, let low = rest.dropFirst().first?.hexDigit {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        // A page in Latin-1 posts in Latin-1, and does not say so.
        if encoding == nil, let text = String(validating: bytes, as: UTF8.self) { return text }
        return String(bytes.map { windows1252[$0] ?? Character(Unicode.Scalar($0)) })
    }

    /// Where Windows-1252 is not Latin-1.
    private static let windows1252: [UInt8: Character] = [
        0x80: "€", 0x82: "‚", 0x83: "ƒ", 0x84: "„", 0x85: "…", 0x86: "†", 0x87: "‡", 0x88: "ˆ", 0x89: "‰", 0x8A: "Š", 0x8B: "‹", 0x8C: "Œ",
        0x8E: "Ž", 0x91: "‘", 0x92: "’", 0x93: "“", 0x94: "”", 0x95: "•", 0x96: "–", 0x97: "—", 0x98: "˜", 0x99: "™", 0x9A: "š", 0x9B: "›",
        0x9C: "œ", 0x9E: "ž", 0x9F: "Ÿ",
    ]

    /// What a JSON member says, as text.
    private indirect enum PostedJSON: Codable {
        case text(String)
        case list([PostedJSON])
        case object([String: PostedJSON])
        case null

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let flag = try? container.decode(Bool.self) {
                self = .text(flag ? "true" : "false")
            } else if let number = try? container.decode(Int.self) {
                self = .text("\(number)")
            } else if let number = try? container.decode(Double.self) {
                self = .text("\(number)")
            } else if let members = try? container.decode([String: PostedJSON].self) {
                self = .object(members)
            } else {
                self = .list(try container.decode([PostedJSON].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .list(let list): try container.encode(list)
            case .object(let members): try container.encode(members)
            case .null: try container.encodeNil()
            }
        }

        /// One for each of a list, as a form posts ticked boxes; what is deeper stays JSON.
        var texts: [String] {
            switch self {
            case .text(let text): [text]
            case .null: []
            case .list(let list): list.flatMap { if case .list = $0 { [$0.json] } else { $0.texts } }
            case .object: [json]
            }
        }

        private var json: String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }
}

/// `Content-Type`, taken apart.
package struct MediaType: Hashable, Sendable {
    package static let form = "application/x-www-form-urlencoded"
    package static let json = "application/json"

    package let essence: String
    /// UTF-8 where nothing is said.
    package let charset: String

    package init(_ text: String) {
        let parts = text.lowercased().split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        essence = String((parts.first ?? "").prefix(100))
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }.map { String($0.dropFirst(8)) }
        self.charset = charset.map { String($0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")).prefix(40)) } ?? "utf-8"
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
