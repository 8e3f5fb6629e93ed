import Contracts
import Foundation
import Messaging
import Postgres

/// A lead that is asked for: by keys, and with the business's data if it may be created.
struct WantedLead: Sendable {
    var keys: LeadKeys
    var business: CheckedLead?
    /// The trace of who asks, where many are asked for at once; else the task's.
    var trace: TraceContext?
    /// When it was first known, of a lead that comes from another program; else it is as old as its row.
    var createdAt: Date?

    /// By the keys that the command names; the business's own place id is one too. With none of them the business's data is the key.
    init(id: LeadID?, gmbID: String?, slug: String?, business: CheckedLead?) {
        let gmbID = gmbID ?? business?.draft.gmbID
        let hasKey = id != nil || gmbID != nil || slug != nil
        keys = LeadKeys(id: id, gmbID: gmbID, slug: slug, businessKey: hasKey ? nil : business?.businessKey)
        self.business = business
        self.business?.draft.gmbID = gmbID
    }

    init(_ business: CheckedLead) {
        self.init(id: nil, gmbID: nil, slug: nil, business: business)
    }
}

/// What became of a wanted lead.
struct ResolvedLead: Sendable {
    var lead: Lead
    /// By what it was recognised; `nil` when it was created.
    var matchedBy: MatchedBy?
    var isCreated: Bool { matchedBy == nil }
}

extension Transaction {
    /// Gets or creates each of `wanted`, and publishes those that were created; exactly one lead for one key, however many ask at once.
    ///
    /// Inserts first and looks afterwards: an insert waits for whoever holds the same key, so that what is not inserted is there to be seen.
    /// Those that are created are assigned to `staff`, and their audit trail begins with `cause`.
    ///
    /// - Returns: one for each of `wanted`; `nil` where nothing matches and there is nothing to create it from.
    func resolve(
        _ wanted: [WantedLead],
        assignedTo staff: String? = nil,
        by cause: ChangeCause,
        at time: Date
    ) async throws -> [ResolvedLead?] {
        let resolved = try await findOrInsert(wanted, assignedTo: staff, at: time)
        try await announce(resolved, of: wanted, by: cause, at: time)
        return resolved
    }

    /// Publishes those that were created and begins their audit trail; in the same round trip as `statements`, which come first.
    func announce(
        _ resolved: [ResolvedLead?],
        of wanted: [WantedLead],
        by cause: ChangeCause,
        behind statements: [SQL] = [],
        at time: Date
    ) async throws {
        let created = zip(resolved, wanted).compactMap { found, wanted in
            found.flatMap { $0.isCreated ? (lead: $0.lead, trace: wanted.trace) : nil }
        }
        let beginning = [FieldChange(field: "created_at", from: nil, to: RFC3339.string(from: time))]
        let trail = created.map { AuditedChange(leadID: $0.lead.id, version: $0.lead.version, changes: beginning) }
        try await pipeline(
            statements + [LeadAudit.insert(trail, by: cause, at: time)].compactMap(\.self),
            publishing: created.map { (event: LeadCreated(snapshot: $0.lead), time: time, trace: $0.trace) }
        )
    }

    /// As ``resolve(_:assignedTo:by:at:)``, and tells nobody yet. `wasTried` says that each could not be inserted under the slug that it wishes.
    func findOrInsert(
        _ wanted: [WantedLead],
        assignedTo staff: String? = nil,
        wasTried: Bool = false,
        at time: Date
    ) async throws -> [ResolvedLead?] {
        var resolved: [ResolvedLead?] = Array(repeating: nil, count: wanted.count)
        var open = Array(wanted.indices)
        var turn = 0
        for round in 0..<Self.rounds where !open.isEmpty {
            var attempts: [(index: Int, new: NewLead)] = []
            for index in open where round > 0 || !wasTried {
                guard let business = wanted[index].business else { continue }
                let keys = wanted[index].keys
                var slug = keys.slug ?? business.wishedSlug
                // The wish was taken in the round before. A slug that is a key is never changed: it has been matched by now.
                if round > 0, keys.slug == nil {
                    slug = Slug.suffixed(slug, at: time, turn: round == 1 ? turn : Int.random(in: 0..<Self.spread))
                    turn += 1
                }
                var lead = business.lead(keys.id ?? LeadID.make(at: time), slug: slug, at: time)
                lead.assignedTo = staff ?? lead.assignedTo
                if let known = wanted[index].createdAt { (lead.createdAt, lead.updatedAt) = (known, known) }
                attempts.append((index, NewLead(lead: lead, profiles: business.profiles, businessKey: keys.businessKey)))
            }
            for (index, new) in try await inserted(attempts) { resolved[index] = ResolvedLead(lead: new.lead) }
            open.removeAll { resolved[$0] != nil }
            guard !open.isEmpty else { break }
            for (position, match) in try await leads(matching: open.map { wanted[$0].keys }) {
                resolved[open[position]] = ResolvedLead(lead: match.lead, matchedBy: match.by)
            }
            open.removeAll { resolved[$0] != nil || wanted[$0].business == nil }
        }
        guard open.isEmpty else { throw Problem.conflict("A free slug was not found; try again.") }
        return resolved
    }

    /// One for the wished slugs, one for those with the time behind; more only when others took the very same ones in the same
    /// millisecond: then each goes on from a moment of its own.
    private static var rounds: Int { 6 }
    private static var spread: Int { 10_000 }

    /// Inserts in the order of the keys, so that two batches with the same businesses wait for each other instead of both ways.
    private func inserted(_ attempts: [(index: Int, new: NewLead)]) async throws -> [(index: Int, new: NewLead)] {
        guard !attempts.isEmpty else { return [] }
        func key(_ new: NewLead) -> String { new.lead.gmbID ?? new.businessKey ?? new.lead.slug }
        let ordered = attempts.sorted { (key($0.new), $0.index) < (key($1.new), $1.index) }
        let ids = try await insert(ordered.map(\.new))
        return attempts.filter { ids.contains($0.new.lead.id) }
    }

    /// Fills what existing leads lack from the listings that matched them, and publishes those that changed.
    ///
    /// - Returns: the leads that were filled, as they are now.
    func fillGaps(
        _ resolved: [ResolvedLead?],
        from wanted: [WantedLead],
        by cause: ChangeCause,
        at time: Date
    ) async throws -> [LeadID: Lead] {
        try await fillings(resolved, from: wanted, by: cause, at: time).leads
    }

    /// As ``fillGaps(_:from:by:at:)``, and tells whose listings had what was lacking, by their positions.
    func fillings(
        _ resolved: [ResolvedLead?],
        from wanted: [WantedLead],
        by cause: ChangeCause,
        at time: Date
    ) async throws -> (leads: [LeadID: Lead], givers: Set<Int>) {
        var listings: [LeadID: [(position: Int, business: CheckedLead)]] = [:]
        for (position, (found, wanted)) in zip(resolved, wanted).enumerated() {
            guard let found, !found.isCreated, let business = wanted.business, business.filling(found.lead, at: time) != nil else {
                continue
            }
            listings[found.lead.id, default: []].append((position, business))
        }
        guard !listings.isEmpty else { return ([:], []) }

        // Locked only now that there is something to fill: a file that comes again waits for nobody.
        var found: [(before: Lead, next: Lead)] = []
        var traces: [TraceContext?] = []
        var givers: Set<Int> = []
        for lead in try await lockedLeads(listings.keys.sorted(), onlyLiving: true) {
            var now = lead
            var trace: TraceContext?
            for (position, listing) in listings[lead.id] ?? [] {
                guard let step = listing.filling(now, at: time) else { continue }
                now = step.lead
                givers.insert(position)
                trace = trace ?? wanted[position].trace
            }
            guard now != lead else { continue }
            now.version += 1
            found.append((lead, now))
            traces.append(trace)
        }
        guard !found.isEmpty, let models = listings.values.first?.first?.business.models else { return ([:], []) }
        let filled = try await rescored(found, by: models)
        let audited = zip(found, filled).map { filling, lead in
            AuditedChange(leadID: lead.id, version: lead.version, changes: LeadField.changes(from: filling.before, to: lead))
        }
        try await update(filled)
        let events = zip(zip(filled, audited), traces).map { change, trace in
            (event: LeadUpdated(snapshot: change.0, changed: change.1.changes.map(\.field)), time: time, trace: trace)
        }
        try await pipeline([LeadAudit.insert(audited, by: cause, at: time)].compactMap(\.self), publishing: events)
        return (Dictionary(filled.map { ($0.id, $0) }) { first, _ in first }, givers)
    }
}
