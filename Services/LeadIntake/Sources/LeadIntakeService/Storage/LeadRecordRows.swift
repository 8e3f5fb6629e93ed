import Contracts
import Crypto
import Foundation
import Postgres

/// What was found about a lead, as it was found.
struct LeadRecord: Sendable {
    var leadID: LeadID
    var line: Int
    var text: String
}

extension Transaction {
    /// Keeps records; those that are kept already stay as they are.
    func keep(_ records: [LeadRecord], of importID: ImportID?, at time: Date) async throws {
        guard let insert = LeadRecord.insert(records, of: importID, at: time) else { return }
        try await execute(insert)
    }
}

extension LeadRecord {
    static func digest(of text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }

    /// `nil` when there are none.
    static func insert(_ records: [LeadRecord], of importID: ImportID?, at time: Date) -> SQL? {
        guard !records.isEmpty else { return nil }
        // In one order for all, so that two that keep the same records wait for each other one way.
        let keyed = records.map { (record: $0, digest: digest(of: $0.text)) }.sorted { a, b in
            a.record.leadID == b.record.leadID ? a.digest.lexicographicallyPrecedes(b.digest) : a.record.leadID < b.record.leadID
        }
        return """
            INSERT INTO lead_records (lead_id, digest, import_id, line, record, received_at)
            SELECT lead_id, digest, \(importID), line, record, \(time)
            FROM unnest(
                \(keyed.map(\.record.leadID))::uuid[], \(keyed.map(\.digest))::bytea[], \(keyed.map(\.record.line))::int8[],
                \(keyed.map(\.record.text))::text[]
            ) AS given (lead_id, digest, line, record)
            -- Of an erased lead nothing is kept any more. Not as NOT EXISTS: that was planned as a join with all leads, while they were few, and
            -- stayed so while they became many.
            WHERE (SELECT erased_at FROM leads WHERE leads.id = given.lead_id) IS NULL
            ON CONFLICT DO NOTHING
            """
    }
}
