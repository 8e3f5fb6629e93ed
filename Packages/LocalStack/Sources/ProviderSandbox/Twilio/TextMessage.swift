public import Foundation

/// A text on its way, as Twilio keeps it.
public struct TextMessage: Hashable, Sendable {
    public enum Status: String, Sendable {
        case accepted, queued, sent, delivered, undelivered, failed
    }

    public let sid: String
    public let accountSID: String
    public let to: String
    public let from: String
    public let body: String
    public let messagingServiceSID: String?
    public let statusCallback: URL?
    public let createdAt: Date
    public internal(set) var status: Status
    public internal(set) var errorCode: Int?
    public internal(set) var sentAt: Date?

    init(form: FormBody, accountSID: String, at time: Date) {
        sid = "SM" + Self.identifier()
        self.accountSID = accountSID
        to = form["To"] ?? ""
        from = form["From"] ?? "+15005550006"
        body = form["Body"] ?? ""
        messagingServiceSID = form["MessagingServiceSid"]
        // A service still has to choose the number.
        status = messagingServiceSID == nil ? .queued : .accepted
        statusCallback = form["StatusCallback"].flatMap { URL(string: $0) }
        createdAt = time
    }

    /// By each of these the same text is known when it is sent again, whatever SID it gets.
    var identities: [[String]] {
        let callback = statusCallback.flatMap { $0.query() == nil ? nil : $0.absoluteString }
        return [["body", to, body]] + (callback.map { [["callback", to, $0]] } ?? [])
    }

    /// 32 hexadecimal digits, as in every SID.
    static func identifier() -> String {
        UUID().uuidString.replacing("-", with: "").lowercased()
    }

    /// GSM-7 texts of up to 160 characters go as one segment, longer ones in pieces of 153; UCS-2 ones in 70 and 67.
    var segments: Int {
        let isPlain = body.unicodeScalars.allSatisfy(\.isASCII)
        let (single, piece) = isPlain ? (160, 153) : (70, 67)
        let length = body.utf16.count
        return length <= single ? 1 : (length + piece - 1) / piece
    }

    /// The resource as the API shows it (PROVIDERS.md 4.4); times are RFC 2822.
    var resource: JSONValue {
        let uri = "/2010-04-01/Accounts/\(accountSID)/Messages/\(sid)"
        return [
            "sid": .string(sid), "status": .string(status.rawValue), "body": .string(body), "num_segments": .string(String(segments)),
            "direction": "outbound-api", "from": status == .accepted ? nil : .string(from), "to": .string(to),
            "date_created": .string(Self.rfc2822(createdAt)), "date_updated": .string(Self.rfc2822(sentAt ?? createdAt)),
            "date_sent": JSONValue(sentAt.map(Self.rfc2822)), "price": nil, "price_unit": "USD",
            "error_code": errorCode.map(JSONValue.int) ?? nil, "error_message": nil, "account_sid": .string(accountSID),
            "messaging_service_sid": JSONValue(messagingServiceSID), "num_media": "0", "uri": .string(uri + ".json"),
            "api_version": "2010-04-01", "subresource_uris": ["media": .string(uri + "/Media.json")],
        ]
    }

    /// The form of a status callback.
    var callback: FormBody {
        var fields = [
            ("MessageSid", sid), ("SmsSid", sid), ("MessageStatus", status.rawValue), ("SmsStatus", status.rawValue),
            ("AccountSid", accountSID), ("From", from), ("To", to), ("ApiVersion", "2010-04-01"),
        ]
        if let messagingServiceSID { fields.append(("MessagingServiceSid", messagingServiceSID)) }
        if let errorCode { fields.append(("ErrorCode", String(errorCode))) }
        return FormBody(fields)
    }

    private static func rfc2822(_ date: Date) -> String {
        var style = Date.VerbatimFormatStyle(
            format:
                "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) +0000",
            locale: Locale(identifier: "en_US_POSIX"),
            timeZone: .gmt,
            calendar: Calendar(identifier: .gregorian)
        )
        style.timeZone = .gmt
        return date.formatted(style)
    }
}

/// An error as the API tells it.
struct TwilioProblem: Error, Hashable {
    var status: Int
    var code: Int
    var message: String

    static let wrongKeys = TwilioProblem(status: 401, code: 20003, message: "Authenticate")
    static let notFound = TwilioProblem(status: 404, code: 20404, message: "The requested resource was not found")
    static let noBody = TwilioProblem(status: 400, code: 21602, message: "Message body is required.")
    static let tooLong = TwilioProblem(status: 400, code: 21617, message: "The concatenated message body exceeds the 1600 character limit")
    static let noSender = TwilioProblem(status: 400, code: 21603, message: "A 'From' phone number is required.")
    static let optedOut = TwilioProblem(status: 400, code: 21610, message: "Attempt to send to unsubscribed recipient")

    static func invalid(_ number: String) -> TwilioProblem {
        TwilioProblem(status: 400, code: 21211, message: "Invalid 'To' Phone Number: \(number)")
    }

    var document: JSONValue {
        [
            "code": .int(code), "message": .string(message), "more_info": "https://www.twilio.com/docs/errors/\(code)",
            "status": .int(status),
        ]
    }
}
