import Contracts
import Foundation
import Hummingbird
import Postgres
import ServiceKit

/// `POST /intake/leads`: one lead or up to a thousand, from a program or a form; requests that come at the same time share a transaction.
struct IntakeRoutes: Sendable {
    let gate: IntakeGate
    let check: LeadCheck
    private let now: @Sendable () -> Date
    private let taking: GroupCommit<Delivery, Answer>

    init(
        database: Database,
        gate: IntakeGate,
        defaultCountry: String,
        models: ScoringModels,
        now: @escaping @Sendable () -> Date = WallClock.now
    ) {
        self.gate = gate
        self.now = now
        check = LeadCheck(.entry, defaultCountry: defaultCountry, defaultSource: .api, models: models)
        taking = GroupCommit(isOnesFault: Self.isOnesFault) { deliveries, isReady in
            try await database.transaction { transaction in
                let answers = try await transaction.take(deliveries, at: now())
                isReady()
                return answers
            }
        }
    }

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
        /// What was taken, but looks wrong; none in answers that were kept for repeats before there were any.
        var warnings: [RowRemark]?

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
        let sent = try SentLeads(Array(body.readableBytesView), check: check)
        let delivery = try Delivery(sent, key: key, trace: TraceContext.current ?? context.trace, at: now())
        return JSONResponse(try await taking(delivery, weight: delivery.weight))
    }

    /// A database that is away, or that broke off at COMMIT, says nothing about any single request.
    private static func isOnesFault(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        return !error.isOutage && ![.commitUncertain, .cancelled, .closed].contains(error.code)
    }
}

/// One thing that has to be said about one row.
struct RowRemark: Codable, Sendable {
    var line: Int
    var field: String?
    var reason: String
}
