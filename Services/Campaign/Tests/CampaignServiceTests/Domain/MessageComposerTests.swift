import CampaignService
import Contracts
import Testing

@Suite("Composing a message")
struct MessageComposerTests {
    private let message = MessageID.make()
    private let tokens: LinkTokens
    private let composer: MessageComposer

    init() throws {
        tokens = try #require(LinkTokens(secrets: ["the secret of this test"]))
        let letterhead = Letterhead(
            senderName: "Plumb & Co",
            postalAddress: "1 Main St, Springfield",
            publicURL: "https://mail.example.com",
            checkoutURL: "https://buy.example.com"
        )
        composer = MessageComposer(letterhead: letterhead, tokens: tokens)
    }

    private func recipient(country: String = "US") -> Recipient {
        Recipient(
            leadID: LeadID.make(),
            name: "Joe's <Pipes>",
            city: "Austin",
            country: country,
            rating: 4.5,
            siteSlug: "joes-pipes",
            siteURL: "https://sites.example.com/sites/joes-pipes?a=1&b=2"
        )
    }

    private func compose(
        _ template: MessageTemplate,
        _ channel: Channel = .email,
        country: String = "US",
        earlierLinks: [String] = []
    ) throws -> ComposedMessage {
        composer.compose(
            try MessageTemplates(template, channel: channel),
            channel: channel,
            message: message,
            recipient: recipient(country: country),
            earlierLinks: earlierLinks
        )
    }

    @Test(arguments: Language.allCases)
    func `the built-in e-mail has text, HTML, pixel, tracked link, address and a way out`(language: Language) throws {
        let mail = try compose(BuiltInTemplates.template(.email, language), country: language == .spanish ? "GT" : "US")
        let html = try #require(mail.html)
        let click = "https://mail.example.com/t/c/\(tokens.make(.click, for: .init(message: message, link: 0)))"
        #expect(mail.links == ["https://sites.example.com/sites/joes-pipes?a=1&b=2"])
        #expect(mail.text.contains(click) && html.contains(click))
        #expect(html.contains("/t/o/\(tokens.make(.open, for: .init(message: message))).gif"))
        #expect(html.contains(mail.unsubscribeURL) && mail.text.contains(mail.unsubscribeURL))
        #expect(html.contains("Plumb &amp; Co, 1 Main St") && mail.text.contains("Plumb & Co, 1 Main St"))
        #expect(!html.contains("sites.example.com") && !mail.text.contains("sites.example.com"))
        #expect(!html.contains("{{") && !mail.text.contains("{{"))
    }

    @Test(arguments: Language.allCases)
    func `the built-in e-mail shows a picture of the site where there is one, as a link to it`(language: Language) throws {
        var recipient = self.recipient(country: language == .spanish ? "GT" : "US")
        recipient.screenshotURL = "https://sites.example.com/sites/joes-pipes/screenshot.png"
        let mail = composer.compose(
            try MessageTemplates(BuiltInTemplates.template(.email, language), channel: .email),
            channel: .email,
            message: message,
            recipient: recipient,
            earlierLinks: []
        )
        let html = try #require(mail.html)
        #expect(html.contains(#"<img src="https://sites.example.com/sites/joes-pipes/screenshot.png""#))
        #expect(mail.links == ["https://sites.example.com/sites/joes-pipes?a=1&b=2"], "a picture is no link")
    }

    @Test func `values are escaped in HTML and left alone in text and subject`() throws {
        let mail = try compose(BuiltInTemplates.template(.email, .english))
        #expect(mail.subject == "A website for Joe's <Pipes>")
        #expect(mail.text.contains("Joe's <Pipes>"))
        #expect(mail.html?.contains("<Pipes>") == false)
    }

    @Test func `a line break in a name starts no header of its own`() throws {
        let mail = try compose(MessageTemplate(subject: "Hello\r\nBcc: a@b.example", text: "x"))
        #expect(mail.subject == "Hello Bcc: a@b.example")
    }

    @Test func `without HTML it is made from the text, with its links tracked`() throws {
        let mail = try compose(MessageTemplate(subject: "Hi", text: "One & two.\n\nSee {{site_url}}, please."))
        let html = try #require(mail.html)
        #expect(html.contains("<p>One &amp; two.</p>"))
        #expect(html.contains("/t/c/"))
        #expect(mail.links.count == 1)
    }

    @Test func `an SMS is the text alone, its link tracked`() throws {
        let sms = try compose(BuiltInTemplates.template(.sms, .english), .sms)
        #expect(sms.html == nil && sms.subject == nil)
        #expect(sms.text.contains("https://mail.example.com/t/c/"))
        #expect(sms.text.hasSuffix("Reply STOP to opt out."))
        #expect(sms.text.count < 320)
    }

    @Test func `a second attempt keeps the numbers of links that are out already`() throws {
        let mail = try compose(
            MessageTemplate(subject: "Hi", text: "{{site_url}} https://new.example.com"),
            earlierLinks: ["https://old.example.com"]
        )
        #expect(
            mail.links == ["https://old.example.com", "https://sites.example.com/sites/joes-pipes?a=1&b=2", "https://new.example.com"]
        )
    }

    @Test(arguments: [
        ("(see https://a.example/x_(y)).", "https://a.example/x_(y)"), ("“http://a.example/ü” is it", "http://a.example/ü"),
        ("HTTPS://A.example/?a=1&b=2, or", "HTTPS://A.example/?a=1&b=2"), ("<http://a.example>", "http://a.example"),
        ("http://a.example\u{3000}next", "http://a.example"), ("shttp://a.example/'.", "http://a.example/"),
    ])
    func `a link in a text ends where its sentence goes on`(text: String, link: String) throws {
        #expect(try compose(MessageTemplate(subject: "Hi", text: text)).links == [link])
    }

    @Test(arguments: ["https://", "see http://.", "http:/a.example", "https"])
    func `what is no whole address is left as it is`(text: String) throws {
        let mail = try compose(MessageTemplate(subject: "Hi", text: text))
        #expect(mail.links.isEmpty && mail.text.hasPrefix(text))
    }

    @Test(arguments: [
        #"<a href="https://a.example/?a=1&amp;b=2">x</a>"#, "<A\nHREF = ' https://a.example/?a=1&b=2 '>x</A>",
        #"<a class=b href="https:&#x2F;&#47;a.example/?a&#61;1&amp;b=2">x</a></body >"#,
    ])
    func `a link in HTML is found however it is written`(html: String) throws {
        let mail = try compose(MessageTemplate(subject: "Hi", text: "x", html: html))
        #expect(mail.links == ["https://a.example/?a=1&b=2"])
        #expect(mail.html?.contains("a.example") == false)
    }

    @Test(arguments: [#"<a data-href="https://a.example">"#, "<a href=https://a.example>", #"<a href="https://a.example"#, "<a href"])
    func `HTML that has no link as we write them is left as it is`(html: String) throws {
        let mail = try compose(MessageTemplate(subject: "Hi", text: "x", html: html))
        #expect(mail.links.isEmpty && mail.html?.contains(html) == true)
    }

    @Test func `a page that a template brings keeps its end`() throws {
        let html = "<html><body><p></body> is quoted</p></BODY\n></html>"
        let mail = try #require(try compose(MessageTemplate(subject: "Hi", text: "x", html: html)).html)
        #expect(mail.hasPrefix("<html><body><p></body> is quoted</p><hr") && mail.hasSuffix("</BODY\n></html>"))
    }

    @Test func `a template's own unsubscribe link is not tracked, nor are links that are no web address`() throws {
        let mail = try compose(
            MessageTemplate(
                subject: "Hi",
                text: "x",
                html: "<html><body><a href='{{unsubscribe_url}}'>out</a> <a href=\"mailto:a@b.example\">mail</a></body></html>"
            )
        )
        #expect(mail.links.isEmpty)
        #expect(mail.html?.hasSuffix("</body></html>") == true)
        #expect(mail.html?.contains("mailto:a@b.example") == true)
    }

    @Test func `an SMS that no provider would take is refused with its template`() {
        #expect(throws: Problem.self) { try MessageTemplates(MessageTemplate(text: String(repeating: "x", count: 1_601)), channel: .sms) }
        #expect(throws: Never.self) { try MessageTemplates(MessageTemplate(text: String(repeating: "x", count: 1_600)), channel: .sms) }
    }

    @Test func `a template that cannot be read is refused, and told where`() {
        #expect {
            try MessageTemplates(MessageTemplate(text: "{{#open}}", html: "{{/never}}"), channel: .email)
        } throws: { error in
            let pointers = (error as? Problem)?.errors?.map(\.pointer) ?? []
            return Set(pointers) == ["/template/subject", "/template/text", "/template/html"]
        }
    }
}
