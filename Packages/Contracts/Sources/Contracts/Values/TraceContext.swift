/// The W3C trace context of the work at hand: which trace it belongs to, and the span that caused it.
/// <https://www.w3.org/TR/trace-context/#traceparent-header>
public struct TraceContext: Hashable, Sendable {
    /// 32 lower-case hexadecimal digits, not all zero.
    public let traceID: String
    /// 16 lower-case hexadecimal digits, not all zero.
    public let parentID: String
    public let isSampled: Bool

    /// The trace that the current task works for.
    @TaskLocal public static var current: TraceContext?

    /// A new trace.
    public static func make() -> TraceContext {
        TraceContext(traceID: randomHex(words: 2), parentID: randomHex(words: 1), isSampled: true)
    }

    /// The same trace, one span further.
    public func child() -> TraceContext {
        TraceContext(traceID: traceID, parentID: Self.randomHex(words: 1), isSampled: isSampled)
    }

    private init(traceID: String, parentID: String, isSampled: Bool) {
        self.traceID = traceID
        self.parentID = parentID
        self.isSampled = isSampled
    }

    private static func randomHex(words: Int) -> String {
        String(unsafeUninitializedCapacity: 16 * words) { letters in
            for word in 0..<words {
                // Not all may be zero.
                let number = max(1, RandomWords.next())
                for place in 0..<16 {
                    let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 15
                    letters[16 * word + place] = digit < 10 ? 48 + digit : 87 + digit
                }
            }
            return 16 * words
        }
    }
}

extension TraceContext: LosslessStringConvertible {
    /// The `traceparent` header: `00-<trace id>-<parent id>-01`.
    public var description: String {
        // One for each event: an interpolation would make it longer four times.
        var text = ""
        text.reserveCapacity(55)
        text += "00-"
        text += traceID
        text += "-"
        text += parentID
        text += isSampled ? "-01" : "-00"
        return text
    }

    /// - Returns: `nil` for anything that isn't a valid `traceparent`. A later version than 00 is read as far as it is alike.
    public init?(_ traceparent: String) {
        if let plain = Self(plain: Array(traceparent.utf8)) {
            self = plain
            return
        }
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].isHex(2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts[1].isHex(32), parts[1].contains(where: { $0 != "0" }),
            parts[2].isHex(16), parts[2].contains(where: { $0 != "0" }),
            parts[3].isHex(2), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: String(parts[1]), parentID: String(parts[2]), isSampled: flags & 1 == 1)
    }
}

extension TraceContext {
    /// One of version 00, as nearly all are.
    private init?(plain letters: [UInt8]) {
        let hyphen = UInt8(ascii: "-")
        guard letters.count == 55, letters[0] == 48, letters[1] == 48, letters[2] == hyphen, letters[35] == hyphen, letters[52] == hyphen
        else { return nil }
        let (trace, parent, flags) = (letters[3..<35], letters[36..<52], letters[53...])
        for part in [trace, parent, flags] {
            guard part.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
        }
        guard trace.contains(where: { $0 != 48 }), parent.contains(where: { $0 != 48 }) else { return nil }
        // The last bit of a hexadecimal digit: 0-9 as their letters have it, a-f the other way round.
        let last = letters[54]
        self.init(
            traceID: String(decoding: trace, as: UTF8.self),
            parentID: String(decoding: parent, as: UTF8.self),
            isSampled: last < 58 ? last & 1 == 1 : last & 1 == 0
        )
    }
}

extension Substring {
    fileprivate func isHex(_ count: Int) -> Bool {
        utf8.count == count && utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
