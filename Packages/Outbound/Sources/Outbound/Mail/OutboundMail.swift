public import Foundation

/// One mail: text, and HTML beside it as its alternative.
public struct OutboundMail: Sendable {
    /// Where bounces go (SMTP MAIL FROM).
    public var envelopeFrom: String
    /// Who gets it (SMTP RCPT TO); the mail goes to all of them or to none.
    public var to: [String]
    /// Further headers, in this order: From (else the envelope's sender), To (else the recipients), List-Unsubscribe...
    /// Values may have any characters but control characters. Use ``MailAddress/headerValue`` for names in From.
    public var headers: [(name: String, value: String)]
    public var subject: String
    public var text: String
    public var html: String?
    /// With or without its angle brackets; the same in every attempt, since receivers deduplicate by it.
    public var messageID: String
    /// For the Date header.
    public var date: Date

    public init(
        envelopeFrom: String,
        to: [String],
        headers: [(name: String, value: String)] = [],
        subject: String,
        text: String,
        html: String? = nil,
        messageID: String,
        date: Date = Date()
    ) {
        self.envelopeFrom = envelopeFrom
        self.to = to
        self.headers = headers
        self.subject = subject
        self.text = text
        self.html = html
        self.messageID = messageID
        self.date = date
    }

    /// The mail as it is sent (RFC 5322 and MIME): ASCII only, whatever is in it, with CRLF line ends.
    ///
    /// Rendered here and not by curl_mime, whose outermost part is always multipart/mixed: clients and filters expect
    /// multipart/alternative there, and a mail without HTML needs no parts at all.
    /// - Throws: `invalidRequest` for a malformed address or header, or one that is made from the other members.
    public func rendered() throws -> Data {
        guard !to.isEmpty, ([envelopeFrom] + to).allSatisfy(MailAddress.isUsable) else {
            throw OutboundError(.invalidRequest, message: "a mail needs a sender and recipients with well-formed addresses")
        }
        let given = Set(headers.map { $0.name.lowercased() })
        guard given.isDisjoint(with: Self.ownHeaders) else {
            throw OutboundError(.invalidRequest, message: "a header is given that is made from the mail itself")
        }

        var mail = try MailHeader.line("Date", Self.dateText(date))
        if !given.contains("from") { mail += try MailHeader.line("From", envelopeFrom) }
        if !given.contains("to") { mail += try MailHeader.line("To", to.joined(separator: ", ")) }
        mail += try MailHeader.line("Subject", subject)
        mail += try MailHeader.line("Message-ID", "<\(messageIDWithoutBrackets())>")
        for header in headers {
            mail += try MailHeader.line(header.name, header.value)
        }
        mail += "MIME-Version: 1.0\r\n"
        mail += body()
        return Data(mail.utf8)
    }

    private static let ownHeaders: Set<String> = [
        "date", "subject", "message-id", "mime-version", "content-type", "content-transfer-encoding", "bcc",
    ]

    private func body() -> String {
        guard let html else { return Self.part("text/plain", text) }
        // The line break before a boundary is the boundary's (RFC 2046, 5.1.1), so the parts keep their own.
        // "=_" cannot occur in quoted-printable text, so this boundary can't occur in a part (RFC 2045, 6.7).
        let boundary = "=_alternative"
        return """
            Content-Type: multipart/alternative; boundary="\(boundary)"\r
            \r
            --\(boundary)\r
            \(Self.part("text/plain", text))\r
            --\(boundary)\r
            \(Self.part("text/html", html))\r
            --\(boundary)--\r

            """
    }

    private static func part(_ type: String, _ content: String) -> String {
        """
        Content-Type: \(type); charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        \(QuotedPrintable.encode(content))
        """
    }

    private func messageIDWithoutBrackets() throws -> String {
        let id = messageID.hasPrefix("<") && messageID.hasSuffix(">") ? String(messageID.dropFirst().dropLast()) : messageID
        guard MailAddress.isUsable(id), id.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw OutboundError(.invalidRequest, message: "the message id is malformed")
        }
        return id
    }

    /// RFC 5322, 3.3, in UTC.
    static func dateText(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        func number(_ part: Int?, _ width: Int) -> String {
            let digits = String(part ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (weekday, month) = (weekdays[(parts.weekday ?? 1) - 1], months[(parts.month ?? 1) - 1])
        let day = "\(weekday), \(number(parts.day, 2)) \(month) \(number(parts.year, 4))"
        return "\(day) \(number(parts.hour, 2)):\(number(parts.minute, 2)):\(number(parts.second, 2)) +0000"
    }
}
