import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// Who asks, and how they have shown it.
struct Visitor: Sendable {
    var account: Account
    /// None of one who came with an API token.
    var session: SecretToken?

    var csrf: String { session?.csrf ?? "" }
}

/// Knows who is let in.
struct Doorkeeper: Sendable {
    let database: Database
    let cookie: SessionCookie
    let rules: SessionRules

    /// Whoever is signed in at the browser; none when nobody is.
    func visitor(of request: Request) async throws -> Visitor? {
        guard let token = cookie.token(of: request), let account = try await database.account(session: token, by: rules, at: Date())
        else { return nil }
        return Visitor(account: account, session: token)
    }

    /// Whoever asks the API: by a token, else by the session of a browser.
    ///
    /// - Throws: a `Problem` of status 401; of 403 when a browser's request changes something and doesn't prove that our page sent it.
    func caller(of request: Request) async throws -> Visitor {
        if let token = request.bearerToken {
            guard let account = try await database.account(token: SecretToken(token), at: Date()) else {
                throw Problem.unauthorized("The API token is not known, was revoked or has ended.")
            }
            return Visitor(account: account, session: nil)
        }
        guard let visitor = try await visitor(of: request) else {
            throw Problem.unauthorized("Send an API token as Authorization: Bearer, or sign in.")
        }
        if request.method != .get {
            try Self.checkSite(request)
            guard visitor.session?.isCSRF(request.headers[.csrfToken]) == true else { throw Self.forged }
        }
        return visitor
    }

    /// A form is taken from our own pages alone: browsers say where a request comes from.
    static func checkSite(_ request: Request) throws {
        guard let site = request.headers[.fetchSite], site != "same-origin", site != "none" else { return }
        throw forged
    }

    static let forged = Problem(
        "csrf",
        "This page was not sent by us, or is too old",
        status: 403,
        detail: "Nothing was changed. Open the page again, and repeat what you did."
    )
}
