import Contracts
import Crypto
import Foundation
import Messaging
import Postgres

/// One import under way: from the bytes of the file, in pieces of any size, to leads. Each chunk is one transaction.
///
/// An import that stopped goes on where it was when the same file comes again with the same key: the chunks that are committed are read over,
/// and counted as they were then.
struct ImportRun {
    private let database: Database
    private let stored: StoredImport
    private let now: @Sendable () -> Date
    private var reader: ImportReader
    private var digest = SHA256()
    /// Of the chunks that are committed, how many were not read over yet.
    private var ahead: Int
    private(set) var counts: ImportCounts

    init(_ stored: StoredImport, reader: ImportReader, database: Database, now: @escaping @Sendable () -> Date) {
        self.stored = stored
        self.reader = reader
        self.database = database
        self.now = now
        ahead = stored.chunks
        counts = stored.counts
    }

    mutating func take(_ bytes: [UInt8]) async throws {
        digest.update(data: bytes)
        guard stored.state != .finished else { return }
        try await store(reader.push(bytes))
    }

    /// The file has ended.
    ///
    /// - Throws: a `Problem` of status 422 when the key was used for another file before.
    mutating func finish() async throws {
        let digest = Data(self.digest.finalize())
        guard stored.state != .finished else {
            if stored.digest == digest { return }
            throw Problem(
                "idempotency-key-reused",
                "The idempotency key was used for something else",
                status: 422,
                detail: "Another file was imported with this key: take a new one."
            )
        }
        try await store(reader.finish())
        try await database.endImport(stored, digest: digest, at: now())
    }

    private mutating func store(_ chunks: [ImportChunk]) async throws {
        for chunk in chunks {
            if ahead > 0 {
                ahead -= 1
                continue
            }
            let time = now()
            let added = try await database.transaction { [stored] transaction in
                try await transaction.store(chunk, of: stored, at: time)
            }
            counts.read += added.read
            counts.created += added.created
            counts.matched += added.matched
            counts.rejected += added.rejected
            counts.updated += added.updated
        }
    }
}

extension Transaction {
    /// Makes leads of a chunk: a handful of statements, however many rows it has.
    fileprivate func store(_ chunk: ImportChunk, of stored: StoredImport, at time: Date) async throws -> ImportCounts {
        let wanted = chunk.candidates.map { WantedLead($0.lead) }
        let cause = ChangeCause.intake("import \(stored.id)")
        let resolved = try await resolve(wanted, by: cause, at: time).compactMap(\.self)
        let filled = try await fillGaps(resolved, from: wanted, by: cause, at: time)
        let records = zip(chunk.candidates, resolved).compactMap { candidate, found in
            candidate.raw.map { LeadRecord(leadID: found.lead.id, line: candidate.line, text: $0) }
        }
        try await keep(records, of: stored.id, at: time)
        try await insert(chunk.rejections, as: .rejected, of: stored.id)
        try await insert(chunk.warnings, as: .warning, of: stored.id)
        let counts = ImportCounts(
            read: chunk.rowsRead,
            created: resolved.count(where: \.isCreated),
            matched: resolved.count { !$0.isCreated },
            rejected: chunk.rejections.count,
            updated: filled.count
        )
        try await count(counts, in: stored, at: time)
        return counts
    }
}
