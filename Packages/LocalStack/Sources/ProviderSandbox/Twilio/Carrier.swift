import Foundation
import Logging
import Synchronization
import WebhookSignatures

/// Twilio and the phone network behind it: takes texts, tells how they fare, and brings back what people answer.
final class Carrier: Sendable {
    private struct State {
        var messages: [TextMessage] = []
        var places: [String: Int] = [:]
        var optedOut: Set<String> = []
        var seen: Set<[String]> = []
    }

    // Twilio's own words (advanced opt-out); Spanish ones are for the receiver to know.
    private static let stopWords: Set = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
    private static let startWords: Set = ["START", "YES", "UNSTOP"]

    let settings: SandboxSettings.Twilio
    private let script: PeopleScript
    private let courier: Courier
    private let signer: TwilioSigner
    private let state = Mutex(State())

    init(settings: SandboxSettings.Twilio, script: PeopleScript, courier: Courier) throws {
        self.settings = settings
        self.script = script
        self.courier = courier
        signer = try TwilioSigner(authToken: settings.authToken)
    }

    /// Takes a text, or says why not.
    func accept(_ form: FormBody, at time: Date) throws(TwilioProblem) -> (message: TextMessage, isRepeated: Bool) {
        let message = TextMessage(form: form, accountSID: settings.accountSID, at: time)
        // E.164: a plus, then up to 15 digits, the first of them not zero.
        guard message.to.wholeMatch(of: /\+[1-9][0-9]{6,14}/) != nil else { throw .invalid(message.to) }
        guard form["From"] != nil || message.messagingServiceSID != nil else { throw .noSender }
        guard !message.body.isEmpty else { throw .noBody }
        guard message.body.count <= 1600 else { throw .tooLong }
        let isRepeated: Bool? = state.withLock { state in
            guard !state.optedOut.contains(message.to) else { return nil }
            state.places[message.sid] = state.messages.count
            state.messages.append(message)
            // The same words are the same text to whoever reads it; so is what the sender itself calls the same in its callback's query.
            let isNew = message.identities.map { state.seen.insert($0).inserted }
            return isNew.contains(false)
        }
        guard let isRepeated else { throw .optedOut }
        return (message, isRepeated)
    }

    func message(_ sid: String) -> TextMessage? {
        state.withLock { state in state.places[sid].map { state.messages[$0] } }
    }

    /// Newest first.
    func messages(to number: String? = nil) -> [TextMessage] {
        state.withLock { $0.messages.reversed() }.filter { number == nil || $0.to == number }
    }

    /// Brings a text to its phone, and tells every step to its status callback.
    ///
    /// - Returns: whether it arrived.
    func carry(_ message: TextMessage) async throws -> Bool {
        let failure = script.decides(.undelivered, message.to) ? self.failure(of: message.to) : nil
        var sent = message
        sent.status = .sent
        sent.sentAt = Date()
        var ended = sent
        ended.status = failure?.status ?? .delivered
        ended.errorCode = failure?.code

        // What fails was never sent.
        var stages = ended.status == .failed ? [ended] : [sent, ended]
        if script.decides(.reordered, message.to) { stages.reverse() }
        for stage in stages {
            try await Task.sleep(for: script.pause(.carriage, message.to, step: stage.status.rawValue))
            keep(stage)
            if let callback = stage.statusCallback {
                try await tell(stage.callback, to: callback, about: message.to, what: stage.status.rawValue)
            }
        }
        return failure == nil
    }

    /// Why no text reaches a number; the codes are those of twilio.com/docs/api/errors.
    private func failure(of number: String) -> (status: TextMessage.Status, code: Int) {
        // 30003: unreachable destination handset, which may be another day's.
        if script.decides(.switchedOff, number) { return (.undelivered, 30003) }
        // 30005: unknown destination handset; 30006: landline or unreachable carrier.
        return script.choice(.undelivered, number, of: [(.undelivered, 30005), (.undelivered, 30006), (.failed, 30006)])
    }

    private func keep(_ message: TextMessage) {
        state.withLock { state in
            // A late "sent" doesn't take back "delivered".
            guard let place = state.places[message.sid], message.status != .sent || state.messages[place].sentAt == nil else { return }
            state.messages[place] = message
        }
    }

    /// A person answers a text.
    func bringIn(_ body: String, from: String, answering message: TextMessage) async throws {
        try await bringIn(body, from: from, to: message.from, messagingServiceSID: message.messagingServiceSID)
    }

    /// A person texts one of our numbers. Twilio itself heeds STOP and START first.
    func bringIn(_ body: String, from: String, to: String, messagingServiceSID: String? = nil) async throws {
        let word = body.trimmingCharacters(in: .whitespacesAndNewlines).uppercased()
        state.withLock { state in
            if Self.stopWords.contains(word) { state.optedOut.insert(from) }
            if Self.startWords.contains(word) { state.optedOut.remove(from) }
        }
        guard let inbound = settings.inboundURL else { return }
        let sid = "SM" + TextMessage.identifier()
        var fields = [
            ("ToCountry", Self.country(of: to)), ("ToState", ""), ("SmsMessageSid", sid), ("NumMedia", "0"), ("ToCity", ""),
            ("FromZip", ""), ("SmsSid", sid), ("FromState", ""), ("SmsStatus", "received"), ("FromCity", ""), ("Body", body),
            ("FromCountry", Self.country(of: from)), ("To", to), ("ToZip", ""), ("NumSegments", "1"), ("MessageSid", sid),
            ("AccountSid", settings.accountSID), ("From", from), ("ApiVersion", "2010-04-01"),
        ]
        if let messagingServiceSID {
            fields.append(("MessagingServiceSid", messagingServiceSID))
            // Only a Messaging Service says what it took the words for.
            if Self.stopWords.contains(word) { fields.append(("OptOutType", "STOP")) }
            if Self.startWords.contains(word) { fields.append(("OptOutType", "START")) }
        }
        try await tell(FormBody(fields), to: inbound, about: from, what: "inbound\u{0}\(body)")
    }

    private static func country(of number: String) -> String {
        if number.hasPrefix("+1") { return "US" }
        return number.hasPrefix("+502") ? "GT" : ""
    }

    private func tell(_ form: FormBody, to url: URL, about number: String, what: String) async throws {
        let body = form.data
        let signature = signer.sign(url: url.absoluteString, formBody: body) ?? ""
        let headers = [
            ("Content-Type", FormBody.contentType + "; charset=UTF-8"), ("X-Twilio-Signature", signature),
            // The same over all attempts at one delivery.
            ("I-Twilio-Idempotency-Token", UUID().uuidString.lowercased()), ("User-Agent", "TwilioProxy/1.1"),
        ]
        let request = WebRequest("POST", url, headers: headers, body: body)
        let copies = script.decides(.duplicate, "\(number)\u{0}\(what)") ? 2 : 1
        for copy in 0..<copies {
            try await courier.deliver(until: \.isSuccess) { request }
            courier.ledger.count(copy == 0 ? .deliveries : .duplicates)
        }
    }
}
