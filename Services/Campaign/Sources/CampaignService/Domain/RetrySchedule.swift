/// When a message that was not taken gets its next turn.
package enum RetrySchedule {
    /// After a refusal for now (SMTP 4xx, HTTP 429): greylisting wants minutes, a full mailbox hours. Then it has failed.
    package static let afterRefusal: [Duration] = [
        .seconds(30), .seconds(120), .seconds(600), .seconds(1_800), .seconds(7_200), .seconds(14_400), .seconds(28_800),
    ]

    /// - Returns: nil when it has been refused often enough.
    package static func delay(afterRefusal count: Int) -> Duration? {
        afterRefusal.indices.contains(count - 1) ? afterRefusal[count - 1] : nil
    }

    /// After the provider was not reached at all: doubling from one second to a minute, without end, since that says nothing of the message.
    package static func delay(afterFailedConnection count: Int) -> Duration {
        .seconds(min(60, 1 << min(max(count - 1, 0), 6)))
    }
}
