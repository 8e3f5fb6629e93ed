/// Takes the byte-order mark off a stream, and makes UTF-16 into UTF-8; every other encoding passes as it is.
struct UnicodeStream: Sendable {
    private enum Mode { case unknown, asIs, utf16(bigEndian: Bool) }

    private var mode = Mode.unknown
    private var held: [UInt8] = []

    mutating func push(_ chunk: [UInt8]) -> [UInt8] {
        switch mode {
        case .asIs:
            return chunk
        case .unknown:
            held += chunk
            guard held.count >= 3 else { return [] }
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
            return Array(head.dropFirst(3))
        }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            mode = .utf16(bigEndian: head[0] == 0xFE)
            held = Array(head.dropFirst(2))
            return transcoded(toEnd: false)
        }
        mode = .asIs
        return head
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
