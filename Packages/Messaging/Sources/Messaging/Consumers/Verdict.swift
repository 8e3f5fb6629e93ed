import Contracts
import Postgres

/// What a failure means for the event that met it.
enum Verdict {
    /// The database is away or overloaded: nothing can be decided, so wait.
    case waitForDatabase
    /// A neighbour or NATS is away: the event is put off, and nothing is counted.
    case putOff
    case retry(after: Duration?, reason: String)
    case park(reason: String)

    init(_ error: any Error) {
        switch error {
        case let error as DatabaseError where error.isOutage: self = .waitForDatabase
        // Two transactions that met again and again, or the end of the service.
        case let error as DatabaseError where error.isTransactionConflict || [.cancelled, .closed].contains(error.code): self = .putOff
        case let error as NATSError where error.isOutage || error.code == .closed: self = .putOff
        case let problem as Problem where problem.status == 503: self = .putOff
        case is CancellationError: self = .putOff
        case let unfinished as Unfinished:
            switch unfinished.outcome {
            case .done: self = .retry(after: nil, reason: "done")
            case .retry(let delay, let reason): self = .retry(after: delay, reason: reason)
            case .park(let reason): self = .park(reason: reason)
            }
        case let error as UnreadableEvent: self = .park(reason: error.description)
        default: self = .retry(after: nil, reason: "\(error)")
        }
    }
}

extension String {
    /// PostgreSQL's text holds no U+0000, and a reason may quote anything.
    var withoutNUL: String { replacing("\0", with: "\u{FFFD}") }
}
