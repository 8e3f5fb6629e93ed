/// One mail's part of an SMTP session (RFC 5321, 3.3), from MAIL to the server's word that it has it, on a connection
/// that is greeted and signed in. Takes replies, says what to do: no I/O, no clock.
struct SMTPDialogue {
    enum Action: Equatable {
        case send([UInt8])
        case finish(Outcome)
    }

    struct Outcome: Equatable {
        var result: Result<SMTPReply, OutboundError>
        /// The connection stands as it did before this mail, and can take the next one.
        var keepsConnection: Bool
    }

    private enum State: Equatable {
        case mail
        /// Waiting for the answer about the recipient with this index.
        case recipient(Int)
        case data
        case content
        /// Refused; waiting for the server to forget what it was told.
        case reset(OutboundError)
    }

    private let mail: MailEnvelope
    private var state = State.mail
    private var isContentSent = false

    init(_ mail: MailEnvelope) {
        self.mail = mail
    }

    /// True when the server has all of the content, and hasn't said yes or no. One that lacks its end can't be
    /// delivered: RFC 5321, 4.1.1.4 has the server throw it away.
    var maybeDelivered: Bool { state == .content && isContentSent }

    /// Why the mail has failed already, whatever comes of the connection.
    var failure: OutboundError? {
        if case .reset(let error) = state { error } else { nil }
    }

    /// The first thing to say to a server that can do `extensions` (EHLO).
    func begin(extensions: Set<String>) -> Action {
        var command = "MAIL FROM:<\(mail.from)>"
        if extensions.contains("SIZE") { command += " SIZE=\(mail.size)" }
        if mail.needsUTF8 {
            guard extensions.isSuperset(of: ["SMTPUTF8", "8BITMIME"]) else {
                let error = OutboundError(.invalidRequest, message: "the SMTP server takes no addresses outside of ASCII")
                return .finish(Outcome(result: .failure(error), keepsConnection: true))
            }
            command += " BODY=8BITMIME SMTPUTF8"
        }
        return .send(Self.line(command))
    }

    /// All that was to be sent is on its way.
    mutating func sent() {
        if state == .content { isContentSent = true }
    }

    mutating func receive(_ reply: SMTPReply) -> Action {
        switch (state, reply.code) {
        case (.reset(let error), _):
            return .finish(Outcome(result: .failure(error), keepsConnection: 200..<300 ~= reply.code))
        case (_, 421):
            // "Service not available, closing transmission channel": may come at any time (RFC 5321, 3.8).
            return .finish(Outcome(result: .failure(refusal(reply)), keepsConnection: false))
        case (.mail, 200..<300):
            state = .recipient(0)
            return .send(Self.line("RCPT TO:<\(mail.to[0])>"))
        case (.recipient(let index), 200..<300) where index + 1 < mail.to.count:
            state = .recipient(index + 1)
            return .send(Self.line("RCPT TO:<\(mail.to[index + 1])>"))
        case (.recipient, 200..<300):
            state = .data
            return .send(Self.line("DATA"))
        case (.data, 354):
            state = .content
            return .send(mail.content)
        case (.content, 200..<300) where isContentSent:
            return .finish(Outcome(result: .success(reply), keepsConnection: true))
        case (.content, 400...):
            // A refusal of the whole mail ends the transaction. In the midst of it, what we still have to say would be
            // taken for commands.
            return .finish(Outcome(result: .failure(refusal(reply)), keepsConnection: isContentSent))
        case (_, 400...):
            state = .reset(refusal(reply))
            return .send(Self.line("RSET"))
        default:
            return outOfTurn
        }
    }

    /// Of a reply to nothing that was said.
    mutating func receive(unasked reply: SMTPReply) -> Action {
        reply.code == 421 ? receive(reply) : outOfTurn
    }

    private var outOfTurn: Action {
        let error = OutboundError(.badReply, maybeDelivered: maybeDelivered, message: "the SMTP server answered out of turn")
        return .finish(Outcome(result: .failure(failure ?? error), keepsConnection: false))
    }

    private func refusal(_ reply: SMTPReply) -> OutboundError {
        OutboundError(
            .smtp(replyCode: reply.code),
            message: "the SMTP server refused with \(reply.code)",
            replyText: reply.text
        )
    }

    private static func line(_ text: String) -> [UInt8] {
        Array("\(text)\r\n".utf8)
    }
}
