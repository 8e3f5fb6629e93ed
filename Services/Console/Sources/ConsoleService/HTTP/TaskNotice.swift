import Contracts
import Hummingbird

/// What the page says once behind a decision, carried to it by a cookie that is no secret: of these words alone.
enum TaskNotice: String, Sendable {
    case completed, dismissed

    private static let name = "plumbline-said"
    private static let attributes = "Path=/tasks; HttpOnly; SameSite=Lax"

    init?(_ state: FollowUpState) { self.init(rawValue: state.rawValue) }

    init?(_ request: Request) {
        guard let cookie = request.cookies[Self.name] else { return nil }
        self.init(rawValue: cookie.value)
    }

    var field: String { "\(Self.name)=\(rawValue); Max-Age=60; \(Self.attributes)" }
    static let removal = "\(name)=; Max-Age=0; \(attributes)"

    var words: String {
        switch self {
        case .completed: "The task is done."
        case .dismissed: "The task is dismissed."
        }
    }
}
