import Foundation

/// Reads values as ``WireJSON/decoder()`` does, several times faster: it looks at the bytes where a type asks for them.
///
/// What is rare (escapes in strings, `Data`, `Decimal`, nested containers) and all that is wrong is left to that one, which also says what
/// is wrong.
enum WireReader {
    /// - Returns: `nil` for what is left to ``WireJSON/decoder()``.
    static func value<Value: Decodable>(_ type: Value.Type, from data: Data) -> Value? {
        JSONTree(data).flatMap { value(type, from: $0) }
    }

    static func value<Value: Decodable>(_ type: Value.Type, from tree: JSONTree, at place: JSONBytes.Place = 0) -> Value? {
        let document = JSONBytes(tree)
        do {
            let value = try WireDecoder(document: document, place: place).read(type)
            // A type may have caught our refusal, and gone on without.
            return document.hasFailed ? nil : value
        } catch {
            return nil
        }
    }
}

/// What a type's `init(from:)` is given.
private struct WireDecoder: Decoder {
    let document: JSONBytes
    let place: JSONBytes.Place

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
        try document.ensureObject(place)
        return KeyedDecodingContainer(KeyedReader(document: document, object: place))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        UnkeyedReader(document: document, elements: try document.elements(of: place))
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleValueReader(decoder: self) }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: JSONBytes
    let object: JSONBytes.Place
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        document.tree.children(of: object).compactMap { Key(stringValue: String(decoding: document.key(of: $0), as: UTF8.self)) }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    private func find(_ key: Key) -> JSONBytes.Place? { document.tree.member(key.stringValue, of: object) }

    private func place(_ key: Key) throws -> JSONBytes.Place {
        guard let place = find(key) else { throw document.refusal() }
        return place
    }

    /// The place of a value that is there and not null.
    private func placeIfPresent(_ key: Key) -> JSONBytes.Place? { find(key).flatMap { document.isNull($0) ? nil : $0 } }

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
    let document: JSONBytes
    let elements: [JSONBytes.Place]
    private(set) var currentIndex = 0

    init(document: JSONBytes, elements: [JSONBytes.Place]) {
        self.document = document
        self.elements = elements
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private func place() throws -> JSONBytes.Place {
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
    private var document: JSONBytes { decoder.document }
    private var place: JSONBytes.Place { decoder.place }

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
