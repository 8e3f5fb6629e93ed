import Contracts
import Foundation

/// What may be published of words that somebody else wrote: plain text of the right size, in the right language, which claims nothing
/// that the lead's record doesn't hold.
package struct CopyCheck: Sendable {
    package static let lengths = (
        tagline: 15...160, description: 30...170, about: 20...600, title: 3...70, cardTitle: 2...60, cardText: 15...200, closing: 3...80
    )

    private let brief: ContentBrief
    /// The record's own texts: within them, every word is allowed.
    private let known: [String]
    private let numbers: Set<String>

    package init(_ brief: ContentBrief) {
        self.brief = brief
        let lead = brief.lead
        let hours = (lead.openingHours ?? []).flatMap { [$0.hours, OpeningHours.spanish($0.hours)] }
        let texts =
            [brief.title, lead.name, lead.address, lead.city, lead.state, lead.category, lead.email, lead.phone] + lead.addressLines
            + [lead.phone.map(PhoneText.readable)] + hours + Self.times(in: hours)
            + (lead.shownRating == nil ? [] : ["out of 5", "de 5", "sobre 5"])
        known = Set(texts.compactMap { $0.map(Self.folded)?.trimmingCharacters(in: .whitespaces) }).filter { $0.count > 2 }
            .sorted { ($0.count, $0) > ($1.count, $1) }
        numbers = Self.numbers(of: lead)
    }

    /// What is wrong with the words, each fault once; none when they may be published.
    package func problems(in copy: SiteCopy) -> [String] {
        var problems: [String] = []
        func check(_ name: String, _ text: String, _ length: ClosedRange<Int>) {
            if !length.contains(text.count) {
                problems.append("\(name) has \(text.count) characters, not \(length.lowerBound) to \(length.upperBound)")
            }
            problems += faults(in: text).map { "\(name): \($0)" }
        }
        func check(_ name: String, _ cards: SiteContent.Cards, _ count: ClosedRange<Int>) {
            check("\(name).title", cards.title, Self.lengths.title)
            if !count.contains(cards.cards.count) {
                problems.append("\(name) has \(cards.cards.count) cards, not \(count.lowerBound) to \(count.upperBound)")
            }
            for card in cards.cards.prefix(10) {
                check("\(name).cards.title", card.title, Self.lengths.cardTitle)
                check("\(name).cards.text", card.text, Self.lengths.cardText)
            }
        }
        check("tagline", copy.tagline, Self.lengths.tagline)
        check("description", copy.description, Self.lengths.description)
        check("about.title", copy.about.title, Self.lengths.title)
        check("about.text", copy.about.text, Self.lengths.about)
        check("services", copy.services, 3...6)
        check("reasons", copy.reasons, 2...6)
        check("closing", copy.closing, Self.lengths.closing)
        if isInOtherLanguage(copy) { problems.append("it isn't written in \(brief.language == .spanish ? "Spanish" : "English")") }
        return problems
    }

    /// What is wrong with one text.
    package func faults(in text: String) -> [String] {
        var faults: [String] = []
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            faults.append("it has control characters or line breaks")
        }
        let own = removingKnown(from: Self.folded(text))
        if let mark = Self.marks.first(where: { own.contains($0) }) { faults.append("\"\(mark)\" is markup, a link or a price") }
        // Words alone, so that "award-winning" is found as "award winning".
        let words =
            " " + own.map { $0.isLetter || $0.isNumber ? $0 : " " }.split(separator: " ").map { String($0) }.joined(separator: " ") + " "
        let lead = brief.lead
        var claims = Self.claims
        if lead.openingHours?.isEmpty ?? true { claims += Self.days }
        if !(lead.openingHours ?? []).contains(where: { $0.hours.lowercased() == "open 24 hours" }) { claims += Self.allDay }
        if (lead.reviewCount ?? 0) == 0 { claims += Self.reviews }
        if (lead.rating ?? 0) == 0 { claims += Self.ratings }
        if let claim = claims.first(where: { words.contains(" \($0)") }) {
            faults.append("\"\(claim)\" claims what the record doesn't hold")
        }
        if let number = Self.numbers(in: own).first(where: { !numbers.contains($0) }) {
            faults.append("the record has no number \(number)")
        }
        return faults
    }

    private func removingKnown(from text: String) -> String {
        known.reduce(text) { text, known in text.replacing(known, with: " ") }
    }

    private func isInOtherLanguage(_ copy: SiteCopy) -> Bool {
        let texts = [copy.tagline, copy.description, copy.about.text] + (copy.services.cards + copy.reasons.cards).map(\.text)
        let words = removingKnown(from: Self.folded(texts.joined(separator: " "))).split { !$0.isLetter }.map { String($0) }
        let english = words.count { Self.englishWords.contains($0) }
        let spanish = words.count { Self.spanishWords.contains($0) }
        return brief.language == .spanish ? english >= spanish : spanish >= english
    }

    private static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }

    /// The times of day of the hours, each as it may be written: a 5 alone is not one.
    private static func times(in hours: [String]) -> [String] {
        Set(hours.flatMap { numbers(in: $0) }).flatMap { number in
            ["am", "pm"].flatMap { half in ["\(number) \(half)", "\(number)\(half)", "\(number) \(half.prefix(1)).m."] }
                + (number.contains(":") ? [number] : [])
        }
    }

    /// Those that may be told: of the address, the rating and how many rated.
    private static func numbers(of lead: Lead) -> Set<String> {
        var numbers: Set<String> = []
        if let postalCode = lead.postalCode { numbers.formUnion(Self.numbers(in: postalCode)) }
        if let rating = lead.shownRating {
            numbers.formUnion([rating.value, rating.value.replacing(".", with: ",")])
            if rating.value.hasSuffix(".0") { numbers.insert(String(rating.value.dropLast(2))) }
            if let reviews = rating.reviews {
                let digits = String(reviews)
                numbers.insert(digits)
                if digits.count > 3 {
                    for separator in [",", "."] { numbers.insert("\(digits.dropLast(3))\(separator)\(digits.suffix(3))") }
                }
            }
        }
        return numbers
    }

    /// Digits with what stands between them: `4.8`, `7:30`, `1,200`. Digits of other scripts are numbers, too.
    private static func numbers(in text: String) -> [String] {
        var numbers: [String] = []
        var current = ""
        for character in text {
            if character.isNumber || (!current.isEmpty && ".,:".contains(character)) {
                current.append(character)
            } else if !current.isEmpty {
                numbers.append(current)
                current = ""
            }
        }
        if !current.isEmpty { numbers.append(current) }
        return numbers.map { number in String(number.reversed().drop { ".,:".contains($0) }.reversed()) }
    }
}
