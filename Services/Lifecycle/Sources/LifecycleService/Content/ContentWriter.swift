package import Contracts
import Foundation

/// Writes what stands on a site.
package protocol ContentWriter: Sendable {
    /// - Throws: ``NothingToWrite`` when there is nothing that a page could be made of, whoever writes; ``WriterBusy`` where the brief lets
    ///   it; else what may pass.
    func write(_ brief: ContentBrief) async throws -> WrittenContent
}

/// What a site is to be written from, and how.
package struct ContentBrief: Sendable {
    package var lead: Lead
    /// The site's; the lead's name where it has none.
    package var title: String
    package var language: SiteContent.Language
    package var tone: Tone
    /// Whether a writer that is busy may say so, and be asked again later. Otherwise it writes what it can now.
    package var mayWait: Bool

    package init(
        _ lead: Lead,
        title: String? = nil,
        language: SiteContent.Language? = nil,
        tone: Tone = .friendly,
        mayWait: Bool = false
    ) {
        self.lead = lead
        self.title = (title ?? lead.name).trimmingCharacters(in: .whitespacesAndNewlines)
        self.language = language ?? SiteContent.Language(of: lead)
        self.tone = tone
        self.mayWait = mayWait
    }
}

/// The writer has more to do than it can; nothing is wrong with what it was asked.
package struct WriterBusy: Error, CustomStringConvertible {
    package let description: String
    /// How long it asks to be left alone.
    package var pause: Duration?

    package init(_ description: String, pause: Duration? = nil) {
        self.description = description
        self.pause = pause
    }
}

/// What was written, and by whom.
package struct WrittenContent: Sendable {
    package var content: SiteContent
    package var madeBy: SiteMaker
    /// What a model was asked, and what it cost; kept too where its answer was of no use.
    package var writer: WriterRecord?

    package init(_ content: SiteContent, madeBy: SiteMaker, writer: WriterRecord? = nil) {
        self.content = content
        self.madeBy = madeBy
        self.writer = writer
    }
}

/// A lead that no page can be made of.
package struct NothingToWrite: Error, CustomStringConvertible {
    package let description = "The lead has no name."
}

/// The words of a site, beside the facts: all that a writer writes.
package struct SiteCopy: Codable, Hashable, Sendable {
    var tagline: String
    var description: String
    var about: SiteContent.Card
    var services: SiteContent.Cards
    var reasons: SiteContent.Cards
    var closing: String
    var callToAction: String?

    enum CodingKeys: String, CodingKey {
        case tagline, description, about, services, reasons, closing
        case callToAction = "call_to_action"
    }
}
