import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("What may be published of others' words")
struct CopyCheckTests {
    private let plumber = CopyCheck(ContentBrief(SampleLeads.plumber))

    @Test(arguments: [
        "Cedar & Sons Plumbing is a plumber in Birmingham, AL.", "You will find us at 2100 Cahaba Rd, Birmingham, AL 35223.",
        "We are open Monday to Friday, 7:30 AM to 5 PM.", "On Google, 127 reviews give us 4.8 out of 5.", "Call (205) 555-0142.",
        "A leak that keeps coming back wants a look.", "Write to office@cedar.example.",
    ])
    func `what the record says may be said`(text: String) {
        #expect(plumber.faults(in: text).isEmpty, "\(plumber.faults(in: text))")
    }

    @Test(arguments: [
        "Licensed and insured plumbers.", "LICENSED plumbers.", "Ｌicensed plumbers.", "An award-winning team.", "Work guaranteed.",
        "Serving you since 1987.", "25 years of experience.", "Over 127 years of experience.", "A family-owned business.",
        "Five-star service.",
        "Free estimates for everyone.", "Same-day service.", "Available 24/7.", "Call 205-555-0199.", "Repairs from $99.",
        "Repairs at 20% less.", "Visit www.cedar.example.", "See https://a.example.", "Find us at cedar.com.", "Write to me@cedar.example.",
        "<b>Plumbing</b>", "**Plumbing**", "Plumbing &amp; more", "A line\nbreak.", "Trusted by hundreds of neighbours.",
        "Rated 4.9 out of 5.", "From 1,270 reviews.", "Our customers say we are great.", "The best in Birmingham for decades, experts all.",
        "Open at 6 AM.", "We come with 12 vans.", "We have 5 vans.", "٢٥ vans.", "Plomeros con licencia.", "Con 20 años de experiencia.",
        "Desde hace una década.",
        "Presupuesto gratis.", "Trabajo garantizado.", "Premiados por todos.",
    ])
    func `what it doesn't say is refused`(text: String) {
        #expect(!plumber.faults(in: text).isEmpty)
    }

    @Test(arguments: [
        "We are open on Monday.", "Rated 5 stars.", "Read our reviews.", "At your service around the clock.", "Abrimos el sábado.",
    ])
    func `hours and ratings are for those who have some`(text: String) {
        #expect(!CopyCheck(ContentBrief(SampleLeads.bare)).faults(in: text).isEmpty)
    }

    @Test func `a claim in a business's own name is its name, and nothing more`() {
        let check = CopyCheck(ContentBrief(SampleLeads.lead("Licensed & Insured Plumbing Since 1987", country: "US")))
        #expect(check.faults(in: "This is Licensed & Insured Plumbing Since 1987.").isEmpty)
        #expect(!check.faults(in: "We are licensed.").isEmpty && !check.faults(in: "Here since 1987.").isEmpty)
    }

    @Test func `words in the other language are refused`() throws {
        let english = try JSONDecoder().decode(SiteCopy.self, from: Data(ModelWords.english.json.utf8))
        #expect(plumber.problems(in: english).isEmpty)
        let guatemalan = CopyCheck(ContentBrief(SampleLeads.plumber, language: .spanish))
        #expect(guatemalan.problems(in: english) == ["it isn't written in Spanish"])
    }

    @Test(arguments: Trade.allCases, Tone.allCases)
    func `the built-in copy keeps to the same rules`(trade: Trade, tone: Tone) throws {
        for country in ["US", "GT"] {
            var lead = SampleLeads.plumber
            lead.country = country
            lead.category = SiteWriterTests.categories[trade].map { country == "US" ? $0.english : $0.spanish }
            let brief = ContentBrief(lead, tone: tone)
            let content = try SiteWriter.content(for: lead, tone: tone)
            let cards = (content.services?.cards ?? []) + content.cards
            var texts: [String?] = cards.flatMap { [$0.title, $0.text] }
            texts += [content.tagline, content.description, content.about?.text, content.services?.title]
            texts += [content.cardsTitle, content.closing, content.callToAction]
            for text in texts.compactMap(\.self) {
                #expect(CopyCheck(brief).faults(in: text).isEmpty, "\(text): \(CopyCheck(brief).faults(in: text))")
            }
        }
    }
}
