import Contracts
public import Postgres

extension Transaction {
    /// Puts the rows of `select` into this service's outbox, to be published in their order once this transaction commits: for those who
    /// keep ``OutgoingEvent``s in a table of theirs until they hold, and have too many to send them through the client again.
    ///
    /// `select` is a query of the columns event id (uuid), stream, subject, traceparent (text) and payload (bytea), in this order.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func publish(stored select: SQL) async throws -> Int {
        let row = try await row(
            """
            WITH stored AS (
                INSERT INTO outbox (event_id, stream, subject, traceparent, payload)
                \(fragment: select)
                RETURNING position
            )
            SELECT count(*) AS count, \(fragment: Outbox.name) AS outbox FROM stored
            """
        )
        guard let row, case let count:Int = try row.decode("count"), count > 0 else { return 0 }
        let outbox: String = try row.decode("outbox")
        afterCommit { OutboxSignal.send(outbox) }
        return count
    }

    /// Runs a statement that puts rows into this service's outbox itself, beside its other work: they are published once this transaction
    /// commits.
    ///
    /// Where it has put some, each row that it returns has ``Outbox/name`` as `outbox`.
    public func rows(publishing statement: SQL) async throws -> [Row] {
        let rows = try await rows(statement)
        if let outbox: String = try rows.first?.decode("outbox") { afterCommit { OutboxSignal.send(outbox) } }
        return rows
    }
}
