import Foundation

/// Reads the values of a JSON text, and remembers whether it had to refuse one.
///
/// Refuses, beside what is wrong, what is rare: strings with escapes.
final class JSONBytes {
    let tree: JSONTree
    private(set) var hasFailed = false

    struct Unreadable: Error {}
    /// The number of a node; 0 is the whole.
    typealias Place = Int

    init(_ tree: JSONTree) { self.tree = tree }

    func refusal() -> Unreadable {
        hasFailed = true
        return Unreadable()
    }

    private func first(_ place: Place) -> UInt8 { tree.bytes[tree.nodes[place].start] }

    func ensureObject(_ place: Place) throws { if !tree.isObject(place) { throw refusal() } }

    func members(of place: Place) throws -> [Place] {
        try ensureObject(place)
        return tree.children(of: place)
    }

    func elements(of place: Place) throws -> [Place] {
        guard first(place) == UInt8(ascii: "[") else { throw refusal() }
        return tree.children(of: place)
    }

    func hasKey(_ key: String, at member: Place) -> Bool { tree.has(key, at: tree.nodes[member].key) }
    func key(of member: Place) -> ArraySlice<UInt8> { tree.bytes[tree.nodes[member].key] }

    // MARK: Values

    func isNull(_ place: Place) -> Bool { first(place) == UInt8(ascii: "n") }

    func bool(at place: Place) throws -> Bool {
        switch first(place) {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: throw refusal()
        }
    }

    /// What is between the quotes.
    func letters(at place: Place) throws -> ArraySlice<UInt8> {
        guard let letters = tree.letters(at: place) else { throw refusal() }
        return letters
    }

    func string(at place: Place) throws -> String {
        let letters = try letters(at: place)
        guard !tree.nodes[place].hasEscapes, let text = String(validating: letters, as: UTF8.self) else { throw refusal() }
        return text
    }

    private func text(at place: Place) -> String {
        let node = tree.nodes[place]
        return String(decoding: tree.bytes[node.start..<node.end], as: UTF8.self)
    }

    func integer<Number: FixedWidthInteger>(at place: Place) throws -> Number {
        guard let number = Number(text(at: place)) else { throw refusal() }
        return number
    }

    func double(at place: Place) throws -> Double {
        guard first(place) != UInt8(ascii: "\""), let number = Double(text(at: place)), number.isFinite else { throw refusal() }
        return number
    }

    func date(at place: Place) throws -> Date {
        guard let date = RFC3339.plainDate(from: try letters(at: place)) else { throw refusal() }
        return date
    }

    func uuid(at place: Place) throws -> UUID {
        guard let uuid = UUID(plain: try letters(at: place)) else { throw refusal() }
        return uuid
    }
}
