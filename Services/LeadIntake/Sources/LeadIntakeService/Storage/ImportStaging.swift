import Contracts
import Foundation
import Messaging
import Postgres

extension Database {
    /// Keeps a batch of an import whose file is still coming in: all of it or nothing.
    ///
    /// - Throws: a `Problem` of status 409 when another request works on the import by now.
    func stage(_ batch: ImportBatch, of stored: StoredImport, trace: TraceContext, at time: Date) async throws {
        let rows = try StagedRows.text(of: batch, import: stored.id, trace: trace)
        let remarks = StagedRemarks.text(of: batch, import: stored.id)
        do {
            try await transaction { try await $0.stage(batch, rows: rows, remarks: remarks, of: stored, at: time) }
        } catch let error as DatabaseError where error.violates("import_rows_pkey") {
            // Each upload counts its rows once: these were staged by the one that took the import over.
            throw Problem.importTakenOver
        }
    }
}

extension Transaction {
    fileprivate func stage(_ batch: ImportBatch, rows: CopyText, remarks: CopyText, of stored: StoredImport, at time: Date) async throws {
        if !rows.bytes.isEmpty {
            try await copyIn("COPY import_rows (\(fragment: StagedRows.columns)) FROM STDIN") { try await $0.write(rows.bytes) }
        }
        if !remarks.bytes.isEmpty {
            try await copyIn("COPY import_remarks (import_id, kind, line, field, reason) FROM STDIN") { try await $0.write(remarks.bytes) }
        }
        // Last, since it makes the batches of an import wait for one another.
        let isOurs = try await execute(
            """
            UPDATE imports SET
                rows_read = rows_read + \(batch.rowsRead), rows_rejected = rows_rejected + \(batch.rejections.count),
                rows_staged = rows_staged + \(batch.candidates.count), updated_at = \(time)
            WHERE id = \(stored.id) AND attempt = \(stored.attempt) AND state = 'receiving'
            """
        )
        if isOurs == 0 { throw Problem.importTakenOver }
    }
}

/// Candidates as they are staged: with everything that is known of the lead before it is one.
enum StagedRows {
    /// As in ``StagedRows/append(_:number:to:import:trace:)``, in that order.
    static let columns: SQL = """
        import_id, number, line, lead_id, slug, gmb_id, business_key, name, category, subcategory, address, city, state, postal_code,
        country, latitude, longitude, phone, email, website_url, profiles, rating, review_count, photo_count, opening_hours, first_name,
        last_name, title, company, source, acquisition_cost_minor, acquisition_cost_currency, qualification_score, lead_score, tags,
        event_id, event, record, sales_stage, assigned_to, note
        """

    /// The time that stands in a staged event until its lead has one; the schema's `staged_event` puts that in.
    static let noTime = Date(timeIntervalSince1970: 0)

    static func text(of batch: ImportBatch, import id: ImportID, trace: TraceContext) throws -> CopyText {
        var text = CopyText()
        for (index, candidate) in batch.candidates.enumerated() {
            try append(candidate, number: batch.first + index, to: &text, import: "\(id)", trace: trace)
        }
        return text
    }

    private static func append(
        _ candidate: ImportChunk.Candidate,
        number: Int,
        to text: inout CopyText,
        import id: String,
        trace: TraceContext
    ) throws {
        let business = candidate.lead
        let lead = business.lead(.make(), slug: business.wishedSlug, at: noTime)
        let event = try OutgoingEvent(LeadCreated(snapshot: lead), time: noTime, trace: trace)
        text.append(plain: id)
        text.append(plain: number)
        text.append(plain: candidate.line)
        text.append(plain: lead.id)
        text.append(lead.slug)
        text.append(lead.gmbID)
        text.append(lead.gmbID == nil ? business.businessKey : nil)
        text.append(lead.name)
        text.append(lead.category)
        text.append(lead.subcategory)
        text.append(lead.address)
        text.append(lead.city)
        text.append(lead.state)
        text.append(lead.postalCode)
        text.append(lead.country)
        text.append(plain: lead.latitude)
        text.append(plain: lead.longitude)
        text.append(lead.phone)
        text.append(lead.email)
        text.append(lead.websiteURL)
        text.append(array: business.profiles)
        text.append(plain: lead.rating)
        text.append(plain: lead.reviewCount)
        text.append(plain: lead.photoCount)
        if let hours = lead.openingHours { text.append(try WireJSON.encode(hours)) } else { text.append(nil) }
        text.append(lead.firstName)
        text.append(lead.lastName)
        text.append(lead.title)
        text.append(lead.company)
        text.append(lead.source.rawValue)
        text.append(plain: lead.acquisitionCost?.minorUnits)
        text.append(lead.acquisitionCost?.currency.code)
        text.append(plain: lead.qualificationScore)
        text.append(plain: lead.leadScore)
        text.append(array: lead.tags)
        text.append(plain: event.id)
        text.append(event.payload)
        text.append(candidate.raw)
        text.append(lead.salesStage.rawValue)
        text.append(lead.assignedTo)
        text.append(business.work.note)
        text.endRow()
    }
}

enum StagedRemarks {
    static func text(of batch: ImportBatch, import id: ImportID) -> CopyText {
        var text = CopyText()
        for (kind, remarks) in [(RemarkKind.rejected, batch.rejections), (.warning, batch.warnings)] {
            for remark in remarks {
                text.append(plain: "\(id)")
                text.append(plain: kind.rawValue)
                text.append(plain: remark.line)
                text.append(remark.field)
                text.append(remark.reason)
                text.endRow()
            }
        }
        return text
    }
}
