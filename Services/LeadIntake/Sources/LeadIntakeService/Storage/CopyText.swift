import Foundation

/// Rows in the text format of `COPY`, written into one piece of memory: a million rows of forty columns are forty million values, and a
/// string for each would cost more than all that is done with them.
struct CopyText: Sendable {
    private(set) var bytes: [UInt8] = []
    private var isRowStart = true

    mutating func append(_ text: String?) {
        guard var value = text else { return appendNull() }
        separate()
        value.withUTF8 { appendEscaped($0) }
    }

    mutating func append(_ data: Data) {
        separate()
        data.withUnsafeBytes { appendEscaped($0) }
    }

    /// A number, or what else has no character that has a meaning here.
    mutating func append(plain value: (some LosslessStringConvertible)?) {
        guard let value else { return appendNull() }
        separate()
        bytes += value.description.utf8
    }

    /// As PostgreSQL writes arrays of text: `{"a","b"}`.
    mutating func append(array texts: [String]) {
        if texts.isEmpty { return append(plain: "{}") }
        let elements = texts.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        append("{" + elements.joined(separator: ",") + "}")
    }

    mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isRowStart = true
    }

    private mutating func appendNull() {
        separate()
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(UInt8(ascii: "N"))
    }

    private mutating func separate() {
        if !isRowStart { bytes.append(UInt8(ascii: "\t")) }
        isRowStart = false
    }

    private mutating func appendEscaped(_ text: some Sequence<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                bytes.append(UInt8(ascii: "\\"))
                switch byte {
                case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
                case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
                case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
                default: bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
    }
}
