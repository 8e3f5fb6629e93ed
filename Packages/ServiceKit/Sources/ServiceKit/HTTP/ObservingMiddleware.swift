import Contracts
import HTTPTypes
public import Hummingbird
import Logging
import Metrics

/// Gives each request its trace, answers with its `X-Request-Id`, counts and times it, and logs one line for it.
public struct ObservingMiddleware: RouterMiddleware {
    public init() {}

    public func handle(
        _ request: Request,
        context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        let trace = request.headers[.traceparent].flatMap { TraceContext($0) }?.child() ?? .make()
        var context = context
        context.trace = trace
        context.logger[metadataKey: "trace.id"] = "\(trace.traceID)"
        let logger = context.logger
        let start = ContinuousClock.now

        var response = try await TraceContext.$current.withValue(trace) { [context] in
            try await next(request, context)
        }
        response.headers[.requestID] = trace.traceID

        let elapsed = ContinuousClock.now - start
        let endpoint = context.endpointPath ?? "unknown"
        let dimensions = [("method", request.method.rawValue), ("path", endpoint), ("status", "\(response.status.code)")]
        Timer(label: "http_server_request_duration", dimensions: dimensions).record(duration: elapsed)
        // Health checks and scrapes come every few seconds: their lines would bury the others.
        let level: Logger.Level = endpoint.hasPrefix("/health") || endpoint == "/metrics" ? .trace : .debug
        logger.log(
            level: level,
            "Answered a request",
            metadata: [
                "http.method": "\(request.method.rawValue)", "http.route": "\(endpoint)",
                "http.status": "\(response.status.code)", "duration": "\(elapsed)",
            ]
        )
        return response
    }
}

extension HTTPField.Name {
    // Both are tokens of RFC 9110, so that the initialiser can't refuse them; Content-Type only stands in for the type checker.
    static let traceparent = HTTPField.Name("traceparent") ?? .contentType
    static let requestID = HTTPField.Name("X-Request-Id") ?? .contentType
}
