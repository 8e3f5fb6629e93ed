import Foundation

/// Read, written and compared without a detour over `NSString`-like work: an id or two of every event, thousands in a batch.
extension UUID {
    /// Lower case, as PostgreSQL prints it.
    var plain: String { String(unsafeUninitializedCapacity: 36) { writePlain(to: $0) } }

    /// Appends the letters of ``plain``.
    func writePlain(into bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { letters in
            _ = writePlain(to: letters)
            bytes.append(contentsOf: letters)
        }
    }

    private func writePlain(to letters: UnsafeMutableBufferPointer<UInt8>) -> Int {
        withUnsafeBytes(of: uuid) { bytes in
            var place = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    letters[place] = UInt8(ascii: "-")
                    place += 1
                }
                letters[place] = Self.digit(byte >> 4)
                letters[place + 1] = Self.digit(byte & 15)
                place += 2
            }
            return place
        }
    }

    /// - Returns: `nil` unless `letters` are 36, with hyphens in their places.
    init?(plain letters: ArraySlice<UInt8>) {
        guard letters.count == 36 else { return nil }
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isPlain = withUnsafeMutableBytes(of: &bytes) { bytes in
            var place = letters.startIndex
            for index in bytes.indices {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    guard letters[place] == UInt8(ascii: "-") else { return false }
                    place += 1
                }
                guard let high = Self.value(letters[place]), let low = Self.value(letters[place + 1]) else { return false }
                bytes[index] = high << 4 | low
                place += 2
            }
            return true
        }
        guard isPlain else { return nil }
        self.init(uuid: bytes)
    }

    func isBelow(_ other: UUID) -> Bool {
        withUnsafeBytes(of: uuid) { own in
            withUnsafeBytes(of: other.uuid) { own.lexicographicallyPrecedes($0) }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    private static func value(_ letter: UInt8) -> UInt8? {
        switch letter {
        case 48...57: letter - 48
        case 97...102: letter - 87
        case 65...70: letter - 55
        default: nil
        }
    }
}
