package import Contracts
import Foundation

/// A message as it goes out, with its links.
package struct ComposedMessage: Hashable, Sendable {
    package var subject: String?
    package var text: String
    package var html: String?
    /// Where the numbered links lead.
    package var links: [String]
    /// For `List-Unsubscribe`.
    package var unsubscribeURL: String
}

/// Fills a template in for one lead: tracked links, pixel, footer.
package struct MessageComposer: Sendable {
    private let letterhead: Letterhead
    private let tokens: LinkTokens

    package init(letterhead: Letterhead, tokens: LinkTokens) {
        self.letterhead = letterhead
        self.tokens = tokens
    }

    /// - Parameters:
    ///   - templates: the campaign's, or the built-in ones in the recipient's language.
    ///   - channel: e-mail gets HTML, pixel and footer; SMS the text alone.
    ///   - message: whose tokens the links carry.
    ///   - recipient: the lead.
    ///   - earlierLinks: those of an earlier attempt.
    /// - Returns: the message, with where its links lead.
    package func compose(
        _ templates: MessageTemplates,
        channel: Channel,
        message: MessageID,
        recipient: Recipient,
        earlierLinks: [String] = []
    ) -> ComposedMessage {
        let unsubscribeURL = "\(letterhead.publicURL)/u/\(tokens.make(.unsubscribe, for: .init(message: message)))"
        let filled = templates.fill(for: recipient, letterhead, unsubscribeURL: unsubscribeURL)
        let click = { (number: Int) in
            "\(letterhead.publicURL)/t/c/\(tokens.make(.click, for: .init(message: message, link: number)))"
        }
        var links = TrackedLinks(earlierLinks)
        var text = links.rewrite(text: filled.text, except: unsubscribeURL, click)
        var html: String?
        if channel == .email {
            let body = filled.html ?? HTMLText.fromPlain(filled.text)
            let tracked = links.rewrite(html: body, except: unsubscribeURL, click)
            let footer = Footer(language: recipient.language, letterhead: letterhead, unsubscribeURL: unsubscribeURL)
            let pixel = "\(letterhead.publicURL)/t/o/\(tokens.make(.open, for: .init(message: message))).gif"
            html = HTMLFrame.complete(tracked, language: recipient.language, footer: footer.html, pixel: pixel)
            text += footer.text
        } else {
            text = SMSText.tidy(SMSText.withOptOut(text, recipient.language))
        }
        return ComposedMessage(
            subject: channel == .email ? filled.subject : nil,
            text: text,
            html: html,
            links: links.targets,
            unsubscribeURL: unsubscribeURL
        )
    }
}

/// Who we are, where we live, and how to hear no more of us: under every e-mail, whatever its template says.
private struct Footer {
    let language: Language
    let letterhead: Letterhead
    let unsubscribeURL: String

    private var words: (why: String, how: String) {
        switch language {
        case .english: ("You receive this because your business is listed publicly.", "Unsubscribe")
        case .spanish: ("Recibe este correo porque su negocio aparece en un listado público.", "Cancelar la suscripción")
        }
    }

    var text: String {
        "\n\n-- \n\(letterhead.senderName), \(letterhead.postalAddress)\n\(words.why)\n\(words.how): \(unsubscribeURL)\n"
    }

    var html: String {
        """
        <hr style="border:0;border-top:1px solid #d6d3d1;margin:32px 0 16px">
        <p style="color:#57534e;font-size:12px;line-height:18px">\(HTMLText.escape(letterhead.senderName)), \
        \(HTMLText.escape(letterhead.postalAddress))<br>
        \(words.why)<br>
        <a href="\(HTMLText.escape(unsubscribeURL))" style="color:#57534e">\(words.how)</a></p>
        """
    }
}

/// The page around a message's HTML.
private enum HTMLFrame {
    /// A template that brings its own page keeps it: footer and pixel go before the end of its body.
    static func complete(_ body: String, language: Language, footer: String, pixel: String) -> String {
        let image = "<img src=\"\(HTMLText.escape(pixel))\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0;display:block\">"
        let bytes = Array(body.utf8)
        if let end = HTMLText.endOfBody(in: bytes) {
            return String(decoding: bytes[..<end] + Array("\(footer)\n\(image)\n".utf8) + bytes[end...], as: UTF8.self)
        }
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
            <body style="background:#ffffff;color:#1c1917;font-family:Georgia,serif;font-size:16px;line-height:24px;margin:0 auto;\
            max-width:600px;padding:24px">
            \(body)
            \(footer)
            \(image)
            </body>
            </html>

            """
    }
}
