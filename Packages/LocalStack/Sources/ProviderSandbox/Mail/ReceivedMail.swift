public import Foundation

/// A mail as it lies in somebody's inbox.
public struct ReceivedMail: Sendable {
    /// Whose inbox: the envelope's recipient, in lower case.
    public let recipient: String
    public let sender: String
    public let subject: String
    /// The Message-ID, with its angle brackets; empty when the mail has none.
    public let messageID: String
    public let text: String?
    public let html: String?
    /// What a mail program loads when the mail is read, the tracking pixel among it.
    public let images: [URL]
    /// Where a person may click: without hidden links and without the way out.
    public let links: [URL]
    /// Everything that a scanner finds: hidden links and the way out too.
    public let allLinks: [URL]
    /// Where to POST for a one-click unsubscription (RFC 8058); nil without both headers.
    public let oneClickUnsubscribe: URL?
    public let headers: [(name: String, value: String)]
    public let receivedAt: Date

    init(_ envelope: SMTPSession.Envelope, recipient: String, at time: Date) {
        let message = MIMEMessage(envelope.data)
        self.recipient = recipient.lowercased()
        sender = envelope.sender
        subject = message.value(of: "Subject") ?? ""
        messageID = message.value(of: "Message-ID") ?? ""
        text = message.text("text/plain")
        html = message.text("text/html")
        headers = message.headers
        receivedAt = time

        let wayOut = Self.unsubscribeLink(in: message)
        let isOneClick = message.value(of: "List-Unsubscribe-Post")?.contains("List-Unsubscribe=One-Click") == true
        oneClickUnsubscribe = isOneClick ? wayOut : nil

        let found = Links(html: html, text: text)
        images = found.images
        links = found.visible.filter { $0 != wayOut && !$0.path().hasPrefix("/u/") }
        allLinks = found.all + (wayOut.map { [$0] } ?? [])
    }

    /// The first web address of List-Unsubscribe (RFC 2369); a mailto may stand beside it.
    private static func unsubscribeLink(in message: MIMEMessage) -> URL? {
        guard let value = message.value(of: "List-Unsubscribe") else { return nil }
        let addresses = value.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "<> \t")) }
        return addresses.lazy.filter { $0.lowercased().hasPrefix("http") }.compactMap { URL(string: $0) }.first
    }
}

/// What a text points at.
struct Links {
    var images: [URL] = []
    var visible: [URL] = []
    var all: [URL] = []

    /// - Parameters:
    ///   - html: the text with its tags; what it points at counts before `text`.
    ///   - text: the plain one.
    ///   - page: where the text came from, for relative links; a mail has no such place.
    init(html: String?, text: String?, page: URL? = nil) {
        for tag in HTMLTag.all(in: html ?? "") {
            let target = tag.name == "img" ? "src" : "href"
            guard ["a", "img"].contains(tag.name), let address = tag.attributes[target],
                let url = URL(string: address, relativeTo: page)?.absoluteURL, url.scheme?.hasPrefix("http") == true
            else { continue }
            if tag.name == "img" {
                images.append(url)
            } else {
                all.append(url)
                if !tag.isHidden { visible.append(url) }
            }
        }
        if html == nil, let text {
            visible = Self.addresses(in: text)
            all = visible
        }
    }

    /// The web addresses in plain words; a stop or a bracket at the end is the sentence's.
    static func addresses(in text: String) -> [URL] {
        text.split(whereSeparator: \.isWhitespace).compactMap { word in
            guard let start = word.range(of: "http")?.lowerBound else { return nil }
            let address = word[start...].trimmingCharacters(in: CharacterSet(charactersIn: ".,;:!?)>]\"'"))
            return address.hasPrefix("http://") || address.hasPrefix("https://") ? URL(string: address) : nil
        }
    }
}
