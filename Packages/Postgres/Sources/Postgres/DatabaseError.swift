/// What went wrong between us and the database.
///
/// `description` is safe to show and to log: it names what was broken, with no values and no statement. `debugDescription` has everything, the
/// values that the server quotes among it, and is for tests and the debugger alone.
public struct DatabaseError: Error, Sendable {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case connectionFailed, connectionLost, waitTimeout, server, decoding, encoding, cancelled, commitFailed, commitUncertain
            case invalidStatement, closed, migration
        }

        private let value: Value
        public var description: String { value.rawValue }

        /// No connection could be opened. Nothing was sent.
        public static let connectionFailed = Code(value: .connectionFailed)
        /// The connection broke while a statement was under way: outside of a transaction it may have been applied.
        public static let connectionLost = Code(value: .connectionLost)
        /// All connections were in use for as long as the caller may wait.
        public static let waitTimeout = Code(value: .waitTimeout)
        /// The server refused a statement: see ``DatabaseError/sqlState``.
        public static let server = Code(value: .server)
        /// A column is missing, NULL, or holds something else than was asked for.
        public static let decoding = Code(value: .decoding)
        public static let encoding = Code(value: .encoding)
        /// The task was cancelled, and the statement with it.
        public static let cancelled = Code(value: .cancelled)
        /// The server refused to commit: nothing of the transaction is applied.
        public static let commitFailed = Code(value: .commitFailed)
        /// The connection broke between COMMIT and its answer: the transaction is applied or it is not.
        public static let commitUncertain = Code(value: .commitUncertain)
        /// The statement can't be run this way, as written: a fault of the program.
        public static let invalidStatement = Code(value: .invalidStatement)
        /// The database, connection or transaction was used after its end.
        public static let closed = Code(value: .closed)
        /// The migrations of this binary and the database's ledger disagree.
        public static let migration = Code(value: .migration)
    }

    public var code: Code
    public var message: String
    public var sqlState: SQLState?
    public var detail: String?
    public var hint: String?
    public var constraint: String?
    public var table: String?
    public var column: String?
    /// The statement's text, without its values.
    public var statement: String?
    /// Which statement of a pipeline failed, from 0.
    public var statementIndex: Int?
    public var underlying: (any Error)?

    public init(_ code: Code, _ message: String, sqlState: SQLState? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.underlying = underlying
    }

    /// The connection is gone, or none could be had: the same work may succeed on another one, later.
    public var isConnectionLoss: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .commitUncertain: true
        default: sqlState == .adminShutdown || sqlState == .crashShutdown || sqlState == .cannotConnectNow
        }
    }

    /// It is about the server, not about what was asked of it: later the same may work.
    public var isOutage: Bool {
        if isConnectionLoss || code == .waitTimeout { return true }
        // Class 53: no disk space, no memory, too many connections. 25006: read-only, as a standby is that has taken over half-way.
        if sqlState?.errorClass == "53" || sqlState?.rawValue == "25006" { return true }
        // A connection that broke before COMMIT, while the work looked elsewhere.
        return code == .commitFailed && (underlying as? DatabaseError)?.isConnectionLoss == true
    }

    /// A serialization failure or a deadlock: the same transaction run again may succeed.
    public var isTransactionConflict: Bool {
        sqlState == .serializationFailure || sqlState == .deadlockDetected
    }

    /// A text, or JSON, has a character that PostgreSQL keeps nowhere: U+0000.
    public var isUnstorableText: Bool {
        sqlState == .characterNotInRepertoire || sqlState == .untranslatableCharacter
    }

    /// Whether `name` is the constraint that a row broke.
    public func violates(_ name: String) -> Bool {
        sqlState?.errorClass == "23" && constraint == name
    }
}

extension DatabaseError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        var text = "Database error \(code)"
        if let sqlState { text += " \(sqlState)" }
        for case (let what, let name?) in [("constraint", constraint), ("table", table), ("column", column)] { text += ", \(what) \(name)" }
        if let words = messageWithoutValues { text += ": \(words)" }
        return text
    }

    /// As much of the message as quotes nothing of what was written or asked for; the server's detail always does.
    private var messageWithoutValues: String? {
        // libpq says where it tried to go, and as whom.
        if code == .connectionFailed { return nil }
        switch sqlState?.errorClass {
        // What functions raise.
        case "P0": return nil
        // Data exceptions: the value stands in quotes or behind a colon.
        case "22": return message.split(maxSplits: 1) { $0 == "\"" || $0 == ":" }.first.map(String.init)
        // Others name tables, columns and constraints; what this package says has no values either.
        default: return message
        }
    }

    public var debugDescription: String {
        var lines = ["Database error \(code)\(sqlState.map { " \($0)" } ?? ""): \(message)"]
        let fields = [
            ("detail", detail), ("hint", hint), ("constraint", constraint), ("table", table), ("column", column),
            ("statement index", statementIndex.map(String.init)), ("statement", statement),
            ("underlying", underlying.map { String(reflecting: $0) }),
        ]
        for case (let name, let value?) in fields { lines.append("  \(name): \(value)") }
        return lines.joined(separator: "\n")
    }
}
