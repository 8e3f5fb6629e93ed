import Contracts
import Hummingbird

/// Answers 503 until the service has its tables and streams; what is added to the router before it is answered always.
struct PreparedMiddleware: RouterMiddleware {
    let prepared: Preparation

    func handle(
        _ request: Request,
        context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        guard prepared.isDone else { throw Problem.unavailable("The service is starting; try again in a moment.") }
        return try await next(request, context)
    }
}
