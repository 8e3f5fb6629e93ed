import Contracts
import Foundation
import Messaging
import Postgres

/// The leads of one request, checked: ready to be taken together with those of others.
struct Delivery: Sendable {
    let key: IdempotencyKey?
    fileprivate let good: [Good]
    fileprivate let rejections: [RowRemark]
    fileprivate let warnings: [RowRemark]
    fileprivate let read: Int

    /// One that may become a lead, with what it is then: encoded here, by the request itself, so that those who wait for their turn with the
    /// database need not wait for that too.
    fileprivate struct Good {
        var wanted: WantedLead
        var newcomer: Newcomer
        var line: Int { newcomer.line }
    }

    /// How many leads it brings.
    var weight: Int { good.count }

    init(_ sent: SentLeads, key: IdempotencyKey?, trace: TraceContext, at time: Date) throws {
        var good: [Good] = []
        var rejections: [RowRemark] = []
        var warnings: [RowRemark] = []
        for item in sent.items {
            switch item.outcome {
            case .accepted(let business, let findings):
                warnings += findings.map { RowRemark(line: item.line, field: $0.field, reason: $0.detail) }
                var wanted = WantedLead(business)
                wanted.trace = trace
                let lead = business.lead(.make(at: time), slug: business.wishedSlug, at: time)
                let newcomer = Newcomer(
                    new: NewLead(lead: lead, profiles: business.profiles, businessKey: wanted.keys.businessKey),
                    event: try OutgoingEvent(LeadCreated(snapshot: lead), time: time, trace: trace.child()),
                    record: item.raw,
                    line: item.line
                )
                good.append(Good(wanted: wanted, newcomer: newcomer))
            case .rejected(let findings):
                rejections.append(RowRemark(line: item.line, field: findings.field, reason: findings.reason))
            }
        }
        (self.key, self.good, self.rejections, self.warnings, read) = (key, good, rejections, warnings, sent.items.count)
    }
}

extension Transaction {
    /// Takes the leads of many requests at once, and each request once: a repeat gets the first answer.
    func take(_ deliveries: [Delivery], at time: Date) async throws -> [Result<IntakeRoutes.Answer, Problem>] {
        try await once(each: deliveries.map(\.key)) { positions in
            try await answers(to: positions.map { deliveries[$0] }, at: time)
        }
    }

    private func answers(to deliveries: [Delivery], at time: Date) async throws -> [IntakeRoutes.Answer] {
        let good = deliveries.flatMap(\.good)
        let created = try await create(good.map(\.newcomer), by: Self.cause)
        let isNew = good.map { created.contains($0.newcomer.new.lead.id) }
        let known = try await meet(zip(good, isNew).filter { !$1 }.map(\.0), at: time)

        var others = known.makeIterator()
        var results = zip(good, isNew).compactMap { sent, isNew in
            isNew ? TakenLead(lead: ResolvedLead(lead: sent.newcomer.new.lead)) : others.next()
        }[...]
        return deliveries.map { delivery in
            defer { results = results.dropFirst(delivery.good.count) }
            return IntakeRoutes.Answer(delivery, Array(results.prefix(delivery.good.count)))
        }
    }

    private static var cause: ChangeCause { .intake("POST /intake/leads") }

    /// Finds those that are leads already, makes leads of those whose slug another has, and keeps what was sent of them.
    private func meet(_ good: [Delivery.Good], at time: Date) async throws -> [TakenLead] {
        guard !good.isEmpty else { return [] }
        let wanted = good.map(\.wanted)
        let found = try await findOrInsert(wanted, wasTried: true, at: time).compactMap(\.self)
        let records = zip(good, found).compactMap { sent, found in
            sent.newcomer.record.map { LeadRecord(leadID: found.lead.id, line: sent.line, text: $0) }
        }
        let keeping = [LeadRecord.insert(records, of: nil, at: time)].compactMap(\.self)
        try await announce(found, of: wanted, by: Self.cause, behind: keeping, at: time)
        let givers = try await fillings(found, from: wanted, by: Self.cause, at: time).givers
        return found.enumerated().map { TakenLead(lead: $1, isFilled: givers.contains($0)) }
    }
}

/// What became of one that was sent.
private struct TakenLead {
    var lead: ResolvedLead
    /// It got something that it lacked.
    var isFilled = false
}

extension IntakeRoutes.Answer {
    fileprivate init(_ delivery: Delivery, _ results: [TakenLead]) {
        let resolved = results.map(\.lead)
        read = delivery.read
        created = resolved.count(where: \.isCreated)
        matched = resolved.count { !$0.isCreated }
        rejected = delivery.rejections.count
        updated = Set(results.filter(\.isFilled).map(\.lead.lead.id)).count
        leads = zip(delivery.good, resolved).map { sent, found in
            Taken(line: sent.line, id: found.lead.id, slug: found.lead.slug, created: found.isCreated, matchedBy: found.matchedBy)
        }
        rejections = delivery.rejections
        warnings = delivery.warnings
    }
}
