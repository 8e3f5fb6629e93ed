import Foundation
import HTTPTypes
import Hummingbird

/// The part of Twilio's REST API that sends texts and looks for them.
struct TwilioRoutes: Sendable {
    let carrier: Carrier
    let people: People
    let ledger: SandboxLedger

    func add(to router: Router<BasicRequestContext>) {
        let account = router.group("2010-04-01/Accounts/{account}")
        account.post("Messages.json", use: create)
        account.get("Messages.json", use: list)
        account.get("Messages/{message}", use: read)
    }

    @Sendable
    private func create(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let form = try await request.form()
        return try answer(request, context) { () throws(TwilioProblem) in
            do throws(TwilioProblem) {
                let (message, isRepeated) = try carrier.accept(form, at: Date())
                ledger.count(.texts)
                if isRepeated { ledger.count(.textsRepeated) }
                people.receive(message, isRepeated: isRepeated)
                return (message.resource, .created)
            } catch {
                ledger.count(.textsRefused)
                throw error
            }
        }
    }

    /// What a sender asks after a timeout: is it there already?
    @Sendable
    private func list(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try answer(request, context) { () throws(TwilioProblem) in
            let query = request.uri.queryParameters
            let (on, after, before) = (query["DateSent"], query["DateSent>"], query["DateSent<"])
            let size = min(query["PageSize"].flatMap { Int($0) } ?? 50, 1000)
            let found = carrier.messages(to: query["To"].map(String.init)).filter { message in
                let sent = (message.sentAt ?? message.createdAt).formatted(.iso8601)
                // Times of one form compare as text. SDKs send a time even where a day is meant.
                return (on.map { sent.prefix(10) == $0.prefix(10) } ?? true)
                    && (after.map { sent.prefix($0.count) >= $0 } ?? true) && (before.map { sent.prefix($0.count) <= $0 } ?? true)
            }
            return (
                [
                    "messages": .array(found.prefix(size).map(\.resource)), "page": 0, "page_size": .int(size), "start": 0,
                    "end": .int(max(0, min(found.count, size) - 1)), "next_page_uri": nil, "previous_page_uri": nil,
                    "uri": .string(request.uri.string),
                ], .ok
            )
        }
    }

    @Sendable
    private func read(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let sid = context.parameters.get("message") ?? ""
        return try answer(request, context) { () throws(TwilioProblem) in
            guard sid.hasSuffix(".json"), let message = carrier.message(String(sid.dropLast(5))) else { throw .notFound }
            return (message.resource, .ok)
        }
    }

    private func answer(
        _ request: Request,
        _ context: BasicRequestContext,
        _ work: () throws(TwilioProblem) -> (JSONValue, HTTPResponse.Status)
    ) throws -> Response {
        do throws(TwilioProblem) {
            guard isKnown(request), context.parameters.get("account") == carrier.settings.accountSID else { throw .wrongKeys }
            let (document, status) = try work()
            return try Self.respond(document, status)
        } catch {
            return try Answer.json(error.document, status: .init(code: error.status))
        }
    }

    private static func respond(_ document: JSONValue, _ status: HTTPResponse.Status) throws(TwilioProblem) -> Response {
        do {
            return try Answer.json(document, status: status)
        } catch {
            throw TwilioProblem(status: 500, code: 20500, message: "\(error)")
        }
    }

    private func isKnown(_ request: Request) -> Bool {
        let expected = Data("\(carrier.settings.accountSID):\(carrier.settings.authToken)".utf8).base64EncodedString()
        return request.headers[.authorization] == "Basic \(expected)"
    }
}
