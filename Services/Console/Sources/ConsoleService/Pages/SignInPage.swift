import Contracts
import Foundation
import HTTPTypes
import Hummingbird

/// Where somebody signs in.
struct SignInPage: Sendable {
    let styles = AssetRoutes.stylesPath
    let next: String
    var email = ""
    /// Why they are not signed in.
    var refusal: String?

    func response(status: HTTPResponse.Status = .ok) throws -> Response {
        PageHeaders.html(try PageTemplates.shared.render(self, "sign-in"), status: status)
    }

    func refusing(_ refusal: String, status: HTTPResponse.Status) throws -> Response {
        var page = self
        page.refusal = refusal
        return try page.response(status: status)
    }

    func refusing(tooManyUntil end: Date, at now: Date) throws -> Response {
        let seconds = max(1, Int(end.timeIntervalSince(now).rounded(.up)))
        let minutes = (seconds + 59) / 60
        var response = try refusing(
            "That was tried too often. Please wait \(minutes) minute\(minutes == 1 ? "" : "s"), and try again.",
            status: .tooManyRequests
        )
        response.headers[.retryAfter] = "\(seconds)"
        return response
    }
}

/// A page that says one thing.
struct NoticePage: Sendable {
    let styles = AssetRoutes.stylesPath
    let title: String
    let text: String
    private let status: Int

    init(_ problem: Problem) {
        title = problem.title
        text = problem.inWords
        status = problem.status
    }

    func response() throws -> Response {
        PageHeaders.html(try PageTemplates.shared.render(self, "notice"), status: HTTPResponse.Status(code: status))
    }
}

extension Problem {
    /// What is behind the title, as a sentence or some.
    var inWords: String {
        let faults = (errors ?? []).map { "\($0.pointer.split(separator: "/").joined(separator: " ")) \($0.detail)." }
        return ([detail].compactMap(\.self) + faults).joined(separator: " ")
    }
}
