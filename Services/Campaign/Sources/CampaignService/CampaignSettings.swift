import Contracts
import Outbound
import ServiceKit
import WebhookSignatures

/// The settings of campaign, read and checked together.
struct CampaignSettings: Sendable {
    static let declared: [Setting] = [
        .optional("SMTP_URL", .url, "The server that takes our e-mail: smtp://host:port, or smtps://. Without it no e-mail is sent."),
        .optional("SMTP_USERNAME", "The user that we log in to it as."),
        .optional("SMTP_PASSWORD", secret: true, "That user's password."),
        Setting("SMTP_STARTTLS", default: "opportunistic", "none, opportunistic or required; with a user it is always required."),
        .optional("SMTP_CA_FILE", "The certificate authority that the server's certificate is checked against; else the system's."),
        .optional("MAIL_FROM", "The address that our e-mail is from; needed with SMTP_URL."),
        Setting("MAIL_FROM_NAME", default: "Plumbline", "The name that our e-mail and SMS are from."),
        .optional("MAIL_REPLY_TO", "The address that answers go to, when it is another."),
        .optional("MAIL_POSTAL_ADDRESS", "Our address on paper: the law wants it in every commercial e-mail. Needed with SMTP_URL."),
        .required(
            "LINK_SECRETS",
            .list,
            secret: true,
            "The secrets of tracking and unsubscribe links, 16 bytes or more each: the first signs, all are accepted."
        ),
        Setting("TWILIO_API_URL", .url, default: "https://api.twilio.com", "Twilio's REST API."),
        .optional("TWILIO_ACCOUNT_SID", "The account that SMS are sent through, AC...; without it no SMS is sent."),
        .optional(
            "TWILIO_AUTH_TOKENS",
            .list,
            secret: true,
            "Its auth tokens: the first is used, all are accepted in signatures of webhooks; without one no webhook is accepted."
        ),
        .optional("TWILIO_FROM", "The number that SMS are from, in E.164."),
        .optional("TWILIO_MESSAGING_SERVICE_SID", "The messaging service that chooses the number, MG...; goes before TWILIO_FROM."),
        Setting("CHECKOUT_URL", .url, default: "http://127.0.0.1:8084", "The public origin of billing-webhook, for links to checkouts."),
        Setting("SENDING_CONCURRENCY", .integer, default: "16", "How many messages of one channel are handed over at the same time."),
        Setting("SEND_RATE_EMAIL", default: "50", "How many e-mails may start in a second, of all instances together."),
        Setting("SEND_RATE_SMS", default: "20", "How many SMS may start in a second, of all instances together."),
        Setting("SEND_LEASE", .seconds, default: "30", "For how long a message is one worker's; its provider gets four fifths of it."),
        Setting("UNKNOWN_POLICY", default: "hold", "What becomes of a message that may have been sent: hold, retry or assume_sent."),
        Setting("UNKNOWN_AFTER", .seconds, default: "900", "How long a sign from the provider is waited for before that is done."),
    ]

    var letterhead: Letterhead
    var tokens: LinkTokens
    /// None: no e-mail is sent.
    var mail: MailSettings?
    /// None: no SMS is sent.
    var twilio: TwilioSettings?
    /// None: no webhook of Twilio is accepted.
    var twilioVerifier: TwilioVerifier?
    var sending: SendingSettings

    /// - Throws: `SettingsError` with a line for each value that can't be.
    init(_ settings: Settings, publicURL: String) throws {
        var faults: [String] = []
        let tokens = LinkTokens(secrets: settings.list("LINK_SECRETS"))
        if tokens == nil { faults.append("LINK_SECRETS has one of less than 16 bytes: make them with openssl rand -base64 32") }
        letterhead = Letterhead(
            senderName: settings.string("MAIL_FROM_NAME"),
            postalAddress: settings.optionalString("MAIL_POSTAL_ADDRESS") ?? "",
            publicURL: publicURL,
            checkoutURL: settings.url("CHECKOUT_URL")
        )
        mail = MailSettings(settings, &faults)
        twilio = TwilioSettings(settings, publicURL: publicURL, &faults)
        let authTokens = settings.list("TWILIO_AUTH_TOKENS")
        twilioVerifier = authTokens.isEmpty ? nil : try? TwilioVerifier(authTokens: authTokens)
        sending = SendingSettings(settings, &faults)
        guard faults.isEmpty, let tokens else { throw SettingsError(faults: faults) }
        self.tokens = tokens
    }
}

extension MailSettings {
    fileprivate init?(_ settings: Settings, _ faults: inout [String]) {
        guard let url = settings.optionalURL("SMTP_URL") else { return nil }
        let startTLS: SMTPServer.StartTLS? =
            switch settings.string("SMTP_STARTTLS") {
            case "none": SMTPServer.StartTLS.none
            case "opportunistic": .opportunistic
            case "required": .required
            default: nil
            }
        if startTLS == nil {
            faults.append("SMTP_STARTTLS is \"\(settings.string("SMTP_STARTTLS"))\"; it must be none, opportunistic or required")
        }
        if !["smtp://", "smtps://"].contains(where: url.hasPrefix) {
            faults.append("SMTP_URL is \"\(url)\"; it must begin with smtp:// or smtps://")
        }
        let from = settings.optionalString("MAIL_FROM").map { MailAddress(name: settings.string("MAIL_FROM_NAME"), $0) }
        if from == nil { faults.append("MAIL_FROM is not set: it is needed with SMTP_URL") }
        if settings.optionalString("MAIL_POSTAL_ADDRESS") == nil {
            faults.append("MAIL_POSTAL_ADDRESS is not set: it is needed with SMTP_URL, since the law wants it in every commercial e-mail")
        }
        let replyTo = settings.optionalString("MAIL_REPLY_TO").map { MailAddress($0) }
        for (key, address) in [("MAIL_FROM", from), ("MAIL_REPLY_TO", replyTo)] {
            guard let address, (try? address.headerValue) == nil else { continue }
            faults.append("\(key) is \"\(address.address)\"; it must be an e-mail address")
        }
        guard let from, let startTLS else { return nil }
        self.init(
            server: SMTPServer(
                url: url,
                user: settings.optionalString("SMTP_USERNAME"),
                password: settings.optionalString("SMTP_PASSWORD"),
                startTLS: startTLS,
                caFile: settings.optionalString("SMTP_CA_FILE")
            ),
            from: from,
            replyTo: replyTo
        )
    }
}

extension TwilioSettings {
    fileprivate init?(_ settings: Settings, publicURL: String, _ faults: inout [String]) {
        guard let account = settings.optionalString("TWILIO_ACCOUNT_SID") else { return nil }
        let token = settings.list("TWILIO_AUTH_TOKENS").first
        if token == nil { faults.append("TWILIO_AUTH_TOKENS is not set: it is needed with TWILIO_ACCOUNT_SID") }
        let from = settings.optionalString("TWILIO_FROM")
        let service = settings.optionalString("TWILIO_MESSAGING_SERVICE_SID")
        if from == nil, service == nil {
            faults.append("TWILIO_FROM is not set, nor TWILIO_MESSAGING_SERVICE_SID: one is needed with TWILIO_ACCOUNT_SID")
        }
        guard let token else { return nil }
        self.init(
            apiURL: settings.url("TWILIO_API_URL"),
            accountSID: account,
            authToken: token,
            from: from,
            messagingServiceSID: service,
            publicURL: publicURL
        )
    }
}

/// How messages are sent, whatever their channel.
struct SendingSettings: Sendable {
    var concurrency: Int
    var rates: [Channel: SendRate]
    var lease: Duration
    var unknownPolicy: UnknownPolicy
    var unknownAfter: Duration

    fileprivate init(_ settings: Settings, _ faults: inout [String]) {
        concurrency = settings.int("SENDING_CONCURRENCY")
        if !(1...512).contains(concurrency) { faults.append("SENDING_CONCURRENCY is \"\(concurrency)\"; it must be from 1 to 512") }
        rates = [:]
        for (key, channel) in [("SEND_RATE_EMAIL", Channel.email), ("SEND_RATE_SMS", .sms)] {
            let rate = Double(settings.string(key)) ?? 0
            if !(rate > 0 && rate.isFinite) { faults.append("\(key) is \"\(settings.string(key))\"; it must be a number above 0") }
            rates[channel] = SendRate(perSecond: rate)
        }
        lease = settings.duration("SEND_LEASE")
        if lease < .seconds(1) { faults.append("SEND_LEASE is \"\(settings.duration("SEND_LEASE") / .seconds(1))\"; it must be 1 or more") }
        unknownPolicy = UnknownPolicy(rawValue: settings.string("UNKNOWN_POLICY")) ?? .hold
        if UnknownPolicy(rawValue: settings.string("UNKNOWN_POLICY")) == nil {
            faults.append("UNKNOWN_POLICY is \"\(settings.string("UNKNOWN_POLICY"))\"; it must be hold, retry or assume_sent")
        }
        unknownAfter = settings.duration("UNKNOWN_AFTER")
    }
}
