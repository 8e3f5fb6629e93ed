import Contracts
import Foundation
import Postgres

/// An import as it is stored.
struct StoredImport: Sendable {
    var id: ImportID
    var attempt: Int
    var state: State
    /// How many chunks are committed.
    var chunks: Int
    var digest: Data?
    var counts: ImportCounts

    enum State: String {
        case running, finished, failed
    }

    init(from row: Row) throws {
        id = try row.decode("id")
        attempt = try row.decode("attempt")
        state = State(rawValue: try row.decode("state")) ?? .running
        chunks = try row.decode("chunks")
        digest = try row.decodeIfPresent("digest")
        counts = ImportCounts(
            read: try row.decode("rows_read"),
            created: try row.decode("rows_created"),
            matched: try row.decode("rows_matched"),
            rejected: try row.decode("rows_rejected"),
            updated: try row.decode("leads_updated")
        )
    }
}

/// All SQL on imports.
extension SQLExecutor {
    /// The import that `key` stands for: a new one, or the one that was begun or ended with it; whoever worked on that may no more.
    func takeImport(for client: APIKeyID, key: IdempotencyKey?, at time: Date) async throws -> StoredImport {
        let row = try await row(
            """
            INSERT INTO imports (id, api_key_id, idempotency_key, started_at, updated_at)
            VALUES (\(ImportID.make(at: time)), \(client), \(key?.rawValue), \(time), \(time))
            ON CONFLICT (api_key_id, idempotency_key) DO UPDATE SET
                attempt = imports.attempt + 1,
                state = CASE imports.state WHEN 'finished' THEN 'finished' ELSE 'running' END,
                failure = NULL,
                updated_at = excluded.updated_at
            RETURNING id, attempt, state, chunks, digest, rows_read, rows_created, rows_matched, rows_rejected, leads_updated
            """
        )
        guard let row else { throw Problem.internalError }
        return try StoredImport(from: row)
    }

    func endImport(_ stored: StoredImport, digest: Data, at time: Date) async throws {
        let isOurs = try await execute(
            """
            UPDATE imports SET state = 'finished', digest = \(digest), updated_at = \(time)
            WHERE id = \(stored.id) AND attempt = \(stored.attempt)
            """
        )
        if isOurs == 0 { throw Problem.importTakenOver }
    }

    func failImport(_ stored: StoredImport, because failure: String, at time: Date) async throws {
        try await execute(
            """
            UPDATE imports SET state = 'failed', failure = \(failure), updated_at = \(time)
            WHERE id = \(stored.id) AND attempt = \(stored.attempt) AND state = 'running'
            """
        )
    }

    /// Remarks of one kind in the order of the file, from behind `last` on.
    func importRemarks(_ id: ImportID, kind: RemarkKind, after last: Int64, limit: Int) async throws -> [StoredRemark] {
        try await rows(
            """
            SELECT number, line, field, reason
            FROM import_remarks
            WHERE import_id = \(id) AND kind = \(kind.rawValue) AND number > \(last)
            ORDER BY number
            LIMIT \(limit)
            """
        ).map { try $0.decode(StoredRemark.self) }
    }
}

extension Transaction {
    /// Counts one more chunk.
    ///
    /// - Throws: a `Problem` of status 409 when another request works on the import by now.
    func count(_ counts: ImportCounts, in stored: StoredImport, at time: Date) async throws {
        let isOurs = try await execute(
            """
            UPDATE imports SET
                chunks = chunks + 1, rows_read = rows_read + \(counts.read), rows_created = rows_created + \(counts.created),
                rows_matched = rows_matched + \(counts.matched), rows_rejected = rows_rejected + \(counts.rejected),
                leads_updated = leads_updated + \(counts.updated), updated_at = \(time)
            WHERE id = \(stored.id) AND attempt = \(stored.attempt) AND state = 'running'
            """
        )
        if isOurs == 0 { throw Problem.importTakenOver }
    }

    func insert(_ remarks: [ImportChunk.Remark], as kind: RemarkKind, of id: ImportID) async throws {
        guard !remarks.isEmpty else { return }
        try await execute(
            """
            INSERT INTO import_remarks (import_id, kind, line, field, reason)
            SELECT \(id), \(kind.rawValue), line, field, reason
            FROM unnest(\(remarks.map(\.line))::int8[], \(remarks.map(\.field))::text[], \(remarks.map(\.reason))::text[])
                WITH ORDINALITY AS given (line, field, reason, number)
            ORDER BY number
            """
        )
    }
}

/// What a remark says of its row.
enum RemarkKind: String, Sendable {
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
