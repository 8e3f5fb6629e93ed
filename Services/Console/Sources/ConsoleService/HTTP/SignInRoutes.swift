import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Postgres
import ServiceKit

/// `GET` and `POST /sign-in`, `POST /sign-out`.
struct SignInRoutes: Sendable {
    let database: Database
    let doorkeeper: Doorkeeper
    let passwords: PasswordDesk
    let proxies: [AddressRange]

    func add(to router: Router<ServiceRequestContext>) {
        router.get("/") { _, _ in PageHeaders.redirect(to: ReturnAddress.start) }
        router.get("sign-in", use: show)
        router.post("sign-in", use: signIn)
        router.post("sign-out", use: signOut)
    }

    @Sendable
    private func show(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let next = ReturnAddress.checked(request.uri.queryParameters.get("next"))
        if try await doorkeeper.visitor(of: request) != nil { return PageHeaders.redirect(to: next) }
        return try SignInPage(next: next).response()
    }

    /// The order matters: a try is counted before the password is looked at, and a password is looked at whether there is an account or not.
    @Sendable
    private func signIn(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let form = try await FormBody(request)
        let (email, password) = (AccountRules.email(form["email"] ?? ""), form["password"] ?? "")
        let page = SignInPage(next: ReturnAddress.checked(form["next"]), email: email)
        do {
            // Else another site could sign somebody in as somebody else, and have them write there.
            try Doorkeeper.checkSite(request)
        } catch let problem as Problem {
            return try page.refusing(problem.title + ". Please try again.", status: .forbidden)
        }

        let now = Date()
        let subjects = SignInThrottle.subjects(email: email, address: ClientAddress.of(request, context, proxies: proxies))
        for subject in subjects {
            guard let end = try await database.countTry(subject, at: now) else { continue }
            count("throttled")
            context.logger.notice("Signing in is slowed down")
            return try page.refusing(tooManyUntil: end, at: now)
        }
        let known = AccountRules.fault(ofPassword: password) == nil ? try await database.account(email: email) : nil
        let isRight = try await passwords.check(String(password.prefix(1_000)), against: known?.password)
        guard let account = known?.account, isRight, account.isEnabled else {
            count("refused")
            return try page.refusing("The e-mail address or the password is not right.", status: .unauthorized)
        }

        try await database.takeBackTry(email: email, of: subjects)
        try await database.deleteStaleSignIns(doorkeeper.rules, at: now)
        // Whatever the browser had before ends: a session is one person's.
        if let old = doorkeeper.cookie.token(of: request) { try await database.deleteSession(old) }
        let token = SecretToken.make()
        try await database.insertSession(token, of: account.id, at: now)
        count("signed_in")
        context.logger.info("Signed in", metadata: ["account": "\(account.id)"])
        var response = PageHeaders.redirect(to: page.next)
        response.headers[.setCookie] = doorkeeper.cookie.field(token, lifetime: doorkeeper.rules.lifetime)
        return response
    }

    @Sendable
    private func signOut(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        try Doorkeeper.checkSite(request)
        if let token = doorkeeper.cookie.token(of: request) {
            guard token.isCSRF(try await FormBody(request)["csrf"]) else { return try NoticePage(Doorkeeper.forged).response() }
            try await database.deleteSession(token)
        }
        var response = PageHeaders.redirect(to: "/sign-in")
        response.headers[.setCookie] = doorkeeper.cookie.removal
        return response
    }

    private func count(_ outcome: String) {
        Counter(label: "plumbline_sign_ins", dimensions: [("outcome", outcome)]).increment()
    }
}
