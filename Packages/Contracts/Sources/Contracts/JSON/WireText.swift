public import Foundation

/// JSON that is written member by member, as ``WireJSON/encode(_:)`` would: without a type's `encode(to:)`, for what is told by the thousand.
///
/// Who writes it gives an object's members in the order of their keys.
public struct WireText: Sendable {
    private var bytes: [UInt8] = []
    private var isFirst = true

    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    public var data: Data { Data(bytes) }

    public mutating func object(_ body: (inout WireText) throws -> Void) rethrows {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        try body(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    // MARK: Members of the object that is open

    public mutating func object(_ key: StaticString, _ body: (inout WireText) throws -> Void) rethrows {
        begin(key)
        try object(body)
    }

    public mutating func member(_ key: StaticString, _ text: String) {
        begin(key)
        bytes.appendJSON(text)
    }

    public mutating func member(_ key: StaticString, _ time: Date) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        RFC3339.write(time, into: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func member<Entity>(_ key: StaticString, _ id: Identifier<Entity>) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        id.rawValue.writePlain(into: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A value that ``WireJSON`` has written.
    public mutating func member(_ key: StaticString, written json: Data) {
        begin(key)
        bytes += json
    }

    private mutating func begin(_ key: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}

extension [UInt8] {
    /// A string of JSON, with its quotes.
    mutating func appendJSON(_ text: String) {
        var text = text
        append(UInt8(ascii: "\""))
        text.withUTF8 { letters in
            guard letters.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
                return append(contentsOf: letters)
            }
            for letter in letters { appendEscaped(letter) }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ letter: UInt8) {
        switch letter {
        case UInt8(ascii: "\""): self += #"\""#.utf8
        case UInt8(ascii: "\\"): self += #"\\"#.utf8
        case 0x08: self += #"\b"#.utf8
        case 0x09: self += #"\t"#.utf8
        case 0x0A: self += #"\n"#.utf8
        case 0x0C: self += #"\f"#.utf8
        case 0x0D: self += #"\r"#.utf8
        case 0..<0x20: self += #"\u00"#.utf8 + [48 + letter >> 4, Array("0123456789abcdef".utf8)[Int(letter & 15)]]
        default: append(letter)
        }
    }
}
