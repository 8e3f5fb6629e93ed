import Logging
import Postgres

/// A stream that is applied in its order is followed by one instance at a time.
extension StreamConsumer {
    /// Runs `body` while this instance has its turn at the stream, if it gets it.
    ///
    /// The turn is an advisory lock for each lane, and everything is applied on a connection that holds one of them. Nobody else begins who
    /// hasn't all of them; so whoever has lost a lock can apply nothing on its connection any more, whatever it still has in hand, and what is
    /// applied on the others is applied before somebody else's turn.
    func inTurn(lanes: Int, with held: [Connection] = [], _ body: ([Connection]) async throws -> Void) async throws -> Bool {
        guard held.count < lanes else {
            logger.info("this instance follows the stream")
            try await body(held)
            return true
        }
        return try await database.withConnection { connection in
            try await connection.pipeline(Turn.settings)
            let row = try await connection.row(Turn.tryLock(stream, lane: held.count))
            guard try row?.decode("locked", as: Bool.self) == true else { return false }
            return try await inTurn(lanes: lanes, with: held + [connection], body)
        }
    }
}

/// What is in hand was not applied, and can't be here: the connection with the turn is lost.
struct LostTurn: Error, CustomStringConvertible {
    var because: any Error
    var description: String { "the turn at the stream is lost: \(because)" }
}

/// Where transactions are run: any connection of the pool, or a certain one.
protocol Transacting: Sendable {
    func transaction<Result: Sendable>(
        _ options: TransactionOptions,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result
}

extension Database: Transacting {}
extension Connection: Transacting {}

private enum Turn {
    static let settings: [SQL] = [
        // A machine that is gone without a word must not keep its turn for the two hours that are usual.
        "SET tcp_keepalives_idle = 10", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3",
        // Events are applied by keys. The plans are kept as long as the connection, and those that were made while a table was small would
        // read it from end to end when it no longer is: 2 ms of PostgreSQL for each of 1,000 events a second, at 50,000 leads.
        "SET enable_seqscan = off", "SET jit = off",
    ]

    static func tryLock(_ stream: String, lane: Int) -> SQL {
        let name = "\(stream).\(lane)"
        return """
            SELECT pg_try_advisory_lock(hashtextextended('plumbline.consumer.' || current_schema() || '.' || \(name), 0)) AS locked
            """
    }
}
