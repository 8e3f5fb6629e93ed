/// Takes the byte-order mark off a stream, and makes UTF-16 into UTF-8; every other encoding passes as it is.
struct UnicodeStream: Sendable {
    private enum Mode { case unknown, asIs, utf16(bigEndian: Bool) }

    /// Enough of a header to tell UTF-16 from bytes by its zeros.
    private static let headLength = 64

    private var mode = Mode.unknown
    private var held: [UInt8] = []
    private(set) var hasMark = false

    /// As what the stream is read: `UTF-8` also where some of it is not.
    var encoding: String {
        switch mode {
        case .unknown, .asIs: "UTF-8"
        case .utf16(let bigEndian): bigEndian ? "UTF-16BE" : "UTF-16LE"
        }
    }

    mutating func push(_ chunk: [UInt8]) -> [UInt8] {
        switch mode {
        case .asIs:
            return chunk
        case .unknown:
            held += chunk
            guard held.count >= Self.headLength else { return [] }
            return decide()
        case .utf16:
            held += chunk
            return transcoded(toEnd: false)
        }
    }

    mutating func finish() -> [UInt8] {
        if case .unknown = mode { return decide() + finish() }
        if case .utf16 = mode { return transcoded(toEnd: true) }
        return []
    }

    private mutating func decide() -> [UInt8] {
        let head = held
        held = []
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            mode = .asIs
            hasMark = true
            return Array(head.dropFirst(3))
        }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            mode = .utf16(bigEndian: head[0] == 0xFE)
            hasMark = true
            held = Array(head.dropFirst(2))
            return transcoded(toEnd: false)
        }
        if let bigEndian = Self.byteOrder(of: head.prefix(Self.headLength)) {
            mode = .utf16(bigEndian: bigEndian)
            held = head
            return transcoded(toEnd: false)
        }
        mode = .asIs
        return head
    }

    /// Of UTF-16 without its mark every ASCII character, the separators among them, has a zero on the same side.
    private static func byteOrder(of head: ArraySlice<UInt8>) -> Bool? {
        let pairs = head.count / 2
        guard pairs > 0 else { return nil }
        let high = (0..<pairs).count { head[head.startIndex + 2 * $0] == 0 }
        let low = (0..<pairs).count { head[head.startIndex + 2 * $0 + 1] == 0 }
        if low == 0, high > 0, high * 8 >= pairs { return true }
        if high == 0, low > 0, low * 8 >= pairs { return false }
        return nil
    }

    private mutating func transcoded(toEnd: Bool) -> [UInt8] {
        guard case .utf16(let bigEndian) = mode else { return [] }
        var units: [UInt16] = []
        units.reserveCapacity(held.count / 2)
        for at in stride(from: 0, to: held.count - 1, by: 2) {
            let (first, second) = (UInt16(held[at]), UInt16(held[at + 1]))
            units.append(bigEndian ? first << 8 | second : second << 8 | first)
        }
        held = Array(held.dropFirst(units.count * 2))
        // The first half of a surrogate pair waits for the second.
        if !toEnd, let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
            held = (bigEndian ? [UInt8(last >> 8), UInt8(last & 0xFF)] : [UInt8(last & 0xFF), UInt8(last >> 8)]) + held
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
