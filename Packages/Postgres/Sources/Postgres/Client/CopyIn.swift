import CLibPQ
public import Foundation
import Synchronization

extension Connection {
    /// Runs a `COPY ... FROM STDIN` whose rows `write` writes, and returns how many there were.
    ///
    /// `write` is suspended while the server is slower than it. When it throws, nothing is copied.
    @discardableResult
    public func copyIn(_ sql: SQL, _ write: (CopyWriter) async throws -> Void) async throws -> Int {
        try await lent().copyIn(sql, write)
    }

    /// Runs a `COPY ... FROM STDIN` on the bytes of `rows`, however they are cut, and returns how many rows there were.
    @discardableResult
    public func copyIn<Rows: AsyncSequence>(_ sql: SQL, rows: Rows) async throws -> Int where Rows.Element == Data {
        try await lent().copyIn(sql) { writer in
            for try await data in rows { try await writer.write(data) }
        }
    }
}

extension Transaction {
    /// As ``Connection/copyIn(_:_:)``.
    @discardableResult
    public func copyIn(_ sql: SQL, _ write: (CopyWriter) async throws -> Void) async throws -> Int {
        try await lent().copyIn(sql, write)
    }

    /// As ``Connection/copyIn(_:rows:)``.
    @discardableResult
    public func copyIn<Rows: AsyncSequence>(_ sql: SQL, rows: Rows) async throws -> Int where Rows.Element == Data {
        try await lent().copyIn(sql) { writer in
            for try await data in rows { try await writer.write(data) }
        }
    }
}

/// Where the rows of a `COPY ... FROM STDIN` are written to; useless outside of its closure.
public final class CopyWriter {
    /// What is sent at once: above it, system calls are no longer what costs.
    private static let chunk = 65_536

    private let session: Session
    private var buffer: [UInt8] = []

    init(_ session: Session) {
        self.session = session
        buffer.reserveCapacity(2 * Self.chunk)
    }

    /// Writes bytes in the format that the statement names.
    ///
    /// - Throws: ``DatabaseError`` with code `cancelled` when the task is, `connectionLost` when there is nobody to write to.
    public func write(_ data: some Sequence<UInt8>) async throws {
        buffer += data
        if buffer.count >= Self.chunk { try await send() }
    }

    /// Writes one row in COPY's text format (tabs between, backslashes before what has a meaning); `nil` is NULL.
    public func write(row fields: [String?]) async throws {
        for (index, field) in fields.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: "\t")) }
            guard let field else {
                buffer += #"\N"#.utf8
                continue
            }
            for byte in field.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): buffer += #"\\"#.utf8
                case UInt8(ascii: "\t"): buffer += #"\t"#.utf8
                case UInt8(ascii: "\n"): buffer += #"\n"#.utf8
                case UInt8(ascii: "\r"): buffer += #"\r"#.utf8
                default: buffer.append(byte)
                }
            }
        }
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.chunk { try await send() }
    }

    /// Sends what is buffered and waits until the socket has taken it: that is the back-pressure.
    fileprivate func send() async throws {
        if Task.isCancelled { throw DatabaseError(.cancelled, "The task was cancelled") }
        var sent = 0
        while sent < buffer.count {
            let piece = buffer[sent..<min(sent + Self.chunk, buffer.count)]
            try session.putCopyData(piece)
            try await session.flush()
            sent += piece.count
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

extension Session {
    fileprivate func copyIn(_ sql: SQL, _ write: (CopyWriter) async throws -> Void) async throws -> Int {
        try await exclusively {
            try await startCopy(sql, expecting: PGRES_COPY_IN)
            isCopying.store(true, ordering: .releasing)
            defer { isCopying.store(false, ordering: .releasing) }
            let writer = CopyWriter(self)
            do {
                try await write(writer)
                try await writer.send()
            } catch {
                await abandonCopy()
                throw error
            }
            try await endCopy(reason: nil)
            return try await lastResult(of: sql.text).rowsAffected
        }
    }

    /// Sends a COPY and leaves the connection where rows can be written or read.
    func startCopy(_ sql: SQL, expecting status: ExecStatusType) async throws {
        if let failure = sql.parameters.failure { throw failure }
        guard sql.parameters.count == 0 else { throw DatabaseError(.invalidStatement, "COPY takes no parameters") }
        try await beginNow()
        try ensureSent(PQsendQuery(connection, sql.text))
        try await flush()
        try await waitForResult()
        guard let result = PQgetResult(connection) else { throw lost() }
        let storage = QueryResult.Storage(owning: result)
        guard storage.status != status else { return }
        var error = failure(of: storage) ?? DatabaseError(.invalidStatement, "The statement is no COPY of this direction")
        error.statement = sql.text
        if !isBroken { _ = try? await lastResult(of: sql.text) }
        throw error
    }

    fileprivate func putCopyData(_ bytes: ArraySlice<UInt8>) throws {
        let taken = bytes.withUnsafeBytes { bytes in
            PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard taken == 1 else { throw lost() }
    }

    private func endCopy(reason: String?) async throws {
        while true {
            switch PQputCopyEnd(connection, reason) {
            case 1: return try await flush()
            case 0: try await flush()
            default: throw lost()
            }
        }
    }

    /// Tells the server to forget the rows, and reads its answer, which is an error that says so.
    private func abandonCopy() async {
        guard !isBroken else { return }
        do {
            try await within(.seconds(5)) {
                try await endCopy(reason: "the client gave up")
                _ = try? await lastResult(of: "COPY")
            }
        } catch {
            markBroken()
        }
    }
}
