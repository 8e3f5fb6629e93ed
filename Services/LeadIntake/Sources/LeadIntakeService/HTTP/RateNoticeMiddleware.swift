import Hummingbird
import ServiceKit
import Synchronization

/// Where the gate says what is left of the limit, for the answer's headers: routes need not hand it on.
final class RateNotices: Sendable {
    @TaskLocal static var current: RateNotices?

    private let notice = Mutex<RateNotice?>(nil)

    func note(_ new: RateNotice) { notice.withLock { $0 = new } }
    var last: RateNotice? { notice.withLock { $0 } }
}

/// Tells clients on each answer how often they may still come.
struct RateNoticeMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        let notices = RateNotices()
        var response = try await RateNotices.$current.withValue(notices) { try await next(request, context) }
        for field in notices.last?.headers ?? [:] { response.headers[field.name] = field.value }
        return response
    }
}
