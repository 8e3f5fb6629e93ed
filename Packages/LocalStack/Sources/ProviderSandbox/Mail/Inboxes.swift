import Foundation
import Synchronization

/// All mail that was taken.
final class Inboxes: Sendable {
    private struct State {
        var mails: [ReceivedMail] = []
        var seen: Set<[String]> = []
    }

    private let state = Mutex(State())

    /// Keeps a mail.
    ///
    /// - Returns: whether the same one (recipient and Message-ID; without one, all its words) came before.
    func keep(_ mail: ReceivedMail) -> Bool {
        let identity =
            mail.messageID.isEmpty ? [mail.recipient, mail.subject, mail.text ?? "", mail.html ?? ""] : [mail.recipient, mail.messageID]
        return state.withLock { state in
            state.mails.append(mail)
            return !state.seen.insert(identity).inserted
        }
    }

    /// In the order they came.
    func mails(to address: String? = nil) -> [ReceivedMail] {
        let wanted = address?.lowercased()
        return state.withLock { $0.mails }.filter { wanted == nil || $0.recipient == wanted }
    }
}
