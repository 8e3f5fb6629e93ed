/// When a notice is tried again that speaks of a row which isn't there yet.
package enum WaitSchedule {
    /// The row may have been committed between our look and our note that we wait for it: so the first wait is hardly one.
    private static let first: [Duration] = [.milliseconds(50), .seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)]
    /// The provider itself gives a delivery up after some 27 hours; three days leave a weekend to mend a projection.
    private static let hours = 72

    /// How long to wait after the try number `attempt`, counted from 1.
    ///
    /// - Returns: `nil` when it is time for a person to look at it.
    package static func delay(afterAttempt attempt: Int) -> Duration? {
        if attempt <= first.count { return first[max(0, attempt - 1)] }
        return attempt <= first.count + hours ? .seconds(3600) : nil
    }
}
