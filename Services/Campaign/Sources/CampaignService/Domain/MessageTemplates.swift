package import Contracts
import Foundation
import Mustache

/// A campaign's templates, read once and ready to be filled in for many leads.
///
/// Tags: `business_name`, `first_name`, `category`, `city`, `state`, `country`, `rating`, `review_count`, `site_url`,
/// `screenshot_url`, `checkout_url`, `unsubscribe_url`, `sender_name`, `postal_address`.
package struct MessageTemplates: Sendable {
    private let subject: MustacheTemplate?
    private let text: MustacheTemplate
    private let html: MustacheTemplate?

    /// - Throws: `Problem.invalid` that points at every template that cannot be read or is missing.
    package init(_ template: MessageTemplate, channel: Channel) throws {
        var errors: [Problem.FieldError] = []
        // In plain text nothing is escaped, so that a café's name does not arrive as "caf&eacute;".
        subject = Self.parse(template.subject, plain: true, at: "/template/subject", &errors)
        html = Self.parse(template.html, plain: false, at: "/template/html", &errors)
        let text = Self.parse(template.text, plain: true, at: "/template/text", &errors)

        if channel == .email, (template.subject ?? "").isBlank {
            errors.append(.init(pointer: "/template/subject", detail: "An e-mail needs a subject."))
        }
        if template.text.isBlank { errors.append(.init(pointer: "/template/text", detail: "There must be a text.")) }
        if channel == .sms, template.text.count > SMSText.longest {
            errors.append(.init(pointer: "/template/text", detail: "An SMS has \(SMSText.longest) characters at most."))
        }
        guard errors.isEmpty, let text else { throw Problem.invalid(errors) }
        self.text = text
    }

    private static func parse(
        _ source: String?,
        plain: Bool,
        at pointer: String,
        _ errors: inout [Problem.FieldError]
    ) -> MustacheTemplate? {
        guard let source else { return nil }
        do {
            return try MustacheTemplate(string: (plain ? "{{% CONTENT_TYPE:TEXT}}" : "") + source)
        } catch {
            let found = error as? MustacheTemplate.ParserError
            let place = found.map { " in line \($0.context.lineNumber): \($0.error)" } ?? ": \(error)"
            errors.append(.init(pointer: pointer, detail: "This is not a valid mustache template\(place)."))
            return nil
        }
    }

    struct Filled: Hashable {
        var subject: String?
        var text: String
        var html: String?
    }

    func fill(for recipient: Recipient, _ letterhead: Letterhead, unsubscribeURL: String) -> Filled {
        var values: [String: String] = [
            "business_name": recipient.name,
            "unsubscribe_url": unsubscribeURL,
            "sender_name": letterhead.senderName,
            "postal_address": letterhead.postalAddress,
        ]
        values["first_name"] = recipient.firstName
        values["category"] = recipient.category
        values["city"] = recipient.city
        values["state"] = recipient.state
        values["country"] = recipient.country
        values["rating"] = recipient.rating.map { String(format: "%.1f", $0) }
        values["review_count"] = recipient.reviewCount.map(String.init)
        values["site_url"] = recipient.siteURL
        values["screenshot_url"] = recipient.screenshotURL
        values["checkout_url"] = recipient.siteSlug.map { "\(letterhead.checkoutURL)/checkout/\($0)" }
        return Filled(
            // A line break in a subject would start a header of its own.
            subject: subject?.render(values).split(whereSeparator: \.isNewline).joined(separator: " "),
            text: text.render(values),
            html: html?.render(values)
        )
    }
}

/// What stands on every message of this installation.
package struct Letterhead: Hashable, Sendable {
    package var senderName: String
    /// Where we can be written to on paper: the law of many countries wants it in every commercial e-mail (CAN-SPAM, 15 U.S.C. 7704).
    package var postalAddress: String
    /// Our own public origin, for tracking and for unsubscribing.
    package var publicURL: String
    /// The public origin of checkouts.
    package var checkoutURL: String

    package init(senderName: String, postalAddress: String, publicURL: String, checkoutURL: String) {
        self.senderName = senderName
        self.postalAddress = postalAddress
        self.publicURL = publicURL
        self.checkoutURL = checkoutURL
    }
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
