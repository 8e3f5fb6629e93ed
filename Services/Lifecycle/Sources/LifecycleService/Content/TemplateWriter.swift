package import Contracts
import Foundation

/// Writes from the general copy of the lead's trade and the lead's own facts: always there, at no cost.
package struct TemplateWriter: ContentWriter {
    package init() {}

    package func write(_ brief: ContentBrief) async throws -> WrittenContent {
        WrittenContent(try Self.content(brief), madeBy: .template)
    }

    /// - Throws: ``NothingToWrite`` when the lead has no name.
    package static func content(_ brief: ContentBrief) throws -> SiteContent {
        let copy = TradeCopy.of(Trade(of: brief.lead), in: brief.language)
        let sentences = sentences(brief)
        var content = try SiteContent(
            brief,
            copy: SiteCopy(
                tagline: copy.taglines[brief.tone],
                description: description([sentences.identity, copy.taglines[brief.tone], sentences.invitation]),
                about: SiteContent.Card(title: sentences.aboutTitle, text: sentences.about),
                services: copy.services,
                reasons: copy.reasons,
                closing: copy.closings[brief.tone],
                callToAction: sentences.invitation
            )
        )
        // The name alone stands above everything already.
        if !sentences.sayMoreThanName { content.about = nil }
        return content
    }

    static func sentences(_ brief: ContentBrief) -> any LeadSentences {
        switch brief.language {
        case .english: EnglishSentences(brief)
        case .spanish: SpanishSentences(brief)
        }
    }

    /// As many of the sentences as search engines show: about 160 characters.
    private static func description(_ sentences: [String?]) -> String {
        var text = ""
        for sentence in sentences.compactMap(\.self) where text.count + sentence.count < 160 {
            text += text.isEmpty ? sentence : " \(sentence)"
        }
        guard text.isEmpty else { return text }
        return String((sentences.compactMap(\.self).first ?? "").prefix(159)) + "…"
    }
}

/// Sites as they are written where nothing else is asked for.
package enum SiteWriter {
    /// - Throws: ``NothingToWrite`` when the lead has no name: there is nothing to put on a page.
    package static func content(for lead: Lead, title: String? = nil, tone: Tone = .friendly) throws -> SiteContent {
        try TemplateWriter.content(ContentBrief(lead, title: title, tone: tone))
    }
}
