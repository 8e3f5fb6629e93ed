/// Who looks at a page, as far as their user agent tells.
public enum Visitor {
    /// Parts of the user agents of crawlers, link previews, mail scanners and command line tools.
    private static let marks = [
        "bot", "crawl", "spider", "slurp", "preview", "scan", "monitor", "headless", "facebookexternalhit", "whatsapp", "imageproxy",
        "mimecast", "proofpoint", "barracuda", "safelinks", "curl", "wget", "python", "go-http-client", "java/", "okhttp", "axios",
        "node-fetch", "libwww", "httpclient",
    ]

    /// Browsers name themselves; what says nothing, or something of the list, is a machine.
    public static func isMachine(userAgent: String?) -> Bool {
        guard let agent = userAgent?.lowercased(), !agent.isEmpty else { return true }
        return marks.contains { agent.contains($0) }
    }
}
