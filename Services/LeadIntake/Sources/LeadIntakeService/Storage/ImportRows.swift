import Contracts
import Foundation
import Postgres

/// An import as it is stored.
struct StoredImport: Sendable {
    var id: ImportID
    var attempt: Int
    var state: State
    /// Of the whole file; nil until it was read to its end once.
    var digest: Data?
    var counts: ImportCounts
    var failure: String?
    var startedAt: Date
    /// When all of it was staged.
    var stagedAt: Date?
    var finishedAt: Date?
    /// How its file was read.
    var reading: ReadingReport?

    enum State: String, Codable {
        case receiving, running, finished, failed
    }

    fileprivate static let columns: SQL = """
        id, attempt, state, digest, rows_read, rows_created, rows_matched, rows_rejected, leads_updated, failure, started_at, staged_at,
        finished_at, reading
        """

    fileprivate init(from row: Row) throws {
        id = try row.decode("id")
        attempt = try row.decode("attempt")
        state = State(rawValue: try row.decode("state")) ?? .failed
        digest = try row.decodeIfPresent("digest")
        counts = ImportCounts(
            read: try row.decode("rows_read"),
            created: try row.decode("rows_created"),
            matched: try row.decode("rows_matched"),
            rejected: try row.decode("rows_rejected"),
            updated: try row.decode("leads_updated")
        )
        failure = try row.decodeIfPresent("failure")
        startedAt = try row.decode("started_at")
        stagedAt = try row.decodeIfPresent("staged_at")
        finishedAt = try row.decodeIfPresent("finished_at")
        reading = try row.decodeIfPresent("reading", as: JSONB<ReadingReport>.self)?.value
    }
}

/// All SQL on imports themselves.
extension SQLExecutor {
    func storedImport(_ id: ImportID) async throws -> StoredImport? {
        try await row("SELECT \(fragment: StoredImport.columns) FROM imports WHERE id = \(id)").map(StoredImport.init)
    }

    /// All rows are staged: from now on the import goes its way by itself.
    ///
    /// - Throws: a `Problem` of status 409 when another request works on the import by now.
    func beginRunning(_ stored: StoredImport, digest: Data, at time: Date) async throws {
        let isOurs = try await execute(
            """
            UPDATE imports SET state = 'running', digest = \(digest), staged_at = \(time), updated_at = \(time)
            WHERE id = \(stored.id) AND attempt = \(stored.attempt) AND state = 'receiving'
            """
        )
        if isOurs == 0 { throw Problem.importTakenOver }
    }

    /// Lets an import go on that was given up with all of its rows staged.
    func resumeImport(_ id: ImportID, at time: Date) async throws {
        try await execute(
            """
            UPDATE imports SET state = 'running', failure = NULL, failures = 0, retry_at = NULL, updated_at = \(time)
            WHERE id = \(id) AND state = 'failed' AND staged_at IS NOT NULL
            """
        )
    }

    /// The upload ended before the file did.
    func failUpload(_ stored: StoredImport, because failure: String, at time: Date) async throws {
        try await execute(
            """
            UPDATE imports SET state = 'failed', failure = \(failure), updated_at = \(time)
            WHERE id = \(stored.id) AND attempt = \(stored.attempt) AND state = 'receiving'
            """
        )
    }

    /// Remarks of one kind in the order of the file, from behind `last` on.
    func importRemarks(_ id: ImportID, kind: RemarkKind, after last: StoredRemark?, limit: Int) async throws -> [StoredRemark] {
        try await rows(
            """
            SELECT number, line, field, reason
            FROM import_remarks
            WHERE import_id = \(id) AND kind = \(kind.rawValue)
                AND (line, number) > (\(last?.line ?? 0), \(last?.number ?? 0))
            ORDER BY line, number
            LIMIT \(limit)
            """
        ).map { try $0.decode(StoredRemark.self) }
    }
}

extension Transaction {
    /// The import that `key` stands for: a new one, or the one that was begun with it. One whose file was not all here begins anew, and
    /// whoever sent it before may no more.
    func takeImport(for client: APIKeyID, key: IdempotencyKey?, trace: TraceContext, at time: Date) async throws -> StoredImport {
        let new = try await row(
            """
            INSERT INTO imports (id, api_key_id, idempotency_key, traceparent, started_at, updated_at)
            VALUES (\(ImportID.make(at: time)), \(client), \(key?.rawValue), \(trace.description), \(time), \(time))
            ON CONFLICT (api_key_id, idempotency_key) DO NOTHING
            RETURNING \(fragment: StoredImport.columns)
            """
        )
        if let new { return try StoredImport(from: new) }
        let again = try await row(
            """
            UPDATE imports SET
                attempt = attempt + 1, state = 'receiving', failure = NULL, traceparent = \(trace.description), rows_read = 0,
                rows_rejected = 0, rows_created = 0, rows_matched = 0, leads_updated = 0, rows_staged = 0, rows_resolved = 0,
                started_at = \(time), updated_at = \(time)
            WHERE api_key_id = \(client) AND idempotency_key = \(key?.rawValue) AND staged_at IS NULL
            RETURNING \(fragment: StoredImport.columns)
            """
        )
        if let again {
            let stored = try StoredImport(from: again)
            try await execute("DELETE FROM import_rows WHERE import_id = \(stored.id)")
            try await execute("DELETE FROM import_remarks WHERE import_id = \(stored.id)")
            return stored
        }
        let staged = try await row(
            """
            SELECT \(fragment: StoredImport.columns) FROM imports
            WHERE api_key_id = \(client) AND idempotency_key = \(key?.rawValue)
            """
        )
        guard let staged else { throw Problem.internalError }
        return try StoredImport(from: staged)
    }
}

/// What a remark says of its row.
enum RemarkKind: String, CaseIterable, Sendable {
    case rejected, warning
}

struct StoredRemark: Decodable, Sendable {
    var number: Int64
    var line: Int
    var field: String?
    var reason: String
}

extension Problem {
    static let importTakenOver = Problem.conflict("Another request with the same Idempotency-Key goes on with this import.")
}
