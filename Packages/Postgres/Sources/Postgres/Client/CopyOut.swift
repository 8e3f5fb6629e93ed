import CLibPQ
public import Foundation
import Synchronization

extension Connection {
    /// The rows of a `COPY ... TO STDOUT`, read as fast as they are asked for.
    ///
    /// Whoever leaves the loop before its end gives up the connection: it is closed, not drained.
    public func copyOut(_ sql: SQL) -> CopyOut {
        CopyOut(sql: sql, session: lent)
    }
}

extension Transaction {
    /// As ``Connection/copyOut(_:)``; whoever leaves the loop before its end gives up the transaction.
    public func copyOut(_ sql: SQL) -> CopyOut {
        CopyOut(sql: sql, session: lent)
    }
}

/// A `COPY ... TO STDOUT` that runs while it is read. Each element is whole rows, as many as had arrived, about 64 KB at most.
public struct CopyOut: AsyncSequence {
    public typealias Element = Data

    let sql: SQL
    let session: () throws -> Session

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reader: CopyReader(self))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: CopyReader

        public mutating func next() async throws -> Data? {
            try await reader.next()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Data? {
            try await reader.next()
        }
    }
}

/// Holds the turn on its session from the first row to the last.
final class CopyReader {
    private static let chunk = 65_536

    private enum State {
        case new(CopyOut)
        case reading(Session)
        case ended
    }

    private var state: State

    init(_ copy: CopyOut) {
        state = .new(copy)
    }

    deinit {
        guard case .reading(let session) = state else { return }
        // Nobody will read the rest, and a deinit can't wait for the server to stop.
        session.markBroken()
        session.watch.cutOff()
        session.endCopying()
    }

    func next() async throws -> Data? {
        switch state {
        case .ended: return nil
        case .reading(let session): return try await read(session)
        case .new(let copy):
            state = .ended
            let session = try copy.session()
            try await session.beginCopying(copy.sql)
            state = .reading(session)
            return try await read(session)
        }
    }

    private func read(_ session: Session) async throws -> Data? {
        do {
            let (rows, isLast) = try await withTaskCancellationHandler {
                try await session.copiedRows(upTo: Self.chunk)
            } onCancel: { [canceller = session.canceller] in
                canceller.request()
            }
            guard isLast else { return rows }
            state = .ended
            session.markBroken(if: await session.canceller.disarm() == .stillOnItsWay)
            session.endCopying()
            return rows.isEmpty ? nil : rows
        } catch {
            state = .ended
            let disarmed = await session.canceller.disarm()
            session.markBroken(if: disarmed == .stillOnItsWay)
            session.endCopying()
            guard disarmed != .untouched else { throw error }
            throw DatabaseError(.cancelled, "The task was cancelled", underlying: error)
        }
    }
}

extension Session {
    fileprivate func beginCopying(_ sql: SQL) async throws {
        if isCopying.load(ordering: .acquiring) { throw DatabaseError(.invalidStatement, "A COPY is under way on this connection") }
        await turn.take()
        do {
            guard !isBroken else { throw DatabaseError(.connectionLost, "The connection is broken", underlying: failure) }
            try await startCopy(sql, expecting: PGRES_COPY_OUT)
        } catch {
            turn.give()
            throw error
        }
        isCopying.store(true, ordering: .releasing)
        canceller.arm()
    }

    fileprivate func endCopying() {
        isCopying.store(false, ordering: .releasing)
        turn.give()
    }

    fileprivate func markBroken(if condition: Bool) {
        if condition { markBroken() }
    }

    /// At least one row, and what else is there already; fewer at the end.
    fileprivate func copiedRows(upTo limit: Int) async throws -> (rows: Data, isLast: Bool) {
        var rows = Data()
        while rows.count < limit {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(connection, &row, 1)
            switch length {
            case 1...:
                guard let row else { throw lost() }
                UnsafeRawPointer(row).withMemoryRebound(to: UInt8.self, capacity: Int(length)) { rows.append($0, count: Int(length)) }
                PQfreemem(row)
            case 0:
                if !rows.isEmpty { return (rows, false) }
                try proceed(after: await watch.wait(for: .read))
                try consumeInput()
            case -1:
                _ = try await lastResult(of: "COPY")
                return (rows, true)
            default: throw lost()
            }
        }
        return (rows, false)
    }
}
