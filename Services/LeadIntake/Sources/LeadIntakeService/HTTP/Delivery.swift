import Contracts
import Foundation
import Messaging
import Postgres

/// The leads of one request, checked: ready to be taken together with those of others.
struct Delivery: Sendable {
    let key: IdempotencyKey?
    let wanted: [WantedLead]
    fileprivate let good: [(line: Int, raw: String?)]
    fileprivate let rejections: [RowRemark]
    fileprivate let read: Int

    init(_ sent: SentLeads, key: IdempotencyKey?, trace: TraceContext?) {
        var wanted: [WantedLead] = []
        var good: [(line: Int, raw: String?)] = []
        var rejections: [RowRemark] = []
        for item in sent.items {
            switch item.outcome {
            case .accepted(let lead, _):
                var lead = WantedLead(lead)
                lead.trace = trace
                wanted.append(lead)
                good.append((item.line, item.raw))
            case .rejected(let findings):
                rejections.append(RowRemark(line: item.line, field: findings.field, reason: findings.reason))
            }
        }
        (self.key, self.wanted, self.good, self.rejections, read) = (key, wanted, good, rejections, sent.items.count)
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
        let wanted = deliveries.flatMap(\.wanted)
        let cause = ChangeCause.intake("POST /intake/leads")
        let resolved = try await findOrInsert(wanted, at: time).compactMap(\.self)
        let records = zip(deliveries.flatMap(\.good), resolved).compactMap { sent, found in
            sent.raw.map { LeadRecord(leadID: found.lead.id, line: sent.line, text: $0) }
        }
        try await announce(
            resolved,
            of: wanted,
            by: cause,
            behind: [LeadRecord.insert(records, of: nil, at: time)].compactMap(\.self),
            at: time
        )
        let givers = try await fillings(resolved, from: wanted, by: cause, at: time).givers

        var start = 0
        return deliveries.map { delivery in
            defer { start += delivery.wanted.count }
            let own = start..<start + delivery.wanted.count
            return IntakeRoutes.Answer(
                delivery,
                Array(resolved[own]),
                updated: Set(givers.filter(own.contains).map { resolved[$0].lead.id })
            )
        }
    }
}

extension IntakeRoutes.Answer {
    fileprivate init(_ delivery: Delivery, _ resolved: [ResolvedLead], updated: Set<LeadID>) {
        read = delivery.read
        created = resolved.count(where: \.isCreated)
        matched = resolved.count { !$0.isCreated }
        rejected = delivery.rejections.count
        self.updated = updated.count
        leads = zip(delivery.good, resolved).map { sent, found in
            Taken(line: sent.line, id: found.lead.id, slug: found.lead.slug, created: found.isCreated, matchedBy: found.matchedBy)
        }
        rejections = delivery.rejections
    }
}
