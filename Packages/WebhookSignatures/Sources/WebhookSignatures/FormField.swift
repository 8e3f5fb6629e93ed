import Foundation

/// One field of an `application/x-www-form-urlencoded` body, as bytes.
///
/// Not as strings: Swift takes "é" and "e" with an accent for equal and sorts them as such; what is signed are bytes.
struct FormField: Hashable, Comparable, Sendable {
    let name: [UInt8]
    let value: [UInt8]

    /// By name, then by value; of UTF-8 this is the order of code points, by which providers sort.
    static func < (one: Self, other: Self) -> Bool {
        one.name == other.name
            ? one.value.lexicographicallyPrecedes(other.value)
            : one.name.lexicographicallyPrecedes(other.name)
    }

    /// The fields in their order, blank values kept; nil when a percent sign isn't followed by two digits.
    static func parse(_ body: Data) -> [FormField]? {
        var fields: [FormField] = []
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(halves[0]), let value = decode(halves.count == 2 ? halves[1] : Data()) else { return nil }
            fields.append(FormField(name: name, value: value))
        }
        return fields
    }

    private static func decode(_ encoded: Data) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let decoded = Data(hexadecimal: rest.prefix(2)) else { return nil }
                bytes += decoded
                rest = rest.dropFirst(2)
            default:
                bytes.append(byte)
            }
        }
        return bytes
    }
}
