import Contracts
package import Foundation

/// How Twilio's answers and callbacks are read. All that we know of its codes is here.
/// Sources: twilio.com/docs/api/errors, twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks.
package enum TwilioAnswer {
    /// 21610: Twilio holds a STOP of this number against us.
    package static let optedOut = 21_610

    /// The number itself is no good: not one, not a mobile's, or nobody's.
    package static let undeliverable: Set<Int> = [21_211, 21_214, 21_217, 21_401, 21_421, 21_614, 30_005, 30_006]

    private struct Answer: Decodable {
        var sid: String?
        var code: Int?
        var message: String?
    }

    /// What the answer to a POST of a message says.
    package static func outcome(status: Int, body: Data) -> SendOutcome {
        let answer = try? JSONDecoder().decode(Answer.self, from: body)
        let code = answer?.code ?? status
        let reason = answer?.message ?? "HTTP \(status)"
        switch status {
        case 200..<300:
            // Taken, but by which id? Only a callback or the list can tell.
            guard let sid = answer?.sid else { return .answerLost(reason: "no sid in the answer") }
            return .accepted(providerID: sid)
        // Wrong credentials, a closed account, a wrong address of the API: nothing that another message would fare better with.
        // And too many at once (429): not taken, and no fault of the message.
        case 401, 403, 404, 405, 429: return .notHandedOver(reason: "\(code) \(reason)")
        case 400..<500:
            if code == optedOut { return .optedOut(code: String(code)) }
            if undeliverable.contains(code) { return .refusedAddress(code: String(code), reason: reason) }
            return .refused(code: String(code), reason: reason)
        // It broke while it had the message in hand.
        default: return .answerLost(reason: "\(code) \(reason)")
        }
    }

    /// What one status callback or one listed message says.
    package enum Report: Hashable, Sendable {
        /// Twilio has it, and nothing more is known.
        case accepted
        case delivered
        case failed(code: Int?, isUndeliverable: Bool)
        case optedOut
        /// A status that says nothing new, or one that was added since.
        case nothing
    }

    /// - Parameters:
    ///   - status: `MessageStatus` of a callback, or `status` of a listed message.
    ///   - errorCode: `ErrorCode` or `error_code`.
    /// - Returns: what it means for the message.
    package static func report(status: String, errorCode: String?) -> Report {
        let code = errorCode.flatMap { Int($0) }
        return switch status {
        case "accepted", "scheduled", "queued", "sending", "sent": .accepted
        case "delivered", "read", "partially_delivered": .delivered
        case "failed", "undelivered", "canceled":
            code == optedOut ? .optedOut : .failed(code: code, isUndeliverable: code.map(undeliverable.contains) ?? false)
        default: .nothing
        }
    }
}
