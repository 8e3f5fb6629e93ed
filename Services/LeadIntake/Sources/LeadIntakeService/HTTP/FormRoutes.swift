import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Postgres
import ServiceKit

/// `POST /intake/forms/{key}`: a form on a customer's own site, posted by a browser or by a script of the page.
struct FormRoutes: Sendable {
    let database: Database
    let defaultCountry: String
    let models: ScoringModels
    let proxies: [AddressRange]
    /// Where this service is reached itself.
    let ownOrigin: String?
    let visits = RateBuckets<Visit>(limit: 100_000)
    var now: @Sendable () -> Date = WallClock.now
    var clock: @Sendable () -> ContinuousClock.Instant = { .now }

    private static let largestBody = 64 * 1024

    /// Who posts which form.
    struct Visit: Hashable, Sendable {
        var form: String
        /// Empty where the connection has no address.
        var household: [UInt8]
    }

    func add(to router: Router<ServiceRequestContext>) {
        router.post("intake/forms/{key}", use: post)
        router.on("intake/forms/{key}", method: .options, use: preflight)
    }

    /// What a browser asks before a script of another site may post JSON (Fetch §4.8).
    @Sendable
    private func preflight(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let form = try await form(context) else { throw Self.unknown }
        guard case .allowed(let origin) = FormOrigin(request.headers[.origin], form: form, own: ownOrigin) else {
            throw ProblemAnswer(Self.refused, headers: [.vary: "Origin"])
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: origin, .accessControlAllowMethods: "POST", .accessControlAllowHeaders: "Content-Type, Accept",
                .accessControlMaxAge: "600", .vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
            ]
        )
    }

    @Sendable
    private func post(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        var style = FormAnswer(request)
        do {
            guard let form = try await form(context) else { throw Self.unknown }
            let origin = FormOrigin(request.headers[.origin], form: form, own: ownOrigin)
            style.form = form
            style.origin = origin
            guard origin != .refused else { throw Self.refused }
            try checkRate(of: form, request, context)
            let outcome = try await take(request, of: form, origin: origin)
            count(outcome.name)
            switch outcome {
            case .taken, .again, .trapped: return style.thanks()
            case .invalid(let faults): return style.faults(faults)
            }
        } catch {
            let (problem, headers) = Self.problem(error)
            if problem.status >= 500 {
                context.logger.log(
                    level: problem.status == 503 ? .warning : .error,
                    "A form's post can't be taken",
                    metadata: ["http.path": "\(request.uri.path)", "error": "\(error)"]
                )
            }
            count(String(problem.type.split(separator: "/").last ?? "refused"))
            return try style.refuse(problem, headers)
        }
    }

    private enum Outcome {
        case taken, again, trapped
        case invalid([(field: String, sentAs: String, detail: String)])

        var name: String {
            switch self {
            case .taken: "taken"
            case .again: "again"
            case .trapped: "trapped"
            case .invalid: "invalid"
            }
        }
    }

    private func take(_ request: Request, of form: WebForm, origin: FormOrigin) async throws -> Outcome {
        let body = try await body(of: request)
        let post: FormPost
        do {
            post = try FormPost(body, contentType: request.headers[.contentType])
        } catch {
            throw Self.problem(of: error)
        }
        let from = origin == .unsaid ? nil : request.headers[.origin].flatMap { WebOrigin.normalised($0) }
        switch FormLead.read(post, of: form, origin: from, defaultCountry: defaultCountry, models: models) {
        case .rejected(let faults): return .invalid(faults)
        case .trapped:
            try await database.countTrapped(form)
            return .trapped
        case .accepted(let lead):
            let time = now()
            return try await database.transaction { try await $0.take(lead, of: form, at: time) } ? .taken : .again
        }
    }

    private func form(_ context: ServiceRequestContext) async throws -> WebForm? {
        let key = try context.parameters.require("key")
        guard FormKey.isOne(key), let form = try await database.form(key), form.disabledAt == nil else { return nil }
        return form
    }

    private func checkRate(of form: WebForm, _ request: Request, _ context: ServiceRequestContext) throws {
        let client = ClientAddress.of(request, context, proxies: proxies)
        let limit = RateLimit(rate: form.rate, burst: form.burst)
        let visit = Visit(form: form.key, household: client?.household ?? [])
        let notice = RateNotice(limit: limit, decision: visits.take(visit, limit, at: clock()))
        if let refusal = notice.refusal("One address") { throw refusal }
    }

    private func body(of request: Request) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in request.body {
            bytes += piece.readableBytesView
            guard bytes.count <= Self.largestBody else {
                throw Problem("body-too-large", "The post is too large", status: 413, detail: "It may have 64 KB.")
            }
        }
        return bytes
    }

    private func count(_ outcome: String) {
        Counter(label: "plumbline_form_posts", dimensions: [("outcome", outcome)]).increment()
    }
}

extension FormRoutes {
    fileprivate static let unknown = Problem(
        "form-not-found",
        "There is no such form",
        status: 404,
        detail: "No form has this key, or it is closed: plumbline forms list."
    )

    fileprivate static let refused = Problem(
        "origin-not-allowed",
        "This site may not post to the form",
        status: 403,
        detail: "The page's origin is not among the form's: plumbline forms update KEY --origin https://..."
    )

    /// Whatever it is, a browser is shown a page: people can't read a problem document.
    fileprivate static func problem(_ error: any Error) -> (Problem, HTTPFields) {
        let (problem, headers): (Problem, HTTPFields) =
            switch error {
            case let problem as Problem: (problem, [:])
            case let answer as ProblemAnswer: (answer.problem, answer.headers)
            case let error as DatabaseError where error.isOutage || error.code == .closed:
                (.unavailable("The database can't be reached; send the post again."), [:])
            case let error as DatabaseError where error.isTransactionConflict: (.contention, [:])
            case is CancellationError: (.unavailable("The service is stopping; send the post again."), [:])
            default: (.internalError, [:])
            }
        return (problem, problem.status >= 500 ? [.retryAfter: "5"] : headers)
    }

    fileprivate static func problem(of fault: FormPost.Fault) -> Problem {
        switch fault {
        case .contentType(let type):
            Problem(
                "unsupported-media-type",
                "The post can't be read",
                status: 415,
                detail:
                    "It is \(type.isEmpty ? "of no type" : type.prefix(60) + ""). Send application/x-www-form-urlencoded (a form without enctype) or application/json."
            )
        case .charset(let charset):
            Problem(
                "unsupported-media-type",
                "The post can't be read",
                status: 415,
                detail: "Its charset is \(charset). Send it in UTF-8: <form accept-charset=\"utf-8\">."
            )
        case .notAnObject:
            Problem.invalidBody([Problem.FieldError(pointer: "", detail: "must be a JSON object with the form's fields")])
        case .tooManyFields:
            Problem(
                "too-many-fields",
                "There are too many fields",
                status: 422,
                detail: "A post may have \(FormPost.fieldLimit) fields."
            )
        }
    }
}
