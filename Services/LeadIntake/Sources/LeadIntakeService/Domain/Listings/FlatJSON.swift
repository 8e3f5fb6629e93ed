/// A JSON object taken apart into names and texts, the way spreadsheets flatten it: `{"location": {"lat": 14.5}}` is `locationlat: 14.5`.
///
/// A parser of its own, since listings carry 64-bit ids that a floating-point number would ruin, and much that nobody looks at: what lies
/// deep or far down a list is passed over without being built.
package struct FlatJSON: Sendable {
    /// By ``ColumnName``; `null` is absent.
    package private(set) var values: [(name: String, text: String)] = []
    /// How many elements each list had, by name.
    package private(set) var counts: [String: Int] = [:]

    private static let depthLimit = 64
    private static let keptDepth = 4
    private static let keptElements = 12

    /// - Returns: `nil` unless it is one whole JSON object or array.
    package init?(_ bytes: ArraySlice<UInt8>) {
        var parser = Parser(bytes: bytes, at: bytes.startIndex)
        guard parser.value(name: "", depth: 0, isKept: true, into: &self) else { return nil }
        parser.skipSpace()
        guard parser.at == bytes.endIndex, let first = bytes.first(where: { $0 > 32 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
    }

    package init?(_ text: String) {
        self.init(ArraySlice(text.utf8))
    }

    /// Whether it is one whole JSON value, without taking it apart.
    static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        var parser = Parser(bytes: bytes, at: bytes.startIndex)
        var flat = FlatJSON()
        guard parser.value(name: "", depth: 0, isKept: false, into: &flat) else { return false }
        parser.skipSpace()
        return parser.at == bytes.endIndex
    }

    private init() {}

    private struct Parser {
        let bytes: ArraySlice<UInt8>
        var at: Int

        var next: UInt8? { at < bytes.endIndex ? bytes[at] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { at += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            at += 1
            return true
        }

        mutating func value(name: String, depth: Int, isKept: Bool, into flat: inout FlatJSON) -> Bool {
            skipSpace()
            guard depth < FlatJSON.depthLimit, let first = next else { return false }
            let isKept = isKept && depth < FlatJSON.keptDepth
            switch first {
            case UInt8(ascii: "{"): return object(name: name, depth: depth, isKept: isKept, into: &flat)
            case UInt8(ascii: "["): return array(name: name, depth: depth, isKept: isKept, into: &flat)
            case UInt8(ascii: "\""):
                guard let text = string(isKept: isKept) else { return false }
                if isKept { flat.values.append((name, text)) }
                return true
            default:
                guard let text = literal() else { return false }
                if isKept, text != "null", text != "NaN" { flat.values.append((name, text)) }
                return true
            }
        }

        private mutating func object(name: String, depth: Int, isKept: Bool, into flat: inout FlatJSON) -> Bool {
            at += 1
            if take(UInt8(ascii: "}")) { return true }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\""), let key = string(isKept: isKept), take(UInt8(ascii: ":")) else { return false }
                let inner = isKept ? name + ColumnName.plain(key) : ""
                guard value(name: inner, depth: depth + 1, isKept: isKept, into: &flat) else { return false }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}"))
        }

        private mutating func array(name: String, depth: Int, isKept: Bool, into flat: inout FlatJSON) -> Bool {
            at += 1
            var count = 0
            defer { if isKept { flat.counts[name] = count } }
            if take(UInt8(ascii: "]")) { return true }
            repeat {
                let isElementKept = isKept && count < FlatJSON.keptElements
                guard value(name: isElementKept ? name + String(count) : "", depth: depth + 1, isKept: isElementKept, into: &flat) else {
                    return false
                }
                count += 1
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]"))
        }

        private mutating func literal() -> String? {
            let start = at
            while let byte = next, byte > 32, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "]") { at += 1 }
            let text = String(decoding: bytes[start..<at], as: UTF8.self)
            // NaN is no JSON, but what Python's json and pandas write for a missing number.
            if ["true", "false", "null", "NaN"].contains(text) { return text }
            guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first), Double(text) != nil else {
                return nil
            }
            return text
        }

        private mutating func string(isKept: Bool) -> String? {
            at += 1
            let start = at
            var hasEscapes = false
            while let byte = next, byte != UInt8(ascii: "\"") {
                guard byte != 10, byte != 13 else { return nil }
                if byte == UInt8(ascii: "\\") {
                    hasEscapes = true
                    at += 1
                }
                at += 1
            }
            guard at < bytes.endIndex else { return nil }
            let raw = bytes[start..<at]
            at += 1
            guard isKept else { return "" }
            return hasEscapes ? Self.unescaped(raw) : Windows1252.text(orUTF8: raw)
        }

        private static func unescaped(_ raw: ArraySlice<UInt8>) -> String? {
            var out: [UInt8] = []
            var units: [UInt16] = []
            func flush() {
                if !units.isEmpty { out += String(decoding: units, as: UTF16.self).utf8 }
                units = []
            }
            var at = raw.startIndex
            while at < raw.endIndex {
                guard raw[at] == UInt8(ascii: "\\") else {
                    flush()
                    out.append(raw[at])
                    at += 1
                    continue
                }
                guard at + 1 < raw.endIndex else { return nil }
                let mark = raw[at + 1]
                at += 2
                if mark == UInt8(ascii: "u") {
                    guard at + 4 <= raw.endIndex, let unit = UInt16(String(decoding: raw[at..<(at + 4)], as: UTF8.self), radix: 16) else {
                        return nil
                    }
                    units.append(unit)
                    at += 4
                    continue
                }
                flush()
                guard let byte = escapes[mark] else { return nil }
                out.append(byte)
            }
            flush()
            return Windows1252.text(orUTF8: out[...])
        }

        private static let escapes: [UInt8: UInt8] = [34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9]
    }
}

/// Names of columns, as different programs write one and the same: `postal_code`, `Postal Code`, `postalCode`, `address/postalCode`.
package enum ColumnName {
    /// Letters and digits only, lower case.
    package static func plain(_ name: String) -> String {
        String(decoding: name.lowercased().utf8.filter { (48...57).contains($0) || (97...122).contains($0) || $0 > 127 }, as: UTF8.self)
    }
}
