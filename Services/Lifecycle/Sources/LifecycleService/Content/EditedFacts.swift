package import Contracts
import Foundation

/// What the built-in sentences say of facts that people have changed.
extension SiteContent {
    /// With the sentences of the built-in copy as the facts are now, where they stand word for word: who corrects a telephone number means all
    /// places where the page tells it. What was changed itself since `before` stays.
    ///
    /// `lead` is what the page was made from.
    package func retold(since before: SiteContent, of lead: Lead) -> SiteContent {
        let changes = zip(before.builtInSentences(of: lead), builtInSentences(of: lead)).compactMap { old, new in
            old.flatMap { $0 == new ? nil : (old: $0, new: new) }
        }
        func told(_ text: String?, unless isChanged: Bool) -> String? {
            guard let text, !isChanged else { return text }
            let told = changes.reduce(text) { $0.replacing($1.old, with: $1.new ?? "") }
            return told == text ? text : [told.split(separator: " ").joined(separator: " ")].joined(by: "")
        }
        var content = self
        content.description = told(description, unless: description != before.description)
        content.callToAction = told(callToAction, unless: callToAction != before.callToAction)
        if let about, about == before.about {
            content.about = told(about.text, unless: false).map { Card(title: about.title, text: $0) }
        }
        return content
    }

    /// Each sentence that the built-in copy has about `lead`, by the facts that stand on the page.
    private func builtInSentences(of lead: Lead) -> [String?] {
        var lead = lead
        let edited = Set(edited ?? [])
        (lead.phone, lead.email) = (phone?.text, email?.text)
        if edited.contains("hours") { lead.openingHours = hours.map { DayHours(day: $0.day, hours: $0.hours) } }
        if edited.contains("address_lines") {
            let address = addressLines.joined(separator: ", ")
            // Where it is now, and no more where the record has it.
            if let city = lead.city, !address.isEmpty, !address.localizedCaseInsensitiveContains(city) {
                (lead.city, lead.state) = (nil, nil)
            }
            lead.address = address.isEmpty ? nil : address
        }
        let sentences = TemplateWriter.sentences(ContentBrief(lead, title: name, language: language, tone: tone ?? .friendly))
        return [sentences.identity, sentences.address, sentences.hours, sentences.rating, sentences.invitation]
    }
}
