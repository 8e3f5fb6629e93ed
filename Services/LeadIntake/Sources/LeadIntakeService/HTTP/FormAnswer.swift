import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit

/// How a post is answered: a script is told in JSON, a browser that posted by itself is sent on, or shown a page.
struct FormAnswer: Sendable {
    private let wantsPage: Bool
    private let language: FormLanguage
    /// As far as it is known by now.
    var form: WebForm?
    var origin = FormOrigin.refused

    init(_ request: Request) {
        let type = MediaType(request.headers[.contentType] ?? MediaType.form).essence
        wantsPage = type != MediaType.json && request.headers[.accept]?.lowercased().contains(MediaType.json) != true
        language = FormLanguage(acceptLanguage: request.headers[.acceptLanguage])
    }

    /// What everybody is told whose post is good: strangers don't learn who is a lead already, or that a trap caught them.
    func thanks() -> Response {
        guard wantsPage else { return json(#"{"ok":true}"#, .ok) }
        if let url = form?.successURL { return redirect(url) }
        return page(FormPage(language: language, title: language.thanks, text: language.thanksText), .ok)
    }

    func faults(_ faults: [(field: String, sentAs: String, detail: String)]) -> Response {
        guard wantsPage else {
            let problem = Problem.invalid(
                faults.map { Problem.FieldError(pointer: $0.sentAs.isEmpty ? "" : "/" + $0.sentAs.pointerToken, detail: $0.detail) }
            )
            return (try? json(problem)) ?? Response(status: .unprocessableContent)
        }
        // Only names that we know stand in an address or a page: never what was posted.
        let fields = faults.map(\.field).reduce(into: [String]()) { if !$1.isEmpty, !$0.contains($1) { $0.append($1) } }
        if let url = form?.failureURL { return redirect(WebRedirect.failure(url, fields: fields)) }
        return page(
            FormPage(language: language, title: language.mend, text: language.goBack, list: fields.map(language.advice)),
            .unprocessableContent
        )
    }

    func refuse(_ problem: Problem, _ headers: HTTPFields) throws -> Response {
        var response =
            wantsPage
            ? page(
                FormPage(language: language, title: language.title(of: problem.status), text: language.text(of: problem.status)),
                HTTPResponse.Status(code: problem.status)
            ) : try json(problem)
        for field in headers { response.headers[field.name] = field.value }
        return response
    }

    // MARK: Ways to say it

    private func json(_ problem: Problem) throws -> Response {
        json(
            String(decoding: try WireJSON.encode(problem), as: UTF8.self),
            HTTPResponse.Status(code: problem.status),
            "application/problem+json"
        )
    }

    private func json(_ text: String, _ status: HTTPResponse.Status, _ type: String = MediaType.json) -> Response {
        answer(status, [.contentType: type], text)
    }

    /// 303: the browser gets the page, and a reload posts nothing again (RFC 9110 §15.4.4).
    private func redirect(_ url: String) -> Response {
        answer(.seeOther, [.location: url], "")
    }

    private func page(_ page: FormPage, _ status: HTTPResponse.Status) -> Response {
        answer(
            status,
            [
                .contentType: "text/html; charset=utf-8", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ],
            page.html
        )
    }

    private func answer(_ status: HTTPResponse.Status, _ headers: HTTPFields, _ text: String) -> Response {
        var headers = headers
        headers[.cacheControl] = "no-store"
        // Always: the answer to one origin isn't the answer to another.
        headers[.vary] = "Origin, Accept"
        if case .allowed(let origin) = origin {
            headers[.accessControlAllowOrigin] = origin
            headers[.accessControlExposeHeaders] = "Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension String {
    /// As a reference token of RFC 6901.
    fileprivate var pointerToken: String { replacing("~", with: "~0").replacing("/", with: "~1") }
}
