import Foundation

/// What somebody who texts us wants.
///
/// Twilio names these words in "Advanced Opt-Out"; without that product it acts on some of them only, so we do ourselves.
package enum InboundText: Hashable, Sendable {
    case stop
    case start
    case help
    case reply

    private static let stopWords: Set<String> = [
        "stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel",
        "alto", "baja", "cancelar",
    ]
    private static let startWords: Set<String> = ["start", "unstop", "yes"]
    private static let helpWords: Set<String> = ["help", "info"]

    /// A keyword counts only when it is all that was written: "please stop by on Monday" is a reply.
    ///
    /// - Parameters:
    ///   - body: the text as it came.
    ///   - optOutType: what Twilio took it for, when it looked itself.
    package init(_ body: String, optOutType: String? = nil) {
        switch optOutType?.uppercased() {
        case "STOP": self = .stop
        case "START": self = .start
        case "HELP": self = .help
        default: self = Self.read(body)
        }
    }

    private static func read(_ body: String) -> InboundText {
        let edges = CharacterSet.whitespacesAndNewlines.union(.punctuationCharacters)
        let word = body.trimmingCharacters(in: edges).lowercased()
        if stopWords.contains(word) { return .stop }
        if startWords.contains(word) { return .start }
        return helpWords.contains(word) ? .help : .reply
    }
}
