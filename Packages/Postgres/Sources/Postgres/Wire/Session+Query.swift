import CLibPQ

extension Session {
    /// One statement, in one round trip: from its second run on with the plan that is kept.
    func query(_ sql: SQL) async throws -> QueryResult {
        try await exclusively {
            if let failure = sql.parameters.failure { throw failure }
            do {
                return try await runOnce(sql)
            } catch let error as DatabaseError where error.meansStalePlan && !isInTransaction && !isBroken {
                // A migration has changed a table under a kept plan: nothing was run, so it is run again with a new one.
                statements.forgetAll()
                return try await runOnce(sql)
            }
        }
    }

    private func runOnce(_ sql: SQL) async throws -> QueryResult {
        guard pendingBegin == nil, let name = statements.name(for: sql) else {
            return try await runPipeline([sql])[0]
        }
        try ensureSent(sendPrepared(sql, name: name))
        try await flush()
        return try await lastResult(of: sql.text)
    }

    /// One text of statements without parameters, by the simple protocol: what migrations and COPY need.
    func runScript(_ text: String) async throws -> QueryResult {
        try ensureSent(PQsendQuery(connection, text))
        try await flush()
        return try await lastResult(of: text)
    }

    /// Sends the BEGIN that is still held back, for what can't be sent together with it.
    func beginNow() async throws {
        guard let begin = pendingBegin else { return }
        _ = try await runScript(begin)
        pendingBegin = nil
    }

    /// Reads results until the server is ready for the next statement; the first error wins, else the last result.
    func lastResult(of text: String) async throws -> QueryResult {
        var last: QueryResult.Storage?
        var firstError: DatabaseError?
        while true {
            try await waitForResult()
            guard let result = PQgetResult(connection) else { break }
            let storage = QueryResult.Storage(owning: result)
            if var error = failure(of: storage) {
                error.statement = text
                firstError = firstError ?? error
                if isBroken { throw error }
            }
            last = storage
        }
        if let firstError { throw firstError }
        guard let last else { throw lost() }
        return QueryResult(storage: last)
    }

    func ensureSent(_ sent: Int32) throws {
        if sent == 1 { return }
        if PQstatus(connection) == CONNECTION_BAD { throw lost() }
        throw DatabaseError(.invalidStatement, lastMessage)
    }

    /// The error that a result is, if it is one.
    func failure(of result: QueryResult.Storage) -> DatabaseError? {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE, PGRES_PIPELINE_SYNC: return nil
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            // The server waits for, or sends, rows that nobody has or wants: there is no polite way out that takes no time.
            markBroken()
            return DatabaseError(.invalidStatement, "COPY is run by copyIn and copyOut")
        default:
            var error = result.error
            if result.isFatal || PQstatus(connection) == CONNECTION_BAD {
                markBroken()
                error.code = .connectionLost
            }
            return error
        }
    }
}

extension DatabaseError {
    /// "cached plan must not change result type", or the statement is gone from the server.
    fileprivate var meansStalePlan: Bool {
        code == .server && (sqlState == .featureNotSupported || sqlState == .invalidStatementName)
    }
}

extension Session {
    func sendPrepared(_ sql: SQL, name: String) -> Int32 {
        sql.parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, PostgresFormat.text.rawValue)
        }
    }

    func sendPrepare(_ sql: SQL, name: String) -> Int32 {
        let types = sql.parameters.slots.map(\.type)
        return PQsendPrepare(connection, name, sql.text, Int32(types.count), types)
    }

    func sendUnprepared(_ text: String) -> Int32 {
        PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, PostgresFormat.text.rawValue)
    }
}

extension Parameters {
    /// The most that the protocol can count (libpq: `PQ_QUERY_PARAM_MAX_LIMIT`).
    static let maximumCount = 65_535

    /// Lends the values as libpq wants them.
    fileprivate func withPointers<Result>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        if slots.isEmpty { return body(0, nil, nil, nil) }
        return bytes.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: slots.count) { values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * slots.count) { numbers in
                    for (index, slot) in slots.enumerated() {
                        values.initializeElement(at: index, to: slot.range.flatMap { range in start.map { $0 + range.lowerBound } })
                        numbers.initializeElement(at: index, to: Int32(slot.range?.count ?? 0))
                        numbers.initializeElement(at: slots.count + index, to: slot.format.rawValue)
                    }
                    let lengths = numbers.baseAddress.map { UnsafePointer($0) }
                    return body(Int32(slots.count), values.baseAddress.map { UnsafePointer($0) }, lengths, lengths.map { $0 + slots.count })
                }
            }
        }
    }
}
