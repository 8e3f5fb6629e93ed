import Contracts
import Foundation
import Hummingbird
import Messaging
import Postgres
import ServiceKit

/// `POST /intake/leads`: one lead or up to a thousand, from a program or a form.
struct IntakeRoutes: Sendable {
    let database: Database
    let gate: IntakeGate
    let defaultCountry: String
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func add(to router: Router<ServiceRequestContext>) {
        router.post("intake/leads", use: take)
    }

    /// What became of each that was sent.
    struct Answer: Codable, Sendable {
        var read: Int
        var created: Int
        var matched: Int
        var rejected: Int
        var updated: Int
        var leads: [Taken]
        var rejections: [RowRemark]

        struct Taken: Codable, Sendable {
            var line: Int
            var id: LeadID
            var slug: String
            var created: Bool
            var matchedBy: MatchedBy?

            enum CodingKeys: String, CodingKey {
                case line, id, slug, created
                case matchedBy = "matched_by"
            }
        }
    }

    @Sendable
    private func take(_ request: Request, context: ServiceRequestContext) async throws -> JSONResponse<Answer> {
        let client = try await gate.admit(request)
        let key = try request.checkedIdempotencyKey()?.scoped(to: client)
        let body = try await request.body.collect(upTo: context.maxUploadSize)
        let check = LeadCheck(.entry, defaultCountry: defaultCountry, defaultSource: .api, models: models)
        let sent = try SentLeads(Array(body.readableBytesView), check: check)
        let time = now()
        return try await database.transaction { transaction in
            guard let key else { return JSONResponse(try await transaction.take(sent, at: time)) }
            return JSONResponse(try await transaction.once(key) { try await transaction.take(sent, at: time) })
        }
    }
}

/// One thing that has to be said about one row.
struct RowRemark: Codable, Sendable {
    var line: Int
    var field: String?
    var reason: String
}

extension Transaction {
    fileprivate func take(_ sent: SentLeads, at time: Date) async throws -> IntakeRoutes.Answer {
        var good: [(line: Int, lead: CheckedLead, raw: String?)] = []
        var rejections: [RowRemark] = []
        for item in sent.items {
            switch item.outcome {
            case .accepted(let lead, _): good.append((item.line, lead, item.raw))
            case .rejected(let findings): rejections.append(RowRemark(line: item.line, field: findings.field, reason: findings.reason))
            }
        }
        let wanted = good.map { WantedLead($0.lead) }
        let resolved = try await resolve(wanted, at: time).compactMap(\.self)
        let filled = try await fillGaps(resolved, from: wanted, by: .intake("POST /intake/leads"), at: time)
        try await keep(
            zip(good, resolved).compactMap { sent, found in sent.raw.map { LeadRecord(leadID: found.lead.id, line: sent.line, text: $0) } },
            of: nil,
            at: time
        )
        return IntakeRoutes.Answer(
            read: sent.items.count,
            created: resolved.count(where: \.isCreated),
            matched: resolved.count { !$0.isCreated },
            rejected: rejections.count,
            updated: filled.count,
            leads: zip(good, resolved).map { sent, found in
                .init(line: sent.line, id: found.lead.id, slug: found.lead.slug, created: found.isCreated, matchedBy: found.matchedBy)
            },
            rejections: rejections
        )
    }
}
