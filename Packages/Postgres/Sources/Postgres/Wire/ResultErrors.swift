import CLibPQ

extension QueryResult.Storage {
    var isFatal: Bool {
        let severity = field("V")
        return severity == "FATAL" || severity == "PANIC"
    }

    /// The error that the server answered with (PostgreSQL: error and notice message fields).
    var error: DatabaseError {
        var error = DatabaseError(.server, field("M") ?? wholeMessage, sqlState: field("C").map(SQLState.init(rawValue:)))
        error.detail = field("D")
        error.hint = field("H")
        error.constraint = field("n")
        error.table = field("t")
        error.column = field("c")
        // No SQLSTATE: libpq made it up when the connection broke.
        if error.sqlState == nil { error.code = .connectionLost }
        return error
    }
}
