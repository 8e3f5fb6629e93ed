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
    }

    @Test func `what the lead record doesn't hold isn't there`() throws {
        var lead = SampleLeads.bare
        lead.gmbID = nil
        let content = try SiteWriter.content(for: lead)
        #expect(content.eyebrow == nil && content.phone == nil && content.email == nil && content.map == nil && content.rating == nil)
        #expect(content.addressLines.isEmpty && content.hours.isEmpty)
    }

    @Test func `in a Spanish-speaking country the site is in Spanish`() throws {
        let content = try SiteWriter.content(for: SampleLeads.restaurant)
        #expect(content.language == .spanish)
        #expect(content.trade == .food)
        #expect(content.hours.first == SiteContent.Line(day: "Lunes", hours: "7:30 AM a 5 PM"))
        #expect(content.hours.last == SiteContent.Line(day: "Domingo", hours: "Cerrado"))
        #expect(content.phone?.text == "+502 5555-0199")
    }

    @Test func `a lead without a name has no site`() {
        #expect(throws: SiteWriter.NothingToWrite.self) { try SiteWriter.content(for: SampleLeads.lead("  ")) }
    }

    @Test(arguments: [
        ("Plumber", Trade.plumbing), ("HVAC contractor", .climate), ("Air conditioning contractor", .climate), ("Carpet store", .shop),
        ("Auto electrical service", .automotive), ("Car wash", .automotive), ("Barber shop", .beauty), ("Spanish restaurant", .food),
        ("Law firm", .legal), ("Lawn care service", .building), ("Dental clinic", .health), ("Abogado", .legal), ("Panadería", .food),
        ("Taxi service", .general), ("Marketing agency", .office), ("Bed & breakfast", .lodging), ("Butcher shop", .shop),
    ])
    func `a category finds its trade`(category: String, trade: Trade) {
        #expect(Trade(of: SampleLeads.lead("A", category: category)) == trade)
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
