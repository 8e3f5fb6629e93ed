package import Foundation

/// What is known of one payment. The notices of it may come in any order and more than once: each adds what it knows, and
/// none takes anything back, so that the end doesn't depend on the order.
package struct PaymentRecord: Hashable, Sendable {
    package var pendingAt: Date?
    package var failedAt: Date?
    package var succeededAt: Date?

    package init(pendingAt: Date? = nil, failedAt: Date? = nil, succeededAt: Date? = nil) {
        self.pendingAt = pendingAt
        self.failedAt = failedAt
        self.succeededAt = succeededAt
    }

    /// A payment that was refused and then taken is taken, whichever was told first.
    package var outcome: Charge.Outcome {
        if succeededAt != nil { return .succeeded }
        return failedAt != nil ? .failed : .pending
    }

    /// The record with `outcome` in it, and whether that is news.
    package func adding(_ outcome: Charge.Outcome, at time: Date) -> (record: PaymentRecord, isNews: Bool) {
        var record = self
        let field: WritableKeyPath<PaymentRecord, Date?> =
            switch outcome {
            case .pending: \.pendingAt
            case .failed: \.failedAt
            case .succeeded: \.succeededAt
            }
        let known = record[keyPath: field]
        record[keyPath: field] = known.map { min($0, time) } ?? time
        return (record, known == nil)
    }
}
