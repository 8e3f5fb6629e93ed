import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("What is written on a site")
struct SiteWriterTests {
    @Test func `a site says what the lead record says`() throws {
        let content = try SiteWriter.content(for: SampleLeads.plumber)
        #expect(content.trade == .plumbing)
        #expect(content.eyebrow == "Plumber · Birmingham, AL")
        #expect(content.phone == SiteContent.Link(text: "(205) 555-0142", url: "tel:+12055550142"))
        #expect(content.addressLines == ["2100 Cahaba Rd", "Birmingham, AL 35223"])
        #expect(content.rating == SiteContent.Rating(value: "4.8", reviews: 127, fromGoogle: true))
        #expect(content.map?.url.contains("query_place_id=ChIJexample") == true)
        #expect(
            content.about?.text == """
                Cedar & Sons Plumbing is a plumber in Birmingham, AL. You will find us at 2100 Cahaba Rd. We are open Monday to Friday \
                (7:30 AM to 5 PM) and Saturday (8 AM to 12 PM). Our rating on Google is 4.8 out of 5, from 127 reviews.
                """
        )
        #expect(content.callToAction == "Give us a call at (205) 555-0142.")
        #expect(content.description?.hasPrefix("Cedar & Sons Plumbing is a plumber in Birmingham, AL. ") == true)
    }

    @Test func `what the lead record doesn't hold isn't there`() throws {
        var lead = SampleLeads.bare
        lead.gmbID = nil
        let content = try SiteWriter.content(for: lead)
        #expect(content.eyebrow == nil && content.phone == nil && content.email == nil && content.map == nil && content.rating == nil)
        #expect(content.addressLines.isEmpty && content.hours.isEmpty && content.callToAction == nil)
        #expect(content.about == nil && content.description?.hasPrefix("This is Zenith. ") == true)
        #expect(try SiteWriter.content(for: SampleLeads.lead("Zenith", country: "GT", phone: "+50255550199")).about == nil)
    }

    @Test func `in a Spanish-speaking country the site is in Spanish`() throws {
        let content = try SiteWriter.content(for: SampleLeads.restaurant)
        #expect(content.language == .spanish)
        #expect(content.trade == .food)
        #expect(content.hours.first == SiteContent.Line(day: "Lunes", hours: "7:30 AM a 5 PM"))
        #expect(content.hours.last == SiteContent.Line(day: "Domingo", hours: "Cerrado"))
        #expect(content.phone?.text == "+502 5555-0199")
        #expect(
            content.about?.text == """
                ¿Restaurante en Antigua Guatemala? Comedor Doña Luisa. Nos encuentra en 4a Avenida 12-38, Zona 1. Abrimos de lunes a viernes \
                (7:30 AM a 5 PM) y sábado (8 AM a 12 PM).
                """
        )
    }

    @Test(arguments: [
        ("Plumber", "GT", "Plomería"), ("Restaurant", "MX", "Comida y bebida"), ("Abogado", "US", "Legal matters"),
        ("Panadería", "GT", "Panadería"), ("Coppersmith", "GT", "Coppersmith"),
    ])
    func `a category in another language than the site's is told as its trade`(category: String, country: String, shown: String) throws {
        #expect(try SiteWriter.content(for: SampleLeads.lead("A", category: category, country: country)).eyebrow == shown)
    }

    @Test func `a lead without a name has no site`() {
        #expect(throws: NothingToWrite.self) { try SiteWriter.content(for: SampleLeads.lead("  ")) }
    }

    @Test(arguments: [
        ("a plumber", "Plumber"), ("an HVAC contractor", "HVAC contractor"), ("a law firm", "Law firm"),
        ("an Italian restaurant", "Italian restaurant"), ("an electrician", "Electrician"), ("a cheese shop", "Cheese shop"),
        ("a Caribbean restaurant", "Caribbean restaurant"), ("a veterinarian", "Veterinarian"),
        ("a North Indian restaurant", "North Indian Restaurant"), ("an auto repair shop", "Auto Repair Shop"),
        ("a south side restaurant", "South Side Restaurant"),
        ("a used car dealer", "Used car dealer"), ("an auto parts store", "Auto parts store"),
    ])
    func `a business is said to be what its category names`(noun: String, category: String) throws {
        let content = try SiteWriter.content(for: SampleLeads.lead("A", category: category, country: "US"))
        #expect(content.about?.text == "A is \(noun).")
    }

    @Test func `a category that names no single thing is told beside the name`() throws {
        let content = try SiteWriter.content(for: SampleLeads.lead("A", category: "Legal services", city: "Bend", country: "US"))
        #expect(content.about?.text == "Legal services in Bend: A.")
    }

    @Test func `a low rating is no reason to come, and hours nobody understands are told as they are`() throws {
        var lead = SampleLeads.plumber
        lead.rating = 2.9
        lead.openingHours = [DayHours(day: "Monday", hours: "by appointment")]
        let text = try #require(try SiteWriter.content(for: lead).about?.text)
        #expect(!text.contains("rating") && !text.contains("open"))
    }

    @Test(arguments: Tone.allCases, [SampleLeads.plumber, SampleLeads.restaurant])
    func `each tone has words of its own`(tone: Tone, lead: Lead) throws {
        let content = try SiteWriter.content(for: lead, tone: tone)
        #expect(content.tone == tone)
        for other in Tone.allCases where other != tone {
            let words = try SiteWriter.content(for: lead, tone: other)
            #expect(words.tagline != content.tagline && words.callToAction != content.callToAction && words.about != content.about)
        }
    }

    @Test(arguments: Trade.allCases, ["US", "GT"])
    func `every trade has words of the right length, and none that say how to reach who can't be reached`(
        trade: Trade,
        country: String
    ) throws {
        for tone in Tone.allCases {
            let category = Self.categories[trade].map { country == "US" ? $0.english : $0.spanish }
            var lead = SampleLeads.lead("Zenith", category: category, country: country)
            lead.gmbID = nil
            let content = try SiteWriter.content(for: lead, tone: tone)
            #expect(content.trade == trade)
            #expect((15...130).contains(content.tagline.count), "\(content.tagline)")
            #expect((30...160).contains(content.description?.count ?? 0), "\(content.description ?? "")")
            #expect(content.services?.cards.count == 4 && content.cards.count == 3)
            #expect((4...45).contains(content.closing.count))
            let cards = (content.services?.cards ?? []) + content.cards
            #expect(cards.allSatisfy { (3...40).contains($0.title.count) && (20...140).contains($0.text.count) })
            let words = ([content.tagline, content.closing, content.cardsTitle] + cards.flatMap { [$0.title, $0.text] }).joined(
                separator: " "
            )
            #expect(!words.contains { $0.isNumber })
            #expect(
                words.firstMatch(of: /(?i)\b(call\b|phone us|ll[aá]m|guarante|licens|award|garant|years of|años de)/) == nil,
                "\(words)"
            )
        }
    }

    /// A category for each trade, in both languages.
    static let categories: [Trade: (english: String, spanish: String)] = [
        .plumbing: ("Plumber", "Plomero"), .climate: ("HVAC contractor", "Aire acondicionado"),
        .electrical: ("Electrician", "Electricista"),
        .building: ("General contractor", "Constructora"), .roofing: ("Roofing contractor", "Impermeabilización"),
        .painting: ("Painter", "Pintor"), .landscaping: ("Landscaper", "Jardinería"), .cleaning: ("House cleaning service", "Limpieza"),
        .repair: ("Appliance repair service", "Servicio técnico"), .automotive: ("Auto repair shop", "Taller mecánico"),
        .food: ("Restaurant", "Restaurante"), .bakery: ("Bakery", "Panadería"), .butcher: ("Butcher shop", "Carnicería"),
        .shop: ("Gift shop", "Tienda"), .printing: ("Copy shop", "Imprenta"), .beauty: ("Beauty salon", "Salón de belleza"),
        .fitness: ("Gym", "Gimnasio"), .lodging: ("Hotel", "Hotel"), .health: ("Medical clinic", "Clínica"),
        .dental: ("Dental clinic", "Odontólogo"), .veterinary: ("Veterinarian", "Veterinaria"), .legal: ("Law firm", "Abogado"),
        .accounting: ("Accountant", "Contador"), .realEstate: ("Real estate agency", "Inmobiliaria"),
        .education: ("Music school", "Academia"),
        .office: ("Marketing agency", "Consultoría"),
    ]

    @Test(arguments: [
        ("Plumber", Trade.plumbing), ("HVAC contractor", .climate), ("Air conditioning contractor", .climate), ("Carpet store", .shop),
        ("Auto electrical service", .automotive), ("Barber shop", .beauty), ("Spanish restaurant", .food), ("Plumbing supply store", .shop),
        ("Law firm", .legal), ("Lawn care service", .landscaping), ("Dental clinic", .dental), ("Abogado", .legal), ("Panadería", .bakery),
        ("Taxi service", .general), ("Marketing agency", .office), ("Bed & breakfast", .lodging), ("Butcher shop", .butcher),
        ("Auto insurance agency", .office), ("Tax attorney", .legal), ("Law school", .education), ("Pet store", .shop),
        ("Car wash", .general),
        ("Animal hospital", .veterinary), ("Medical spa", .beauty), ("Plastic surgeon", .health), ("Internet cafe", .printing),
        ("Septic system service", .plumbing), ("Water damage restoration service", .building), ("Furnace repair service", .climate),
        ("Electronics repair shop", .repair), ("Roofing contractor", .roofing), ("Window cleaning service", .cleaning), ("Gym", .fitness),
        ("Vacation home rental agency", .lodging), ("Car rental agency", .general), ("Chartered accountant", .accounting),
        ("Government office", .general), ("Furniture manufacturer", .general), ("Taller mecánico", .automotive),
        ("Salón de belleza", .beauty),
        ("Ferretería", .shop), ("Bienes raíces", .realEstate), ("Clínica dental", .dental), ("Cafetería", .food),
        ("Restaurant\u{7}", .food),
    ])
    func `a category finds its trade`(category: String, trade: Trade) {
        #expect(Trade(of: SampleLeads.lead("A", category: category)) == trade)
    }

    @Test func `content from before tones and services can still be read`() throws {
        let old = """
            {"language": "en", "trade": "plumbing", "name": "A", "tagline": "B", "cards_title": "C", "cards": [], "address_lines": [], \
            "hours": [], "closing": "D"}
            """
        let content = try WireJSON.decode(SiteContent.self, from: Data(old.utf8))
        #expect(content.services == nil && content.tone == nil && content.about == nil)
        let new = try SiteWriter.content(for: SampleLeads.plumber)
        #expect(try WireJSON.decode(SiteContent.self, from: WireJSON.encode(new)) == new)
    }

    @Test(arguments: [
        ("8 AM to 5 PM", ["08:00-17:00"]), ("7:30AM-5PM", ["07:30-17:00"]), ("5 to 10 PM", ["17:00-22:00"]),
        ("11 AM–1 AM", ["11:00-01:00"]), ("12 to 11:30 PM", ["12:00-23:30"]), ("Open 24 hours", ["00:00-23:59"]), ("Closed", []),
        ("9 AM to 1 PM, 3 to 7 PM", ["09:00-13:00", "15:00-19:00"]), ("by appointment", []), ("", []),
    ])
    func `opening hours are read as listings write them`(text: String, expected: [String]) {
        let spans = OpeningHours.spans(of: DayHours(day: "Monday", hours: text))
        #expect(spans.map { "\($0.opens)-\($0.closes)" } == expected)
        #expect(spans.allSatisfy { $0.day == "Monday" })
    }
}
