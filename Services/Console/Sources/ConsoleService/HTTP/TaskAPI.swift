import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `/api/v1/crm/tasks`: the same for programs, with an API token, and for scripts of our own pages, with the session.
struct TaskAPI: Sendable {
    let database: Database
    let doorkeeper: Doorkeeper
    let desk: TaskDesk

    func add(to router: Router<ServiceRequestContext>) {
        let tasks = router.group("api/v1/crm/tasks")
        tasks.get(use: list)
        tasks.post("{lead_id}/{rule}/complete", use: complete)
        tasks.post("{lead_id}/{rule}/dismiss", use: dismiss)
    }

    @Sendable
    private func list(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let caller = try await doorkeeper.caller(of: request)
        let query = try TaskQuery(FormBody.parameters(of: request.uri.query), viewer: caller.account.actor)
        return try Self.answer(try await database.tasks(query), request, context)
    }

    private struct Completion: Decodable {
        var note: String?
    }

    @Sendable
    private func complete(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let caller = try await doorkeeper.caller(of: request)
        let body = try await request.body.collect(upTo: 64 * 1_024)
        let note = body.readableBytes == 0 ? nil : try WireJSON.decode(Completion.self, from: Data(body.readableBytesView)).note
        return try await decide(.done(note: note), caller, request, context)
    }

    private struct Dismissal: Decodable {
        var reason: String
    }

    @Sendable
    private func dismiss(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let caller = try await doorkeeper.caller(of: request)
        let body = try await request.decodeJSON(as: Dismissal.self, context: context)
        return try await decide(.dismissed(reason: body.reason), caller, request, context)
    }

    private func decide(
        _ decision: TaskDecision,
        _ caller: Visitor,
        _ request: Request,
        _ context: ServiceRequestContext
    ) async throws -> Response {
        guard let lead = context.parameters.get("lead_id", as: LeadID.self), let rule = context.parameters.get("rule") else {
            throw TaskDesk.unknown
        }
        let task = try await desk.decide(decision, lead, rule, by: caller.account, key: request.idempotencyKey?.rawValue)
        return try Self.answer(task, request, context)
    }

    /// Nobody keeps it: it is of people, and of one caller.
    private static func answer(_ body: some Encodable & Sendable, _ request: Request, _ context: ServiceRequestContext) throws -> Response {
        var response = try JSONResponse(body).response(from: request, context: context)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
