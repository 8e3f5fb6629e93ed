import Contracts
import Crypto
import Foundation
import Outbound

/// How to reach Twilio, and whom our SMS are from.
struct TwilioSettings: Sendable {
    var apiURL: String
    var accountSID: String
    var authToken: String
    /// A number of ours in E.164.
    var from: String?
    /// Twilio chooses the number; goes before `from`.
    var messagingServiceSID: String?
    /// Our own public origin, for status callbacks.
    var publicURL: String

    fileprivate var messagesURL: String { "\(apiURL)/2010-04-01/Accounts/\(accountSID)/Messages.json" }
    fileprivate var authentication: OutboundRequest.Authentication { .basic(user: accountSID, password: authToken) }
}

/// Sends SMS through Twilio's REST API.
struct TwilioProvider: MessageProvider {
    let outbound: OutboundClient
    let settings: TwilioSettings

    func send(_ message: ClaimedMessage, _ content: ComposedMessage, timeout: Duration) async -> SendOutcome {
        let sender =
            settings.messagingServiceSID.map { (name: "MessagingServiceSid", value: $0) } ?? (name: "From", value: settings.from ?? "")
        let request = OutboundRequest(
            .post,
            settings.messagesURL,
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Form.encode([
                ("To", message.address),
                sender,
                ("Body", content.text),
                // Twilio knows no idempotency key: by this the callback finds the message even when the answer is lost.
                ("StatusCallback", "\(settings.publicURL)/webhooks/twilio/status?message=\(message.id)"),
            ]),
            timeout: timeout,
            authentication: settings.authentication,
            retry: .never
        )
        do {
            let response = try await outbound.send(request)
            return TwilioAnswer.outcome(status: response.status, body: response.body)
        } catch let error as OutboundError {
            if error.maybeDelivered { return .answerLost(reason: error.description) }
            return error.code == .invalidRequest
                ? .refused(code: "invalid", reason: error.message) : .notHandedOver(reason: error.description)
        } catch {
            return .answerLost(reason: "\(error)")
        }
    }

    /// A message in Twilio's list.
    struct Listed: Sendable {
        var sid: String
        var report: TwilioAnswer.Report
    }

    /// Those of Twilio's messages to an address that could be the one that we lost the answer for: the same text, made since.
    func find(_ message: UnknownText) async throws -> [Listed] {
        let query = String(decoding: Form.encode([("To", message.address), ("PageSize", "50")]), as: UTF8.self)
        let response = try await outbound.send(
            OutboundRequest(.get, "\(settings.messagesURL)?\(query)", timeout: .seconds(10), authentication: settings.authentication)
        )
        guard response.isSuccess else { throw LookupFailed(status: response.status) }
        let page = try JSONDecoder().decode(Page.self, from: response.body)
        // Twilio's clock has seconds, and is not ours.
        let earliest = message.outSince.addingTimeInterval(-120)
        return page.messages
            .filter { $0.direction?.hasPrefix("inbound") != true && $0.to == message.address }
            .filter { Self.hash(of: $0.body ?? "") == message.contentHash }
            .filter { RFC2822.date(from: $0.date_created ?? "").map { $0 >= earliest } ?? true }
            .map { Listed(sid: $0.sid, report: TwilioAnswer.report(status: $0.status, errorCode: $0.error_code.map(String.init))) }
    }

    /// By what an SMS is recognised in the list.
    static func hash(of text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }

    struct LookupFailed: Error {
        var status: Int
    }

    private struct Page: Decodable {
        var messages: [Message]

        // Named as Twilio names them.
        struct Message: Decodable {
            var sid: String
            var to: String?
            var body: String?
            var status: String
            var direction: String?
            var date_created: String?
            var error_code: Int?
        }
    }
}

/// `application/x-www-form-urlencoded`, written and read.
enum Form {
    static func encode(_ fields: [(name: String, value: String)]) -> Data {
        Data(fields.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "&").utf8)
    }

    /// The first value of each field; what can't be decoded is left out.
    static func decode(_ body: Data) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = halves.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = decoded[0], let value = decoded.count == 2 ? decoded[1] : "" else { continue }
            fields[name] = fields[name] ?? value
        }
        return fields
    }

    private static func escape(_ text: String) -> String {
        // RFC 3986 §2.3: what never needs escaping.
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
}

/// The times in Twilio's answers: `Thu, 30 Jul 2026 20:12:31 +0000`.
enum RFC2822 {
    static func date(from text: String) -> Date? {
        try? Date(text, strategy: strategy)
    }

    private static var strategy: Date.ParseStrategy {
        Date.ParseStrategy(
            format:
                "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) \(timeZone: .iso8601(.short))",
            locale: Locale(identifier: "en_US_POSIX"),
            timeZone: .gmt
        )
    }
}
