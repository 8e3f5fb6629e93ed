/// The decoder that stands behind ``Probe``.
struct ProbingDecoder: Decoder {
    let probe: Probe
    let log = ProbeLog()

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(probe: Probe) { self.probe = probe }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Keyed<Key>(probe: probe, log: log))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Unkeyed(probe: probe, log: log) }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(probe: probe, log: log) }
}

extension ProbingDecoder {
    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let probe: Probe
        let log: ProbeLog
        var codingPath: [any CodingKey] { [] }

        var allKeys: [Key] {
            log.keysAreData()
            return [Key(stringValue: "key")].compactMap(\.self)
        }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let (value, shape) = try probe.read(type)
            log.field(key.stringValue, shape, isRequired: true)
            return value
        }

        private func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
            let (value, shape) = try probe.read(type)
            log.field(key.stringValue, shape, isRequired: false)
            return probe.wantsOptionals ? value : nil
        }

        // The primitives have requirements of their own, which would else fall back to `contains` and `decode`.
        func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? { try optional(type, key) }
        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(type, key) }
        func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try optional(type, key) }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }

        func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey: Key) throws -> KeyedDecodingContainer<Nested> {
            throw unsupported("a nested container")
        }
        func nestedUnkeyedContainer(forKey: Key) throws -> any UnkeyedDecodingContainer { throw unsupported("a nested container") }
        func superDecoder() throws -> any Decoder { throw unsupported("a superclass") }
        func superDecoder(forKey: Key) throws -> any Decoder { throw unsupported("a superclass") }
    }

    /// One element, so that its shape is seen.
    private struct Unkeyed: UnkeyedDecodingContainer {
        let probe: Probe
        let log: ProbeLog
        var codingPath: [any CodingKey] { [] }
        var count: Int? { 1 }
        var currentIndex = 0
        var isAtEnd: Bool { currentIndex == 1 }

        init(probe: Probe, log: ProbeLog) {
            self.probe = probe
            self.log = log
        }

        mutating func decodeNil() -> Bool { false }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let (value, shape) = try probe.read(type)
            log.element(shape)
            currentIndex += 1
            return value
        }

        func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
            throw unsupported("a nested container")
        }
        func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unsupported("a nested container") }
        func superDecoder() throws -> any Decoder { throw unsupported("a superclass") }
    }

    private struct Single: SingleValueDecodingContainer {
        let probe: Probe
        let log: ProbeLog
        var codingPath: [any CodingKey] { [] }

        func decodeNil() -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let (value, shape) = try probe.read(type)
            log.single(shape)
            return value
        }
    }
}

private func unsupported(_ what: String) -> DecodingError {
    DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(what) can't be documented"))
}
