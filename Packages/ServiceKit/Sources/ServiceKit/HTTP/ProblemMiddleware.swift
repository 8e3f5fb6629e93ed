public import Contracts
import Foundation
public import HTTPTypes
public import Hummingbird
import Logging
import Postgres

/// A problem that has to be told with headers of its own: when to come again, who may read it.
public struct ProblemAnswer: Error {
    public var problem: Problem
    public var headers: HTTPFields

    public init(_ problem: Problem, headers: HTTPFields) {
        self.problem = problem
        self.headers = headers
    }
}

/// Turns every error a route throws into `application/problem+json` (RFC 9457).
/// What isn't a `Problem` is logged, and answered 500 without a word of it.
public struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    public init() {}

    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = problem(for: error, request: request, context: context)
            var answer = TroublePage.isWanted(by: request, of: problem) ? TroublePage.response(to: problem) : try response(to: problem)
            for field in (error as? ProblemAnswer)?.headers ?? [:] { answer.headers[field.name] = field.value }
            return answer
        }
    }

    private func problem(for error: any Error, request: Request, context: Context) -> Problem {
        switch error {
        case let problem as Problem:
            return problem
        case let answer as ProblemAnswer:
            return answer.problem
        case let error as DecodingError:
            return .invalidBody([error.fieldError])
        case is CancellationError:
            return .unavailable("The service is stopping; try again.")
        case let error as DatabaseError where error.isOutage:
            context.logger.warning("The database is away", metadata: ["http.path": "\(request.uri.path)", "error": "\(error)"])
            return .unavailable("The database can't be reached; send the request again.")
        case let error as DatabaseError where error.isTransactionConflict:
            // A transaction has been run again by then, as often as it may be.
            context.logger.warning("A request gave way to others", metadata: ["http.path": "\(request.uri.path)", "error": "\(error)"])
            return .contention
        case let error as DatabaseError where error.isUnstorableText:
            return .unstorableText
        case let error as any HTTPResponseError:
            return Problem("http-\(error.status.code)", error.status.reasonPhrase, status: error.status.code)
        default:
            context.logger.error("A request failed", metadata: ["http.path": "\(request.uri.path)", "error": "\(error)"])
            return .internalError
        }
    }

    private func response(to problem: Problem) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if problem.status == 503 { headers[.retryAfter] = "5" }
        // RFC 9110 §15.5.2: a 401 says how to sign in.
        if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
        return Response(
            status: HTTPResponse.Status(code: problem.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(problem)))
        )
    }
}
