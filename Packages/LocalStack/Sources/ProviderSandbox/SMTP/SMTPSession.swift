/// One SMTP connection as a state machine: bytes in, replies and mails out; no I/O (RFC 5321, 1870, 2920, 6152).
struct SMTPSession {
    struct Envelope: Hashable, Sendable {
        var sender: String
        var recipients: [String]
        var data: [UInt8]
    }

    enum Step: Hashable {
        case reply(String)
        /// A whole mail was taken; its reply follows.
        case take(Envelope)
        case close
    }

    private enum Phase {
        case commands
        case data
        case credentials(remaining: Int)
    }

    static let maximumSize = 10 << 20
    private static let maximumLine = 4096

    private let host: String
    private let refusal: (String) -> String?
    private var phase = Phase.commands
    private var isGreeted = false
    private var sender: String?
    private var recipients: [String] = []
    private var data: [UInt8] = []
    private var isTooBig = false
    private var taken = 0
    private var pending: [UInt8] = []
    private var isClosed = false

    /// - Parameters:
    ///   - host: what the server calls itself.
    ///   - refusal: what is answered to a recipient instead of 250; nil takes them.
    init(host: String, refusal: @escaping (String) -> String?) {
        self.host = host
        self.refusal = refusal
    }

    var greeting: Step { .reply("220 \(host) ESMTP Plumbline sandbox") }

    /// Takes bytes as they come, cut anywhere; several commands at once are answered in order (PIPELINING).
    mutating func receive(_ bytes: some Sequence<UInt8>) -> [Step] {
        guard !isClosed else { return [] }
        pending.append(contentsOf: bytes)
        var steps: [Step] = []
        var start = pending.startIndex
        while !isClosed, let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
            var line = pending[start..<end]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            steps += take(line: line)
            start = end + 1
        }
        pending.removeSubrange(..<start)
        if case .commands = phase, pending.count > Self.maximumLine {
            steps += [.reply("500 5.5.6 Line too long"), .close]
            isClosed = true
        }
        return steps
    }

    private mutating func take(line: ArraySlice<UInt8>) -> [Step] {
        switch phase {
        case .data: return takeData(line)
        case .credentials(let remaining):
            phase = remaining > 1 ? .credentials(remaining: remaining - 1) : .commands
            return [.reply(remaining > 1 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 Accepted")]
        case .commands: return takeCommand(String(decoding: line, as: UTF8.self))
        }
    }

    private mutating func takeData(_ line: ArraySlice<UInt8>) -> [Step] {
        let dot = UInt8(ascii: ".")
        if line.count == 1, line.first == dot {
            phase = .commands
            defer { forget() }
            guard !isTooBig, let sender else { return [.reply("552 5.3.4 Message too big")] }
            taken += 1
            return [
                .take(Envelope(sender: sender, recipients: recipients, data: data)), .reply("250 2.0.0 Ok: queued as \(taken)"),
            ]
        }
        guard data.count + line.count <= Self.maximumSize else {
            isTooBig = true
            return []
        }
        // RFC 5321, 4.5.2: a dot in front was put there by the client.
        data += line.first == dot ? line.dropFirst() : line
        data += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        return []
    }

    private mutating func takeCommand(_ line: String) -> [Step] {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let argument = words.count > 1 ? words[1] : ""
        switch words.first?.uppercased() {
        case "EHLO": return greet(extended: true)
        case "HELO": return greet(extended: false)
        case "MAIL": return [.reply(mail(argument))]
        case "RCPT": return [.reply(recipient(argument))]
        case "DATA": return [.reply(beginData())]
        case "AUTH": return [.reply(authenticate(argument))]
        case "RSET":
            forget()
            return [.reply("250 2.0.0 Ok")]
        case "NOOP": return [.reply("250 2.0.0 Ok")]
        case "VRFY": return [.reply("252 2.5.2 Send some mail and see")]
        case "QUIT":
            isClosed = true
            return [.reply("221 2.0.0 Bye"), .close]
        default: return [.reply("500 5.5.2 Not known here")]
        }
    }

    private mutating func greet(extended: Bool) -> [Step] {
        forget()
        isGreeted = true
        guard extended else { return [.reply("250 \(host)")] }
        let offers = ["PIPELINING", "SIZE \(Self.maximumSize)", "8BITMIME", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN"]
        let lines = [host] + offers
        return [.reply(lines.dropLast().map { "250-\($0)\r\n" }.joined() + "250 \(lines[lines.count - 1])")]
    }

    private mutating func mail(_ argument: String) -> String {
        guard isGreeted else { return "503 5.5.1 Say EHLO first" }
        guard sender == nil else { return "503 5.5.1 One mail at a time" }
        guard let (path, parameters) = Self.path(argument, behind: "FROM:") else { return "501 5.5.4 MAIL FROM:<address>" }
        for parameter in parameters {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            if pair.first?.uppercased() == "SIZE", pair.count == 2, let size = Int(pair[1]), size > Self.maximumSize {
                return "552 5.3.4 Message too big"
            }
        }
        sender = path
        return "250 2.1.0 Ok"
    }

    private mutating func recipient(_ argument: String) -> String {
        guard sender != nil else { return "503 5.5.1 Say MAIL first" }
        guard let (path, _) = Self.path(argument, behind: "TO:"), !path.isEmpty else { return "501 5.5.4 RCPT TO:<address>" }
        if let refusal = refusal(path) { return refusal }
        recipients.append(path)
        return "250 2.1.5 Ok"
    }

    private mutating func beginData() -> String {
        guard sender != nil else { return "503 5.5.1 Say MAIL first" }
        guard !recipients.isEmpty else { return "554 5.5.1 No recipient was taken" }
        phase = .data
        return "354 End with a dot on a line of its own"
    }

    /// Anybody may log in: what is tested is the client's manners.
    private mutating func authenticate(_ argument: String) -> String {
        let words = argument.split(separator: " ")
        switch words.first?.uppercased() {
        case "PLAIN" where words.count == 2: return "235 2.7.0 Accepted"
        case "PLAIN":
            phase = .credentials(remaining: 1)
            return "334 "
        case "LOGIN":
            phase = .credentials(remaining: words.count == 2 ? 1 : 2)
            return words.count == 2 ? "334 UGFzc3dvcmQ6" : "334 VXNlcm5hbWU6"
        default: return "504 5.5.4 PLAIN or LOGIN"
        }
    }

    private mutating func forget() {
        sender = nil
        recipients = []
        data = []
        isTooBig = false
    }

    /// `FROM:<a@b.c> SIZE=10` gives `a@b.c` and the parameters.
    private static func path(_ argument: String, behind word: String) -> (String, [Substring])? {
        guard argument.uppercased().hasPrefix(word) else { return nil }
        let rest = argument.dropFirst(word.count).drop { $0 == " " }
        guard rest.first == "<", let end = rest.firstIndex(of: ">") else { return nil }
        let path = rest[rest.index(after: rest.startIndex)..<end]
        return (String(path), rest[rest.index(after: end)...].split(separator: " "))
    }
}
