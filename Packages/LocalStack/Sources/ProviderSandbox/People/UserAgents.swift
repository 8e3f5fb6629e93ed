/// What browsers, scanners and proxies call themselves.
enum UserAgents {
    private static let browsers = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    ]

    // Met in the click logs of mail senders; public lists of crawlers know each of them (monperrus/crawler-user-agents, omrilotan/isbot).
    static let gateways = [
        "Barracuda Sentinel (EE)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
        "python-requests/2.32.3",
    ]

    /// Gmail's, at the moment when its user opens the mail.
    static let imageProxy = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
    /// Apple Mail Privacy Protection's: this, and not a word more.
    static let privacyProxy = "Mozilla/5.0"

    /// One person has one browser.
    static func browser(of address: String, in script: PeopleScript) -> String {
        script.choice(.userAgent, address, of: browsers)
    }

    /// What the gateway before somebody's mailbox calls itself.
    static func gateway(of address: String, in script: PeopleScript) -> String {
        if script.decides(.disguise, address) { return browsers[0] }
        return script.choice(.scanner, address, of: gateways)
    }
}
