public import Foundation
import Synchronization

/// Time-ordered identifiers, RFC 9562 §5.7: 48 bits of Unix milliseconds, then a counter seeded at random, then randomness.
public enum UUIDv7 {
    private struct Last: Sendable {
        var millisecond: UInt64 = 0
        var counter: UInt16 = 0
    }

    private static let last = Mutex(Last())

    /// A new UUIDv7; within this process greater than every one made before (RFC 9562 §6.2, method 1).
    public static func make(at time: Date = Date()) -> UUID {
        let asked = UInt64(max(0, time.timeIntervalSince1970 * 1000))
        let (millisecond, counter) = last.withLock { last in
            if asked > last.millisecond {
                // The top bit stays clear, so that at least 2,048 ids fit into the millisecond.
                last = Last(millisecond: asked, counter: UInt16.random(in: 0..<0x800))
            } else if last.counter < 0xFFF {
                last.counter += 1
            } else {
                last = Last(millisecond: last.millisecond + 1, counter: 0)
            }
            return (last.millisecond, last.counter)
        }
        let random = RandomWords.next()
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(millisecond, 40), byte(millisecond, 32), byte(millisecond, 24),
                byte(millisecond, 16), byte(millisecond, 8), byte(millisecond, 0),
                0x70 | UInt8(counter >> 8), UInt8(counter & 0xFF),
                0x80 | (byte(random, 56) & 0x3F), byte(random, 48), byte(random, 40), byte(random, 32),
                byte(random, 24), byte(random, 16), byte(random, 8), byte(random, 0)
            )
        )
    }
}
