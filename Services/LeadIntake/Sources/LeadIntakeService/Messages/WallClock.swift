import Foundation

/// What time it is, in whole microseconds: PostgreSQL keeps no finer ones, and a row and the event about it shall tell the same.
enum WallClock {
    @Sendable static func now() -> Date {
        Date(timeIntervalSinceReferenceDate: (Date().timeIntervalSinceReferenceDate * 1_000_000).rounded() / 1_000_000)
    }
}
