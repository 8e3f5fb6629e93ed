/// Who looks at a page, as far as their user agent tells.
public enum Visitor {
    /// Parts of the user agents of crawlers, link previews, mail scanners and tools, lower case. With what ``isMachine(userAgent:)`` says of
    /// how browsers begin they tell more than 19 of 20 of those that monperrus/crawler-user-agents collects.
    // swift-format-ignore
    private static let marks = [
        "bot", "crawl", "spider", "slurp", "preview", "scan", "scrap", "monitor", "headless", "facebookexternalhit", "whatsapp", "imageproxy",
        "mimecast", "proofpoint", "barracuda", "safelinks", "google-safety", "trellix", "curl", "wget", "python", "go-http-client", "java/",
        "okhttp", "axios", "node-fetch", "libwww", "httpclient", "http client", "lighthouse", "playwright", "selenium", "puppeteer", "phantom",
        "ptst/", "synthetic", "fetch", "checker", "agent", "inspect", "optimiz", "uptime", "archive", "feed", "-ads", "google-", "(java)",
        "www.", ".com", "@", "nikto", "pingdom", "gtmetrix", "cookiehub",
        // Who is no browser, and polite, says so by these.
        "://", "(compatible)",
    ]
    /// Browsers that give themselves such a mark: Internet Explorer's "compatible; MSIE", and phones of the maker Cubot.
    private static let exceptions = ["compatible; msie", "cubot"]

    /// Browsers name themselves, and all begin alike for reasons of history; what says nothing, or something else, is a machine.
    public static func isMachine(userAgent: String?) -> Bool {
        guard let userAgent, userAgent.hasPrefix("Mozilla/") || userAgent.hasPrefix("Opera/") else { return true }
        var agent = userAgent.lowercased()
        for exception in exceptions { agent = agent.replacing(exception, with: "") }
        return agent.contains("compatible;") || marks.contains { agent.contains($0) }
    }
}
