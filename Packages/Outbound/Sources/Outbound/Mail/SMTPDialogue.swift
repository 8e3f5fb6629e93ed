import Foundation

/// What the server's replies tell of how far a mail has come. Fed line by line.
struct SMTPDialogue: Equatable {
    private(set) var lastReply: SMTPReply?
    /// The server has said 354: from here the content is on its way.
    private(set) var contentAsked = false
    private(set) var contentAnswered = false
    private var partial: [String] = []

    /// True when the content may be in the server's hands without its having said yes or no.
    var maybeDelivered: Bool { contentAsked && !contentAnswered }

    /// The reply by which the server took the mail.
    var accepted: SMTPReply? {
        guard contentAnswered, let lastReply, 200..<300 ~= lastReply.code else { return nil }
        return lastReply
    }

    /// RFC 5321, 4.2: lines of one reply have a hyphen behind the code, the last a space or nothing.
    mutating func receive(line: String) {
        guard let code = Int(line.prefix(3)), 200...599 ~= code else { return }
        let rest = line.dropFirst(3)
        partial.append(String(rest.dropFirst()).trimmingCharacters(in: .whitespacesAndNewlines))
        guard rest.first != "-" else { return }

        let reply = SMTPReply(code: code, text: partial.joined(separator: "\n"))
        partial = []
        // The answer to QUIT says nothing of the mail, and comes after what does.
        guard code != 221 else { return }
        lastReply = reply
        if contentAsked, !contentAnswered {
            contentAnswered = true
        } else if code == 354 {
            contentAsked = true
        }
    }
}
