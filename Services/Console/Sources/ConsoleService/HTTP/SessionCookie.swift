import Foundation
import HTTPTypes
import Hummingbird

/// The cookie that carries a session's token.
struct SessionCookie: Sendable {
    /// `__Host-`: no other host of the domain can have set it, and it never travels in the clear.
    let isSecure: Bool

    init(publicURL: String) {
        isSecure = publicURL.lowercased().hasPrefix("https://")
    }

    var name: String { isSecure ? "__Host-plumbline" : "plumbline" }

    func token(of request: Request) -> SecretToken? {
        request.cookies[name].flatMap { $0.value.isEmpty ? nil : SecretToken($0.value) }
    }

    func field(_ token: SecretToken, lifetime: TimeInterval) -> String {
        "\(name)=\(token.text); Max-Age=\(Int(lifetime)); \(attributes)"
    }

    var removal: String { "\(name)=; Max-Age=0; \(attributes)" }

    private var attributes: String { "Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "") }
}
