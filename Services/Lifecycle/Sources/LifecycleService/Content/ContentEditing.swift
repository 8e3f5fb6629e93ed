package import Contracts
import Foundation

/// What people change of a site's content, checked: plain text of bounded length. The page escapes it like everything else.
package enum ContentEditing {
    /// How long the texts may be, in characters.
    private enum Limit {
        static let name = 200
        static let line = 200
        static let text = 2_000
        static let cards = 12
        static let lines = 14
    }

    /// The content with the changes made, and the fields that they made different named in `edited`.
    ///
    /// - Throws: a `Problem` of status 422 that names every field that is wrong.
    package static func content(_ content: SiteContent, with changes: SiteContentChanges) throws -> SiteContent {
        var reader = Reader()
        var new = content
        reader.required(changes.name, "name", Limit.name) { new.name = $0 }
        reader.optional(changes.eyebrow, "eyebrow", Limit.line) { new.eyebrow = $0 }
        reader.required(changes.tagline, "tagline", Limit.text) { new.tagline = $0 }
        reader.optional(changes.description, "description", Limit.text) { new.description = $0 }
        reader.about(changes.about) { new.about = $0 }
        reader.services(changes.services) { new.services = $0 }
        reader.required(changes.cardsTitle, "cards_title", Limit.line) { new.cardsTitle = $0 }
        reader.cards(changes.cards) { new.cards = $0 }
        reader.phone(changes.phone) { new.phone = $0 }
        reader.email(changes.email) { new.email = $0 }
        reader.addressLines(changes.addressLines) { new.addressLines = $0 }
        reader.hours(changes.hours) { new.hours = $0 }
        reader.required(changes.closing, "closing", Limit.line) { new.closing = $0 }
        reader.optional(changes.callToAction, "call_to_action", Limit.text) { new.callToAction = $0 }
        guard reader.errors.isEmpty else { throw Problem.invalid(reader.errors) }
        guard new != content else { return content }
        // The listing's own place is where the business was.
        if new.addressLines != content.addressLines { new.map = .map(to: new.name, at: new.addressLines) }
        new.edited = Set(content.edited ?? []).union(reader.touched).sorted()
        return new
    }

    /// Reads one field after another and remembers what was wrong.
    private struct Reader {
        var errors: [Problem.FieldError] = []
        var touched: Set<String> = []

        mutating func required(_ edit: Edit<String>, _ key: String, _ limit: Int, _ set: (String) -> Void) {
            switch edit {
            case .keep: break
            case .clear: fault("/\(key)", "can't be empty")
            case .set(let text):
                if let text = plain(text, "/\(key)", limit) {
                    touched.insert(key)
                    set(text)
                }
            }
        }

        mutating func optional(_ edit: Edit<String>, _ key: String, _ limit: Int, _ set: (String?) -> Void) {
            edited(edit, key, set) { reader, text in reader.plain(text, "/\(key)", limit) }
        }

        mutating func about(_ edit: Edit<SiteText>, _ set: (SiteContent.Card?) -> Void) {
            edited(edit, "about", set) { reader, text in reader.card(text, "/about") }
        }

        mutating func services(_ edit: Edit<SiteTextGroup>, _ set: (SiteContent.Cards?) -> Void) {
            edited(edit, "services", set) { reader, group in
                let title = reader.plain(group.title, "/services/title", Limit.line)
                let cards = reader.cards(group.cards, "/services/cards")
                guard let title, let cards else { return nil }
                return SiteContent.Cards(title: title, cards: cards)
            }
        }

        mutating func cards(_ edit: Edit<[SiteText]>, _ set: ([SiteContent.Card]) -> Void) {
            edited(edit, "cards", { set($0 ?? []) }) { reader, cards in reader.cards(cards, "/cards") }
        }

        mutating func phone(_ edit: Edit<String>, _ set: (SiteContent.Link?) -> Void) {
            edited(edit, "phone", set) { reader, text in
                guard let text = reader.plain(text, "/phone", 40) else { return nil }
                let digits = text.filter { $0.isASCII && $0.isNumber }
                guard (5...15).contains(digits.count), text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-() ./".contains($0)) }) else {
                    return reader.fault("/phone", "must be a phone number")
                }
                return SiteContent.Link(text: text, url: "tel:\(text.hasPrefix("+") ? "+" : "")\(digits)")
            }
        }

        mutating func email(_ edit: Edit<String>, _ set: (SiteContent.Link?) -> Void) {
            edited(edit, "email", set) { reader, text in
                guard let text = reader.plain(text, "/email", 254) else { return nil }
                guard text.wholeMatch(of: /[A-Za-z0-9.!#$%&'*+\/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/) != nil else {
                    return reader.fault("/email", "must be an e-mail address")
                }
                // In a mailto: URL these would begin something else (RFC 6068).
                let escaped = text.replacing("%", with: "%25").replacing("?", with: "%3F").replacing("&", with: "%26")
                return SiteContent.Link(text: text, url: "mailto:\(escaped)")
            }
        }

        mutating func addressLines(_ edit: Edit<[String]>, _ set: ([String]) -> Void) {
            edited(edit, "address_lines", { set($0 ?? []) }) { reader, lines in
                reader.list(lines, "/address_lines", Limit.lines) { reader, line, pointer in reader.plain(line, pointer, Limit.line) }
            }
        }

        mutating func hours(_ edit: Edit<[DayHours]>, _ set: ([SiteContent.Line]) -> Void) {
            edited(edit, "hours", { set($0 ?? []) }) { reader, lines in
                reader.list(lines, "/hours", Limit.lines) { reader, line, pointer in
                    let day = reader.plain(line.day, "\(pointer)/day", 40)
                    let hours = reader.plain(line.hours, "\(pointer)/hours", 80)
                    guard let day, let hours else { return nil }
                    return SiteContent.Line(day: day, hours: hours)
                }
            }
        }

        private mutating func edited<Value, Made>(
            _ edit: Edit<Value>,
            _ key: String,
            _ set: (Made?) -> Void,
            _ make: (inout Reader, Value) -> Made?
        ) {
            switch edit {
            case .keep: break
            case .clear:
                touched.insert(key)
                set(nil)
            case .set(let value):
                if let made = make(&self, value) {
                    touched.insert(key)
                    set(made)
                }
            }
        }

        private mutating func cards(_ cards: [SiteText], _ pointer: String) -> [SiteContent.Card]? {
            list(cards, pointer, Limit.cards) { reader, text, pointer in reader.card(text, pointer) }
        }

        private mutating func card(_ text: SiteText, _ pointer: String) -> SiteContent.Card? {
            let title = plain(text.title, "\(pointer)/title", Limit.line)
            let body = plain(text.text, "\(pointer)/text", Limit.text)
            guard let title, let body else { return nil }
            return SiteContent.Card(title: title, text: body)
        }

        private mutating func list<Value, Made>(
            _ values: [Value],
            _ pointer: String,
            _ limit: Int,
            _ make: (inout Reader, Value, String) -> Made?
        ) -> [Made]? {
            guard values.count <= limit else { return fault(pointer, "must have \(limit) entries at most") }
            let made = values.enumerated().map { make(&self, $1, "\(pointer)/\($0)") }
            return made.contains { $0 == nil } ? nil : made.compactMap(\.self)
        }

        /// Trimmed, on one line, without control characters.
        private mutating func plain(_ text: String, _ pointer: String, _ limit: Int) -> String? {
            let words = String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
            let text = words.split(separator: " ").joined(separator: " ")
            guard (1...limit).contains(text.count) else { return fault(pointer, "must have 1 to \(limit) characters") }
            return text
        }

        @discardableResult
        private mutating func fault<Made>(_ pointer: String, _ detail: String) -> Made? {
            errors.append(Problem.FieldError(pointer: "/changes\(pointer)", detail: detail))
            return nil
        }

        private mutating func fault(_ pointer: String, _ detail: String) {
            errors.append(Problem.FieldError(pointer: "/changes\(pointer)", detail: detail))
        }
    }
}

extension SiteContent {
    /// What people see of it.
    package var texts: SiteTexts {
        SiteTexts(
            language: language.rawValue,
            name: name,
            eyebrow: eyebrow,
            tagline: tagline,
            description: description,
            about: about.map { SiteText(title: $0.title, text: $0.text) },
            services: services.map { group in
                SiteTextGroup(title: group.title, cards: group.cards.map { SiteText(title: $0.title, text: $0.text) })
            },
            cardsTitle: cardsTitle,
            cards: cards.map { SiteText(title: $0.title, text: $0.text) },
            phone: phone?.text,
            email: email?.text,
            addressLines: addressLines,
            hours: hours.map { DayHours(day: $0.day, hours: $0.hours) },
            closing: closing,
            callToAction: callToAction,
            edited: edited ?? []
        )
    }
}

extension SchemaOrg.Details {
    /// What search engines are told of a lead's site, in agreement with what people wrote on it.
    package init(of lead: Lead, on content: SiteContent) {
        self.init(of: lead)
        let edited = Set(content.edited ?? [])
        if edited.contains("hours") { hours = content.hours.flatMap { OpeningHours.spans(of: DayHours(day: $0.day, hours: $0.hours)) } }
        if edited.contains("address_lines") {
            street = content.addressLines.isEmpty ? nil : content.addressLines.joined(separator: ", ")
            (city, state, postalCode, latitude, longitude) = (nil, nil, nil, nil, nil)
        }
    }
}
