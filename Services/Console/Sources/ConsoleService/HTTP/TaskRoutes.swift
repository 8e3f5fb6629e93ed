import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `GET /tasks`, and what its forms post: pages that need no script.
struct TaskRoutes: Sendable {
    let database: Database
    let doorkeeper: Doorkeeper
    let desk: TaskDesk

    func add(to router: Router<ServiceRequestContext>) {
        router.get("tasks", use: list)
        router.post("tasks/{lead_id}/{rule}/complete", use: complete)
        router.post("tasks/{lead_id}/{rule}/dismiss", use: dismiss)
    }

    @Sendable
    private func list(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let visitor = try await doorkeeper.visitor(of: request) else { return Self.signIn(before: request.uri.description) }
        let query: TaskQuery
        do {
            query = try TaskQuery(FormBody.parameters(of: request.uri.query), viewer: visitor.account.actor)
        } catch let problem as Problem {
            return try NoticePage(problem).response()
        }
        var page = try await page(query, visitor)
        page.said = TaskNotice(request)
        var response = try page.response()
        if page.said != nil { response.headers[.setCookie] = TaskNotice.removal }
        return response
    }

    @Sendable
    private func complete(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        try await decide(request, context) { form in .done(note: form["note"].flatMap { $0.isEmpty ? nil : $0 }) }
    }

    @Sendable
    private func dismiss(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        try await decide(request, context) { form in .dismissed(reason: form["reason"] ?? "") }
    }

    /// A decision that can't be had is told on the page that it was made on, above the tasks.
    private func decide(
        _ request: Request,
        _ context: ServiceRequestContext,
        _ decision: (FormBody) -> TaskDecision
    ) async throws -> Response {
        guard let visitor = try await doorkeeper.visitor(of: request) else { return Self.signIn(before: ReturnAddress.start) }
        let form = try await FormBody(request)
        let back = ReturnAddress.checked(form["back"])
        do {
            try Doorkeeper.checkSite(request)
            guard visitor.session?.isCSRF(form["csrf"]) == true else { throw Doorkeeper.forged }
            guard let lead = context.parameters.get("lead_id", as: LeadID.self), let rule = context.parameters.get("rule") else {
                throw TaskDesk.unknown
            }
            let task = try await desk.decide(decision(form), lead, rule, by: visitor.account, key: form["key"])
            var response = PageHeaders.redirect(to: back)
            response.headers[.setCookie] = TaskNotice(task.state)?.field
            return response
        } catch let problem as Problem {
            let parameters = FormBody.parameters(of: back.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init))
            let query = (try? TaskQuery(parameters, viewer: visitor.account.actor)) ?? TaskQuery(viewer: visitor.account.actor)
            var page = try await page(query, visitor)
            page.problem = problem
            return try page.response()
        }
    }

    private func page(_ query: TaskQuery, _ visitor: Visitor) async throws -> TasksPage {
        async let rules = database.taskRules()
        async let page = database.tasks(query)
        return TasksPage(query: query, page: try await page, rules: try await rules, visitor: visitor, now: Date())
    }

    private static func signIn(before path: String) -> Response {
        let next = ReturnAddress.checked(path).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return PageHeaders.redirect(to: "/sign-in?next=\(next)")
    }
}
