import Foundation

/// Writes values as ``WireJSON/encoder()`` does, several times faster: straight into bytes, where that makes a tree of everything first.
///
/// Events are written by the hundred in one transaction, and half of a batch's time went there. What is rare (nested containers, `Data`,
/// `Decimal`, numbers that JSON doesn't have) is left to that one.
final class WireWriter {
    /// An object or array that is open.
    private struct Frame {
        var isObject: Bool
        /// Behind its bracket.
        var start: Int
        /// Of its members in ``members``.
        var firstMember: Int
        var count = 0
    }

    private struct Member {
        /// With its quotes.
        var key: Range<Int>
        /// Behind its value.
        var end: Int
    }

    // One task has it, and nothing that is called here comes back to them: to check that at each byte takes a tenth of the time.
    @exclusivity(unchecked) private var bytes: [UInt8] = []
    @exclusivity(unchecked) private var frames: [Frame] = []
    @exclusivity(unchecked) private var members: [Member] = []
    fileprivate(set) var hasFailed = false

    fileprivate init() { bytes.reserveCapacity(512) }

    /// - Returns: `nil` for what is left to ``WireJSON/encoder()``.
    static func bytes(of value: some Encodable) -> [UInt8]? {
        let writer = WireWriter()
        do {
            try writer.writeValue(value)
        } catch {
            return nil
        }
        return writer.hasFailed ? nil : writer.bytes
    }

    struct Unsupported: Error {}

    // MARK: Values

    func writeValue<Value: Encodable>(_ value: Value) throws {
        if Value.self == String.self, let text = value as? String { return write(text) }
        if Value.self == Date.self, let date = value as? Date { return write(date) }
        // JSONEncoder has its own ways with these.
        if Value.self == Data.self || Value.self == Decimal.self || Value.self == URL.self { throw Unsupported() }
        let (depth, before) = (frames.count, bytes.count)
        try value.encode(to: WireEncoder(writer: self, depth: depth))
        if frames.count > depth { close() }
        guard bytes.count > before, frames.count == depth else { throw Unsupported() }
    }

    func write(_ text: String) { bytes.appendJSON(text) }

    private func write(_ date: Date) {
        bytes.append(UInt8(ascii: "\""))
        RFC3339.write(date, into: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    func writeInteger(_ number: some FixedWidthInteger) {
        if let small = Int(exactly: number), small != .min { return bytes.appendDigits(of: small, width: 1) }
        bytes += String(number).utf8
    }

    func write(_ number: Double) throws {
        // There is no -0 among the whole numbers.
        guard number.isFinite, number != 0 || number.sign == .plus else { throw Unsupported() }
        if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return bytes.appendDigits(of: whole, width: 1) }
        bytes += number.description.utf8
    }

    func write(_ flag: Bool) { bytes += flag ? "true".utf8 : "false".utf8 }
    func writeNull() { bytes += "null".utf8 }

    // MARK: Objects and arrays

    /// Opens the container of a value, unless it is open: a type may ask for it once more.
    func open(isObject: Bool, at depth: Int) {
        if frames.count == depth {
            bytes.append(UInt8(ascii: isObject ? "{" : "["))
            frames.append(Frame(isObject: isObject, start: bytes.count, firstMember: members.count))
        } else if frames.count != depth + 1 || frames[depth].isObject != isObject {
            hasFailed = true
        }
    }

    /// The next thing written is the value of `key`; of an array the next element.
    func begin(_ key: String? = nil, at depth: Int) throws {
        guard frames.count == depth + 1 else { throw Unsupported() }
        if frames[depth].count > 0 {
            if key != nil { members[members.count - 1].end = bytes.count }
            bytes.append(UInt8(ascii: ","))
        }
        frames[depth].count += 1
        guard let key else { return }
        let start = bytes.count
        write(key)
        members.append(Member(key: start..<bytes.count, end: start))
        bytes.append(UInt8(ascii: ":"))
    }

    func count(at depth: Int) -> Int { frames.count > depth ? frames[depth].count : 0 }

    func fail() { hasFailed = true }

    private func close() {
        guard let frame = frames.popLast() else { return }
        if frame.isObject, frame.count > 0 {
            members[members.count - 1].end = bytes.count
            sort(members[frame.firstMember...], from: frame.start)
            members.removeSubrange(frame.firstMember...)
        }
        bytes.append(UInt8(ascii: frame.isObject ? "}" : "]"))
    }

    /// Puts an object's members in the order of their keys.
    private func sort(_ members: ArraySlice<Member>, from start: Int) {
        let sorted: [UInt8]? = bytes.withUnsafeBufferPointer { bytes in
            func isBefore(_ a: Member, _ b: Member) -> Bool {
                UnsafeBufferPointer(rebasing: bytes[a.key]).lexicographicallyPrecedes(UnsafeBufferPointer(rebasing: bytes[b.key]))
            }
            guard members.indices.dropFirst().contains(where: { !isBefore(members[$0 - 1], members[$0]) }) else { return nil }
            var sorted: [UInt8] = []
            sorted.reserveCapacity(bytes.count - start)
            for member in members.sorted(by: isBefore) {
                if !sorted.isEmpty { sorted.append(UInt8(ascii: ",")) }
                sorted += UnsafeBufferPointer(rebasing: bytes[member.key.lowerBound..<member.end])
            }
            return sorted
        }
        guard let sorted else { return }
        bytes.replaceSubrange(start..., with: sorted)
    }
}

/// What a type's `encode(to:)` is given.
private struct WireEncoder: Encoder {
    let writer: WireWriter
    /// How many containers are open around the value.
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        writer.open(isObject: true, at: depth)
        return KeyedEncodingContainer(KeyedWriter(writer: writer, depth: depth))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        writer.open(isObject: false, at: depth)
        return UnkeyedWriter(writer: writer, depth: depth)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleValueWriter(writer: writer) }
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: WireWriter
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        try writer.begin(key.stringValue, at: depth)
        writer.writeNull()
    }

    func encode(_ value: Bool, forKey key: Key) throws {
        try writer.begin(key.stringValue, at: depth)
        writer.write(value)
    }

    func encode(_ value: String, forKey key: Key) throws {
        try writer.begin(key.stringValue, at: depth)
        writer.write(value)
    }

    func encode(_ value: Int, forKey key: Key) throws {
        try writer.begin(key.stringValue, at: depth)
        writer.writeInteger(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        try writer.begin(key.stringValue, at: depth)
        try writer.write(value)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try writer.begin(key.stringValue, at: depth)
        try writer.writeValue(value)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        writer.rarity.container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { writer.rarity.unkeyedContainer() }
    func superEncoder() -> any Encoder { writer.rarity }
    func superEncoder(forKey key: Key) -> any Encoder { writer.rarity }
}

private struct UnkeyedWriter: UnkeyedEncodingContainer {
    let writer: WireWriter
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var count: Int { writer.count(at: depth) }

    func encodeNil() throws {
        try writer.begin(at: depth)
        writer.writeNull()
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try writer.begin(at: depth)
        try writer.writeValue(value)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        writer.rarity.container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { writer.rarity.unkeyedContainer() }
    func superEncoder() -> any Encoder { writer.rarity }
}

private struct SingleValueWriter: SingleValueEncodingContainer {
    let writer: WireWriter
    var codingPath: [any CodingKey] { [] }

    func encodeNil() throws { writer.writeNull() }
    func encode(_ value: Bool) throws { writer.write(value) }
    func encode(_ value: String) throws { writer.write(value) }
    func encode(_ value: Double) throws { try writer.write(value) }
    func encode(_ value: Float) throws { throw WireWriter.Unsupported() }
    func encode(_ value: Int) throws { writer.writeInteger(value) }
    func encode(_ value: Int8) throws { writer.writeInteger(value) }
    func encode(_ value: Int16) throws { writer.writeInteger(value) }
    func encode(_ value: Int32) throws { writer.writeInteger(value) }
    func encode(_ value: Int64) throws { writer.writeInteger(value) }
    func encode(_ value: UInt) throws { writer.writeInteger(value) }
    func encode(_ value: UInt8) throws { writer.writeInteger(value) }
    func encode(_ value: UInt16) throws { writer.writeInteger(value) }
    func encode(_ value: UInt32) throws { writer.writeInteger(value) }
    func encode(_ value: UInt64) throws { writer.writeInteger(value) }
    func encode<Value: Encodable>(_ value: Value) throws { try writer.writeValue(value) }
}

extension WireWriter {
    /// For what is left to `JSONEncoder`: takes anything, and is thrown away.
    fileprivate var rarity: WireEncoder {
        fail()
        return WireEncoder(writer: WireWriter(), depth: 0)
    }
}
