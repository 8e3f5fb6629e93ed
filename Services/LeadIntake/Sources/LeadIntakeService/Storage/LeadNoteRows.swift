import Contracts
import Foundation
import Postgres

/// All SQL of the notes about leads.
extension SQLExecutor {
    func insert(_ note: LeadNote, about lead: LeadID) async throws {
        try await execute(
            """
            INSERT INTO lead_notes (id, lead_id, type, author, text, created_at)
            VALUES (\(note.id), \(lead), \(note.type.rawValue), \(note.author), \(note.text), \(note.createdAt))
            """
        )
    }

    /// Newest first, from behind `note` on.
    func notes(about lead: LeadID, before note: NoteID?, limit: Int) async throws -> [LeadNote] {
        var older: SQL = ""
        if let note { older = "AND id < \(note)" }
        return try await rows(
            """
            SELECT id, type, author, text, created_at
            FROM lead_notes
            WHERE lead_id = \(lead) \(fragment: older)
            ORDER BY id DESC
            LIMIT \(limit)
            """
        ).map { try $0.decode(LeadNote.self) }
    }
}
