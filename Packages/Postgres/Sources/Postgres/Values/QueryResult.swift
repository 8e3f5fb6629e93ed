import CLibPQ

/// What one statement answered.
public struct QueryResult: Sendable {
    let storage: Storage

    /// How many rows the statement inserted, updated, deleted or selected; 0 for statements that have no such count.
    public var rowsAffected: Int { storage.rowsAffected }
    public var rows: [Row] { (0..<storage.rowCount).map { Row(storage: storage, index: $0) } }
    /// The columns' names, in order.
    public var columns: [String] { storage.columns }
}

extension QueryResult {
    /// Owns one `PGresult`; rows and cells read from it in place.
    ///
    /// `@unchecked Sendable`: a result is only read once it has been received. "PGresult objects are normally read-only after
    /// creation, and so can be passed around freely between threads" (PostgreSQL: libpq, behavior in threaded programs).
    final class Storage: @unchecked Sendable {
        private let result: OpaquePointer
        let rowCount: Int
        let columnCount: Int32
        /// Of rows of forty columns, to compare the names anew for each value took half as long as to read the values.
        private let columnNumbers: [String: Int32]

        init(owning result: OpaquePointer) {
            self.result = result
            rowCount = Int(PQntuples(result))
            columnCount = PQnfields(result)
            let names = (0..<(rowCount > 0 ? columnCount : 0)).lazy.compactMap { number in
                PQfname(result, number).map { (String(cString: $0), number) }
            }
            columnNumbers = Dictionary(names) { first, _ in first }
        }

        deinit {
            PQclear(result)
        }

        var status: ExecStatusType { PQresultStatus(result) }
        var wholeMessage: String { PQresultErrorMessage(result).map { String(cString: $0) } ?? "" }

        /// A field of an error, by the letter that the protocol gives it.
        func field(_ letter: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
        }

        var rowsAffected: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }
        /// The command's tag: `ROLLBACK` where COMMIT found a failed transaction.
        var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }
        var columns: [String] { (0..<columnCount).map(name(ofColumn:)) }

        func name(ofColumn column: Int32) -> String {
            PQfname(result, column).map { String(cString: $0) } ?? ""
        }

        func typeOID(ofColumn column: Int32) -> UInt32 { PQftype(result, column) }

        /// The column's number by its exact name; `nil` when there is none, or no row. Of two with one name, the first.
        func column(named name: String) -> Int32? { columnNumbers[name] }

        func isNull(row: Int32, column: Int32) -> Bool { PQgetisnull(result, row, column) == 1 }

        func withBytes<Result>(row: Int32, column: Int32, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
            let length = Int(PQgetlength(result, row, column))
            let start = UnsafeRawPointer(PQgetvalue(result, row, column))?.assumingMemoryBound(to: UInt8.self)
            let buffer = UnsafeBufferPointer(start: start, count: start == nil ? 0 : length)
            return try body(buffer.span)
        }
    }
}
