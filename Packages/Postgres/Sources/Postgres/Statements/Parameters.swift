/// The bound values of one statement, encoded one behind the other in one buffer: two allocations for any number of parameters.
package struct Parameters: Sendable {
    package struct Slot: Sendable {
        package var type: UInt32
        package var format: PostgresFormat
        /// Where the value lies in ``Parameters/bytes``; `nil` is NULL.
        package var range: Range<Int>?
    }

    package private(set) var bytes: [UInt8] = []
    package private(set) var slots: [Slot] = []
    /// Interpolation can't throw: the first value that could not be encoded fails the statement when it is run.
    package private(set) var failure: DatabaseError?

    package var count: Int { slots.count }

    package mutating func append<Value: PostgresEncodable>(_ value: Value?) {
        var range: Range<Int>?
        if let value {
            let start = bytes.count
            do {
                try value.encode(into: &bytes)
            } catch {
                fail(DatabaseError(.encoding, "A \(Value.self) could not be encoded", underlying: error))
            }
            range = start..<bytes.count
            // libpq measures values in the text format by their terminating zero; and an empty value must have an address, or it is NULL.
            bytes.append(0)
        }
        slots.append(Slot(type: Value.postgresType.oid, format: Value.postgresFormat, range: range))
    }

    package mutating func append(contentsOf other: Parameters) {
        let base = bytes.count
        bytes += other.bytes
        for var slot in other.slots {
            slot.range = slot.range.map { $0.lowerBound + base..<$0.upperBound + base }
            slots.append(slot)
        }
        if let failure = other.failure { fail(failure) }
    }

    package mutating func fail(_ error: DatabaseError) {
        failure = failure ?? error
    }
}
