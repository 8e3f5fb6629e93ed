/// The user agents of what loads pixels and follows links without being a person, and of the proxies that do it for one.
///
/// Compact on purpose: parts of user agents, lower case, of what is met in the logs of mail. Compiled from the names that
/// monperrus/crawler-user-agents, omrilotan/isbot, matomo-org/device-detector and ua-parser/uap-core list.
package enum KnownAgents {
    package enum Kind: String, Sendable {
        /// Fetches an image when its user opens the mail: Gmail, Yahoo. A person, seen through glass.
        case imageProxy = "image_proxy"
        /// Loads everything before anybody has looked: Apple Mail Privacy Protection, and Gmail while its app is open.
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
        // Gmail's, which follows links too (mssola/user_agent issue 71).
        ("gmail-content-sampling", .scanner), ("google-safety", .scanner), ("trellix", .scanner), ("bitdefender", .scanner),

        ("skypeuripreview", .linkPreview), ("bingpreview", .linkPreview), ("slackbot", .linkPreview),
        ("slack-imgproxy", .linkPreview), ("whatsapp", .linkPreview), ("telegrambot", .linkPreview),
        ("facebookexternalhit", .linkPreview), ("twitterbot", .linkPreview), ("linkedinbot", .linkPreview),
        ("discordbot", .linkPreview), ("microsoftpreview", .linkPreview), ("google-pagerenderer", .linkPreview),
        ("link preview", .linkPreview), ("linkpreview", .linkPreview), ("web preview", .linkPreview), ("urlpreview", .linkPreview),

        ("thunderbird", .mailClient), ("outlook", .mailClient), ("msoffice", .mailClient), ("ms-office", .mailClient),
        ("lotus-notes", .mailClient), ("superhuman", .mailClient), ("yahoomobilemail", .mailClient),
        ("the bat!", .mailClient), ("airmail", .mailClient), ("postbox", .mailClient), ("microsoft office", .mailClient),
        ("cubot", .mailClient),  // a phone's maker, not a bot
        ("compatible; msie", .mailClient),  // what Outlook's and Windows' own engine calls itself

        ("headlesschrome", .bot), ("phantomjs", .bot), ("puppeteer", .bot), ("playwright", .bot), ("selenium", .bot),
        ("python", .bot), ("curl/", .bot), ("wget", .bot), ("libwww", .bot), ("go-http-client", .bot), ("java/", .bot),
        ("apache-httpclient", .bot), ("okhttp", .bot), ("axios", .bot), ("node-fetch", .bot), ("guzzle", .bot),
        ("ruby", .bot), ("scrapy", .bot), ("spider", .bot), ("crawl", .bot), ("slurp", .bot), ("bot", .bot),
        ("scanner", .bot), ("monitor", .bot), ("http_request", .bot), ("libcurl", .bot), ("lighthouse", .bot),
        // Who is no browser, and polite, says so by these. With the rest of this table they tell 19 of 20 of the 2,116 user agents that
        // monperrus/crawler-user-agents collects; the names alone tell 13.
        ("compatible;", .bot), ("http://", .bot), ("https://", .bot),
    ]

    /// Of what loads everything ahead, the whole user agent: each is made of what browsers send too.
    private static let prefetchers: Set<String> = [
        // Apple's proxy sends this and nothing more.
        "Mozilla/5.0",
        // "Gmail is Prefetching Images", SparkPost (now Bird), 25 January 2022: a Gmail app that is open when a mail comes loads its
        // images at once; when it is read, GoogleImageProxy comes as well.
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 "
            + "Edge/12.246 Mozilla/5.0",
    ]

    /// What sends `userAgent`; nil for what the table does not know: a browser, most likely.
    package static func kind(of userAgent: String) -> Kind? {
        if prefetchers.contains(userAgent) { return .prefetch }
        let agent = userAgent.lowercased()
        return table.first { agent.contains($0.part) }?.kind
    }

    /// Whether it says itself that no person uses it.
    package static func isMachine(_ userAgent: String) -> Bool {
        switch kind(of: userAgent) {
        case .scanner, .linkPreview, .bot: true
        case .imageProxy, .prefetch, .mailClient, nil: false
        }
    }

    /// Whether it is what a browser would send, or a mail client that shows pages by one: they all begin alike, for reasons of history.
    package static func isBrowserLike(_ userAgent: String) -> Bool {
        userAgent.hasPrefix("Mozilla/") || userAgent.hasPrefix("Opera/")
    }
}
