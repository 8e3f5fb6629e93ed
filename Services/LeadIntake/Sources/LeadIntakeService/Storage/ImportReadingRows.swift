import Foundation
import Postgres

/// All SQL on how imports were read, and on what the lists of other programs say was done with a lead.
extension SQLExecutor {
    func keepReading(_ report: ReadingReport, of stored: StoredImport) async throws {
        try await execute("UPDATE imports SET reading = \(JSONB(report)) WHERE id = \(stored.id) AND attempt = \(stored.attempt)")
    }
}

extension Transaction {
    /// Keeps the notes that came with the leads that the chunk made. A note has its lead's id: both are the time's, and no lead has two here.
    func keepNotes(of chunk: StagedChunk, by cause: ChangeCause, at time: Date) async throws {
        try await execute(
            """
            INSERT INTO lead_notes (id, lead_id, type, author, text, created_at)
            SELECT leads.id, leads.id, 'note', \(cause.actor), staged.note, \(time)
            FROM import_rows AS staged
            JOIN leads ON leads.id = staged.lead_id
            WHERE \(fragment: chunk.condition) AND staged.note IS NOT NULL
            ORDER BY staged.number
            """
        )
    }
}
