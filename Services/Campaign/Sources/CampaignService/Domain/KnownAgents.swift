/// The user agents of what loads pixels and follows links without being a person, and of the proxies that do it for one.
///
/// Compact on purpose: parts of user agents, lower case, of what is met in the logs of mail. Compiled from the names that
/// monperrus/crawler-user-agents, omrilotan/isbot, matomo-org/device-detector and ua-parser/uap-core list.
package enum KnownAgents {
    package enum Kind: String, Sendable {
        /// Fetches an image when its user opens the mail: Gmail, Yahoo. A person, seen through glass.
        case imageProxy = "image_proxy"
        /// Loads everything before anybody has looked: Apple Mail Privacy Protection.
        case prefetch
        /// A mail gateway or a virus scanner.
        case scanner = "security_scanner"
        /// Makes the little card under a link that was pasted into a chat.
        case linkPreview = "link_preview"
        case mailClient = "mail_client"
        /// A crawler, a script, a browser without a screen.
        case bot
    }

    /// The first row that matches decides, so the narrow ones come first.
    // swift-format-ignore
    package static let table: [(part: String, kind: Kind)] = [
        ("googleimageproxy", .imageProxy), ("yahoomailproxy", .imageProxy), ("ramblermail", .imageProxy),
        ("seznamemailproxy", .imageProxy), ("mail.ukr.net", .imageProxy), ("fwdcdn.com", .imageProxy),

        ("barracuda", .scanner), ("mimecast", .scanner), ("proofpoint", .scanner), ("safelinks", .scanner),
        ("symantec", .scanner), ("messagelabs", .scanner), ("trendmicro", .scanner), ("forcepoint", .scanner),
        ("fireeye", .scanner), ("cloudmark", .scanner), ("ironport", .scanner), ("zscaler", .scanner),
        ("urlscan", .scanner), ("virustotal", .scanner), ("checkpoint", .scanner), ("sophos", .scanner),

        ("skypeuripreview", .linkPreview), ("bingpreview", .linkPreview), ("slackbot", .linkPreview),
        ("slack-imgproxy", .linkPreview), ("whatsapp", .linkPreview), ("telegrambot", .linkPreview),
        ("facebookexternalhit", .linkPreview), ("twitterbot", .linkPreview), ("linkedinbot", .linkPreview),
        ("discordbot", .linkPreview), ("microsoftpreview", .linkPreview), ("google-pagerenderer", .linkPreview),

        ("thunderbird", .mailClient), ("outlook", .mailClient), ("msoffice", .mailClient), ("ms-office", .mailClient),
        ("lotus-notes", .mailClient), ("superhuman", .mailClient), ("yahoomobilemail", .mailClient),
        ("the bat!", .mailClient), ("airmail", .mailClient), ("postbox", .mailClient), ("microsoft office", .mailClient),
        ("cubot", .mailClient),  // a phone's maker, not a bot

        ("headlesschrome", .bot), ("phantomjs", .bot), ("puppeteer", .bot), ("playwright", .bot), ("selenium", .bot),
        ("python", .bot), ("curl/", .bot), ("wget", .bot), ("libwww", .bot), ("go-http-client", .bot), ("java/", .bot),
        ("apache-httpclient", .bot), ("okhttp", .bot), ("axios", .bot), ("node-fetch", .bot), ("guzzle", .bot),
        ("ruby", .bot), ("scrapy", .bot), ("spider", .bot), ("crawl", .bot), ("slurp", .bot), ("bot", .bot),
        ("scanner", .bot), ("monitor", .bot), ("http_request", .bot), ("libcurl", .bot),
    ]

    /// What sends `userAgent`; nil for what looks like a browser.
    package static func kind(of userAgent: String) -> Kind? {
        // Apple's proxy sends this and nothing more.
        if userAgent == "Mozilla/5.0" { return .prefetch }
        let agent = userAgent.lowercased()
        return table.first { agent.contains($0.part) }?.kind
    }
}
