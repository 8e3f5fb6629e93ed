import Contracts
import Foundation
import Messaging
import Postgres

/// Takes over what a predecessor's database has of leads: each of its rows once, however often they come.
struct AdoptionCommands: Sendable {
    static let limit = 1_000

    let database: Database
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func leads(_ asked: Asked<AdoptLeads>) async throws -> AdoptionAnswer {
        try Self.require(asked.actor, asked.command.leads.count, "/leads")
        let cause = ChangeCause(asked.actor, reason: "adopted")
        return try await adopting(asked.command.dryRun == true) { transaction in
            try await transaction.adopt(asked.command.leads, models: models, by: cause, at: now())
        }
    }

    func find(_ asked: Asked<FindAdopted>) async throws -> FindAdopted.Answer {
        try Self.require(asked.actor, asked.command.origins.count, "/origins")
        let found = try await database.adopted(asked.command.origins)
        return FindAdopted.Answer(
            leads: Set(asked.command.origins).compactMap { origin in found[origin].map { .init(origin: origin, leadID: $0) } }
        )
    }

    func notes(_ asked: Asked<AdoptNotes>) async throws -> AdoptionAnswer {
        try Self.require(asked.actor, asked.command.notes.count, "/notes")
        return try await adopting(asked.command.dryRun == true) { transaction in
            try await transaction.adopt(asked.command.notes, by: asked.actor, at: now())
        }
    }

    private static func require(_ actor: Actor, _ count: Int, _ pointer: String) throws {
        guard actor.role == .admin else { throw Problem.forbidden(needs: .admin) }
        guard (1...limit).contains(count) else {
            throw Problem.invalid([Problem.FieldError(pointer: pointer, detail: "must have 1 to \(limit), and has \(count)")])
        }
    }

    /// A dry run does everything, and then undoes it: what it tells is what would have been done.
    private func adopting(
        _ isDryRun: Bool,
        _ adopt: @Sendable (Transaction) async throws -> [AdoptionResult]
    ) async throws -> AdoptionAnswer {
        do {
            return try await database.transaction { transaction in
                try await transaction.takeTurnToAdopt()
                let answer = AdoptionAnswer(results: try await adopt(transaction))
                if isDryRun { throw Undone(answer: answer) }
                return answer
            }
        } catch let undone as Undone {
            return undone.answer
        }
    }

    private struct Undone: Error {
        var answer: AdoptionAnswer
    }
}

extension Transaction {
    fileprivate func adopt(
        _ businesses: [AdoptedLead],
        models: ScoringModels,
        by cause: ChangeCause,
        at time: Date
    ) async throws -> [AdoptionResult] {
        var known = try await adopted(businesses.map(\.origin))
        var results: [AdoptionResult?] = businesses.map { business in
            known[business.origin].map { AdoptionResult(business.origin, .unchanged, leadID: $0) }
        }
        var checked: [(position: Int, lead: CheckedLead, remarks: [String])] = []
        for (position, business) in businesses.enumerated() where results[position] == nil {
            guard known.updateValue(LeadID.make(at: time), forKey: business.origin) == nil else {
                results[position] = AdoptionResult(business.origin, .refused, remarks: ["it was sent twice"])
                continue
            }
            let check = LeadCheck(.import, defaultCountry: "US", defaultSource: .import, models: models)
            switch check(business.business) {
            case .accepted(let lead, let warnings): checked.append((position, lead, warnings.map { [$0].reason }))
            case .rejected(let findings): results[position] = AdoptionResult(business.origin, .refused, remarks: [findings.reason])
            }
        }
        let slugs = try await leads(withSlugs: checked.compactMap(\.lead.draft.slug))
        let wanted = checked.map { WantedLead($0.lead, of: businesses[$0.position], among: slugs, at: time) }
        let resolved = try await resolve(wanted, by: cause, at: time)
        _ = try await fillGaps(resolved, from: wanted, by: cause, at: time)

        var records: [LeadRecord] = []
        var adopted: [FindAdopted.Found] = []
        for (found, (position, lead, remarks)) in zip(resolved, checked) {
            guard let found else { continue }
            let business = businesses[position]
            var result = AdoptionResult(business.origin, found.isCreated ? .created : .matched, leadID: found.lead.id, remarks: remarks)
            result.matchedBy = found.matchedBy
            if found.isCreated, let slug = lead.draft.slug, slug != found.lead.slug {
                result.remarks.append("the slug \(slug) was taken: it is \(found.lead.slug) now")
            }
            results[position] = result
            adopted.append(.init(origin: business.origin, leadID: found.lead.id))
            if let record = business.record { records.append(LeadRecord(leadID: found.lead.id, line: 1, text: record)) }
        }
        try await keep(adopted, at: time)
        try await keep(records, of: nil, at: time)
        return results.compactMap(\.self)
    }

    fileprivate func adopt(_ notes: [AdoptedNote], by actor: Actor, at time: Date) async throws -> [AdoptionResult] {
        var known = try await adopted(notes.map(\.origin))
        let living = try await living(notes.map(\.leadID))
        var kept: [(note: LeadNote, lead: LeadID)] = []
        var adopted: [FindAdopted.Found] = []
        let results = notes.map { note -> AdoptionResult in
            if let lead = known[note.origin] { return AdoptionResult(note.origin, .unchanged, leadID: lead) }
            guard let lead = living[note.leadID] else {
                return AdoptionResult(note.origin, .refused, remarks: ["there is no such lead, or it was erased"])
            }
            guard let text = try? NoteCommands.text(String(note.text.prefix(NoteCommands.textLimit))) else {
                return AdoptionResult(note.origin, .refused, remarks: ["it says nothing"])
            }
            let written = min(note.createdAt, time)
            let id = NoteID(.backdated(to: written))
            kept.append((LeadNote(id: id, type: note.type, author: actor.id, text: text, createdAt: written), lead))
            adopted.append(.init(origin: note.origin, leadID: lead))
            known[note.origin] = lead
            return AdoptionResult(note.origin, .created, leadID: lead)
        }
        try await insert(kept)
        try await keep(adopted, at: time)
        return results
    }
}

extension WantedLead {
    /// Recognised by the predecessor's id, by its place id, by the slug of a lead of that name, or by name, place and contact.
    fileprivate init(
        _ lead: CheckedLead,
        of adopted: AdoptedLead,
        among slugs: [String: (name: String, gmbID: String?)],
        at time: Date
    ) {
        let known = lead.draft.slug.flatMap { slug in slugs[slug].map { (slug, $0) } }
        let slug = known.flatMap { slug, ours in
            AdoptionMatch.isSame(lead.draft, asLeadNamed: ours.name, gmbID: ours.gmbID) ? slug : nil
        }
        self.init(id: adopted.id, gmbID: nil, slug: slug, business: lead)
        keys.businessKey = AdoptionMatch.hasBusinessKey(lead.draft) ? lead.businessKey : nil
        createdAt = adopted.createdAt.map { min($0, time) }
    }
}

extension UUID {
    /// An id in the order of `time` also when that is long ago: ``Contracts/UUIDv7/make(at:)`` only ever counts on.
    fileprivate static func backdated(to time: Date) -> UUID {
        let milliseconds = UInt64(max(0, time.timeIntervalSince1970 * 1_000))
        func byte(_ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: milliseconds >> shift) }
        var bytes = UUID().uuid
        (bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5) = (byte(40), byte(32), byte(24), byte(16), byte(8), byte(0))
        bytes.6 = 0x70 | (bytes.6 & 0x0F)
        return UUID(uuid: bytes)
    }
}
