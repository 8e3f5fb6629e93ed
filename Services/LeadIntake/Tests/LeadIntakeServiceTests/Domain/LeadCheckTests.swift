import Contracts
import LeadIntakeService
import Testing

@Suite("Checking a business's data")
struct LeadCheckTests {
    private let bad = LeadDraft(
        name: " La\tFonda\u{200B}\u{0} ",
        gmbID: "12345",
        country: "Mars",
        latitude: 91,
        longitude: 0,
        phone: "1",
        email: "x",
        websiteURL: "nowhere",
        rating: 6,
        reviewCount: -1
    )
    private let fields: Set = ["gmb_id", "country", "latitude", "phone", "email", "website_url", "rating", "review_count"]

    @Test func `what somebody typed is refused as a whole, with all that is wrong`() {
        guard case .rejected(let findings) = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)(bad) else {
            Issue.record("it was accepted")
            return
        }
        #expect(Set(findings.map(\.field)) == fields)
        #expect(findings.allSatisfy { $0.detail.contains(": ") })
    }

    @Test func `what was scraped is kept without the values that can't be right`() {
        guard case .accepted(let lead, let warnings) = LeadCheck(.import, defaultCountry: "US", defaultSource: .import)(bad) else {
            Issue.record("it was refused")
            return
        }
        #expect(Set(warnings.map(\.field)) == fields)
        #expect(lead.draft == LeadDraft(name: "La Fonda", source: .import))
    }

    @Test(arguments: [Strictness.entry, .import])
    func `a text that is far too long is cut, and that is said`(strictness: Strictness) {
        let long = LeadDraft(name: String(repeating: "é", count: 201), city: String(repeating: "c", count: 120))
        guard case .accepted(let lead, let warnings) = LeadCheck(strictness, defaultCountry: "US", defaultSource: .api)(long) else {
            Issue.record("it was refused")
            return
        }
        #expect(lead.draft.name.count == 200 && lead.draft.city == long.city)
        #expect(warnings == [Finding("name", "has more than 200 characters; the rest was left out")])
    }

    @Test func `half of a place is none, and that is said`() {
        let half = LeadDraft(name: "La Fonda", latitude: 14.56)
        guard case .rejected(let findings) = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)(half) else {
            Issue.record("it was accepted")
            return
        }
        #expect(findings == [Finding("latitude", "and longitude belong together: give both, or neither")])
    }

    @Test(arguments: [
        ("USA", "US"), ("gt", "GT"), ("United Kingdom", "GB"), ("UK", "GB"), ("Estados Unidos", "US"), ("Türkiye", "TR"),
        ("Deutschland", "DE"),
        ("España", "ES"), ("México", "MX"),
    ])
    func `a country is a code or a name`(text: String, code: String) {
        #expect(Country.code(of: text) == code)
    }

    @Test func `a number without a country tells it`() {
        guard
            case .accepted(let lead, _) = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)(
                LeadDraft(name: "A", phone: "+502 5550 1234")
            )
        else {
            Issue.record("it was refused")
            return
        }
        #expect(lead.draft.country == "GT")
    }

    @Test func `a page on Facebook is a profile, no web site`() {
        guard
            case .accepted(let lead, _) = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)(
                LeadDraft(name: "A", websiteURL: "https://www.facebook.com/a")
            )
        else {
            Issue.record("it was refused")
            return
        }
        #expect(lead.draft.websiteURL == nil && lead.profiles == ["https://www.facebook.com/a"])
    }

    @Test(arguments: ["ChIJN1t_tDeuEmsRUsoyG83frY4", "GhIJQWDl0CIeQUARxks3icF8U8A"])
    func `a place id is found, also inside of a link`(id: String) {
        #expect(PlaceID(id)?.text == id)
        #expect(PlaceID(link: "https://www.google.com/maps/search/?api=1&query=x&query_place_id=\(id)&z=1")?.text == id)
        #expect(PlaceID(link: "https://www.google.com/maps/place/x/data=!4m7!19s\(id)!5m1?hl=en")?.text == id)
    }

    @Test(arguments: ["", "4.45E+18", "12345678901234567890", "no id", "<script>"])
    func `what a spreadsheet made of a cid is no place id`(text: String) {
        #expect(PlaceID(text) == nil)
    }
}
