import Foundation

/// Reads values as ``WireJSON/decoder()`` does, several times faster: it looks at the bytes where a type asks for them.
///
/// What is rare (escapes in strings, `Data`, `Decimal`, nested containers) and all that is wrong is left to that one, which also says what
/// is wrong.
enum WireReader {
    /// - Returns: `nil` for what is left to ``WireJSON/decoder()``.
    static func value<Value: Decodable>(_ type: Value.Type, from data: Data) -> Value? {
        let document = Document([UInt8](data))
        do {
            let place = try document.whole()
            let value = try WireDecoder(document: document, place: place).read(type)
            // A type may have caught our refusal, and gone on without.
            return document.hasFailed ? nil : value
        } catch {
            return nil
        }
    }
}

/// The bytes, and what stands where.
private final class Document {
    let bytes: [UInt8]
    private(set) var hasFailed = false

    struct Unreadable: Error {}
    /// A value, without the blanks around it.
    typealias Place = Range<Int>

    struct Member {
        /// Without its quotes.
        var key: Range<Int>
        var value: Place
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func refusal() -> Unreadable {
        hasFailed = true
        return Unreadable()
    }

    /// The one value that the bytes are. All of it is looked at: what is no JSON is refused wherever it stands.
    func whole() throws -> Place {
        let start = skipBlanks(from: 0)
        let end = try skipValue(from: start, depth: 0)
        guard skipBlanks(from: end) == bytes.count else { throw refusal() }
        return start..<end
    }

    func members(of place: Place) throws -> [Member] {
        guard bytes[place.lowerBound] == UInt8(ascii: "{") else { throw refusal() }
        var members: [Member] = []
        members.reserveCapacity(12)
        _ = try skipObject(from: place.lowerBound, depth: 0) { members.append(Member(key: $0, value: $1)) }
        return members
    }

    func elements(of place: Place) throws -> [Place] {
        guard bytes[place.lowerBound] == UInt8(ascii: "[") else { throw refusal() }
        var elements: [Place] = []
        _ = try skipArray(from: place.lowerBound, depth: 0) { elements.append($0) }
        return elements
    }

    func has(_ key: String, at range: Range<Int>) -> Bool {
        let letters = key.utf8
        guard letters.count == range.count else { return false }
        var place = range.lowerBound
        for letter in letters {
            if bytes[place] != letter { return false }
            place += 1
        }
        return true
    }

    // MARK: Values

    func isNull(_ place: Place) -> Bool { bytes[place.lowerBound] == UInt8(ascii: "n") }

    func bool(at place: Place) throws -> Bool {
        switch bytes[place.lowerBound] {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: throw refusal()
        }
    }

    /// What is between the quotes.
    func letters(at place: Place) throws -> ArraySlice<UInt8> {
        guard bytes[place.lowerBound] == UInt8(ascii: "\"") else { throw refusal() }
        return bytes[place.lowerBound + 1..<place.upperBound - 1]
    }

    func string(at place: Place) throws -> String {
        let letters = try letters(at: place)
        guard !letters.contains(UInt8(ascii: "\\")), let text = String(validating: letters, as: UTF8.self) else { throw refusal() }
        return text
    }

    func integer<Number: FixedWidthInteger>(at place: Place) throws -> Number {
        guard let number = Number(String(decoding: bytes[place], as: UTF8.self)) else { throw refusal() }
        return number
    }

    func double(at place: Place) throws -> Double {
        guard bytes[place.lowerBound] != UInt8(ascii: "\""), let number = Double(String(decoding: bytes[place], as: UTF8.self)),
            number.isFinite
        else { throw refusal() }
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

    // MARK: The grammar, RFC 8259

    private func byte(_ place: Int) throws -> UInt8 {
        guard place < bytes.count else { throw refusal() }
        return bytes[place]
    }

    private func skipBlanks(from place: Int) -> Int {
        var place = place
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place += 1
            default: return place
            }
        }
        return place
    }

    private func skipValue(from place: Int, depth: Int) throws -> Int {
        guard depth < 64 else { throw refusal() }
        return switch try byte(place) {
        case UInt8(ascii: "\""): try skipString(from: place)
        case UInt8(ascii: "{"): try skipObject(from: place, depth: depth + 1) { _, _ in }
        case UInt8(ascii: "["): try skipArray(from: place, depth: depth + 1) { _ in }
        case UInt8(ascii: "t"): try skip("true", from: place)
        case UInt8(ascii: "f"): try skip("false", from: place)
        case UInt8(ascii: "n"): try skip("null", from: place)
        default: try skipNumber(from: place)
        }
    }

    private func skip(_ word: StaticString, from place: Int) throws -> Int {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count, has(word.description, at: place..<end) else { throw refusal() }
        return end
    }

    private func skipString(from start: Int) throws -> Int {
        var place = start + 1
        while true {
            switch try byte(place) {
            case UInt8(ascii: "\""): return place + 1
            case UInt8(ascii: "\\"): place += 2
            case 0..<0x20: throw refusal()
            default: place += 1
            }
        }
    }

    private func skipNumber(from start: Int) throws -> Int {
        func skipDigits(from start: Int) throws -> Int {
            var place = start
            while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
            guard place > start else { throw refusal() }
            return place
        }
        var place = try byte(start) == UInt8(ascii: "-") ? start + 1 : start
        let isZero = try byte(place) == UInt8(ascii: "0")
        let first = place
        place = try skipDigits(from: place)
        if isZero, place > first + 1 { throw refusal() }
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") { place = try skipDigits(from: place + 1) }
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            place += 1
            if try byte(place) == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") { place += 1 }
            place = try skipDigits(from: place)
        }
        return place
    }

    private func skipObject(from start: Int, depth: Int, _ take: (Range<Int>, Place) -> Void) throws -> Int {
        try skipList(from: start, until: "}") { place in
            guard try byte(place) == UInt8(ascii: "\"") else { throw refusal() }
            let key = place + 1
            let keyEnd = try skipString(from: place)
            // A key with escapes could be one that is asked for.
            guard !bytes[key..<keyEnd].contains(UInt8(ascii: "\\")) else { throw refusal() }
            let colon = skipBlanks(from: keyEnd)
            guard try byte(colon) == UInt8(ascii: ":") else { throw refusal() }
            let value = skipBlanks(from: colon + 1)
            let end = try skipValue(from: value, depth: depth)
            take(key..<keyEnd - 1, value..<end)
            return end
        }
    }

    private func skipArray(from start: Int, depth: Int, _ take: (Place) -> Void) throws -> Int {
        try skipList(from: start, until: "]") { place in
            let end = try skipValue(from: place, depth: depth)
            take(place..<end)
            return end
        }
    }

    private func skipList(from start: Int, until bracket: Unicode.Scalar, _ skipOne: (Int) throws -> Int) throws -> Int {
        var place = skipBlanks(from: start + 1)
        if try byte(place) == UInt8(ascii: bracket) { return place + 1 }
        while true {
            place = skipBlanks(from: try skipOne(place))
            switch try byte(place) {
            case UInt8(ascii: bracket): return place + 1
            case UInt8(ascii: ","): place = skipBlanks(from: place + 1)
            default: throw refusal()
            }
        }
    }
}

/// What a type's `init(from:)` is given.
private struct WireDecoder: Decoder {
    let document: Document
    let place: Document.Place

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == String.self, let text = try document.string(at: place) as? Value { return text }
        if type == Date.self, let date = try document.date(at: place) as? Value { return date }
        if type == UUID.self, let uuid = try document.uuid(at: place) as? Value { return uuid }
        // JSONDecoder has its own ways with these.
        if type == Data.self || type == Decimal.self || type == URL.self { throw document.refusal() }
        return try Value(from: self)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(KeyedReader(document: document, members: try document.members(of: place)))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        UnkeyedReader(document: document, elements: try document.elements(of: place))
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleValueReader(decoder: self) }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: Document
    let members: [Document.Member]
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] { members.compactMap { Key(stringValue: String(decoding: document.bytes[$0.key], as: UTF8.self)) } }
    func contains(_ key: Key) -> Bool { find(key) != nil }

    private func find(_ key: Key) -> Document.Place? {
        let name = key.stringValue
        return members.first { document.has(name, at: $0.key) }?.value
    }

    private func place(_ key: Key) throws -> Document.Place {
        guard let place = find(key) else { throw document.refusal() }
        return place
    }

    /// The place of a value that is there and not null.
    private func placeIfPresent(_ key: Key) -> Document.Place? { find(key).flatMap { document.isNull($0) ? nil : $0 } }

    func decodeNil(forKey key: Key) throws -> Bool { document.isNull(try place(key)) }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try document.bool(at: place(key)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try document.string(at: place(key)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try document.double(at: place(key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try document.integer(at: place(key)) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try WireDecoder(document: document, place: place(key)).read(type)
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try placeIfPresent(key).map { try document.string(at: $0) }
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try placeIfPresent(key).map { try WireDecoder(document: document, place: $0).read(type) }
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        throw document.refusal()
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw document.refusal() }
    func superDecoder() throws -> any Decoder { throw document.refusal() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw document.refusal() }
}

private struct UnkeyedReader: UnkeyedDecodingContainer {
    let document: Document
    let elements: [Document.Place]
    private(set) var currentIndex = 0

    init(document: Document, elements: [Document.Place]) {
        self.document = document
        self.elements = elements
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private func place() throws -> Document.Place {
        guard !isAtEnd else { throw document.refusal() }
        return elements[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard document.isNull(try place()) else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try WireDecoder(document: document, place: try place()).read(type)
        currentIndex += 1
        return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> { throw document.refusal() }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw document.refusal() }
    func superDecoder() throws -> any Decoder { throw document.refusal() }
}

private struct SingleValueReader: SingleValueDecodingContainer {
    let decoder: WireDecoder
    private var document: Document { decoder.document }
    private var place: Document.Place { decoder.place }

    init(decoder: WireDecoder) { self.decoder = decoder }

    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { document.isNull(place) }
    func decode(_ type: Bool.Type) throws -> Bool { try document.bool(at: place) }
    func decode(_ type: String.Type) throws -> String { try document.string(at: place) }
    func decode(_ type: Double.Type) throws -> Double { try document.double(at: place) }
    func decode(_ type: Float.Type) throws -> Float { throw document.refusal() }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(at: place) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(at: place) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(at: place) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(at: place) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(at: place) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(at: place) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(at: place) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(at: place) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(at: place) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(at: place) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.read(type) }
}
