import Adoption
import Contracts
import Foundation
import Testing

@Suite("Rows of a predecessor's database")
struct ReadingTests {
    private func row(_ table: String, _ json: String) throws -> PredecessorRow { try PredecessorRow(table: table, record: json) }

    @Test(
        arguments: [
            ("Los Angeles Plumbing Pros | Licensed & Insured | Call (310) 555-0123", "Los Angeles Plumbing Pros", "(310) 555-0123"),
            ("Home | Ana's Café | Tel. +502 5555 0123", "Ana's Café", "+502 5555 0123"),
            ("Smith &amp; Sons | Roofing since 1990", "Smith & Sons", nil),
            ("Acme Roofing – Free quotes – 512.555.0199", "Acme Roofing", "512.555.0199"),
            ("Plain Name", "Plain Name", nil),
            ("Smith-Jones Plumbing", "Smith-Jones Plumbing", nil),
            ("Call (310) 555-0123 | Night Plumber", "Night Plumber", "(310) 555-0123"),
            ("24 Hour Locks | 2024", "24 Hour Locks", nil),
            (" | | ", nil, nil),
            ("Welcome", nil, nil),
            (nil, nil, nil),
        ] as [(String?, String?, String?)]
    )
    func `a title says the name and the number, behind its claims`(title: String?, name: String?, phone: String?) {
        #expect(SiteTitle(title).name == name)
        #expect(SiteTitle(title).phone == phone)
    }

    @Test(
        arguments: [
            ("la-plumbing-pros", "La Plumbing Pros"), ("joes_diner-1699999999", "Joes Diner"), ("studio-54", "Studio 54"), ("12345", nil),
            ("--", nil),
            (nil, nil),
        ] as [(String?, String?)]
    )
    func `a slug says a name`(slug: String?, name: String?) {
        #expect(SlugName.name(of: slug) == name)
    }

    @Test func `what has no zone is UTC, in every form that PostgreSQL writes`() throws {
        let row = try row(
            "sites",
            #"""
            {"a": "2024-05-01T10:00:00", "b": "2024-05-01T12:00:00+02:00", "c": "2024-05-01 10:00:00", "d": "2024-05-01 12:00:00+02",
             "e": "2024-05-01", "f": "infinity", "g": null, "h": "2024-05-01T10:00:00.123456"}
            """#
        )
        let ten = try #require(RFC3339.date(from: "2024-05-01T10:00:00Z"))
        #expect(["a", "b", "c", "d"].allSatisfy { row.time($0) == ten })
        #expect(row.time("e") == RFC3339.date(from: "2024-05-01T00:00:00Z"))
        #expect(row.time("f") == nil && row.time("g") == nil && row.time("missing") == nil)
        #expect(row.time("h") == RFC3339.date(from: "2024-05-01T10:00:00.123456Z"))
    }

    @Test func `a business is read with every column, and the place id where it stands`() throws {
        let whole = BusinessReading(
            try row(
                "businesses",
                #"""
                {"id": "5f2c1f6e-0000-4000-8000-000000000001", "gmb_id": "0x80c2c75d:0xdeadbeef", "gmb_place_id": "ChIJ0001made07919up",
                 "name": "Ana's Café", "slug": "anas-cafe", "state": "California", "zip_code": 90001, "country": "US", "rating": 4.5,
                 "review_count": 12, "photos_urls": ["a", "b"], "created_at": "2024-05-01T10:00:00", "phone": "310.555.0123"}
                """#
            )
        ).lead
        #expect(whole.id?.description == "5f2c1f6e-0000-4000-8000-000000000001")
        #expect(whole.business.gmbID == "ChIJ0001made07919up")
        #expect(whole.business.source == .googleBusiness)
        #expect(whole.business.postalCode == "90001" && whole.business.photoCount == 2 && whole.business.reviewCount == 12)
        #expect(whole.createdAt == RFC3339.date(from: "2024-05-01T10:00:00Z"))

        let old = BusinessReading(try row("businesses", #"{"id": 17, "gmb_id": "0x80c2c75d:0xdeadbeef", "slug": "old-town-dental"}"#))
        #expect(old.lead.id == nil && old.lead.origin == AdoptionOrigin("businesses", "17"))
        #expect(old.lead.business.gmbID == nil, "a hex feature id is no place id")
        #expect(old.lead.business.name == "Old Town Dental" && old.remarks.count == 1)
        #expect(
            BusinessReading(try row("businesses", #"{"id": 1, "gmb_id": "ChIJ0001made07919up"}"#)).lead.business.gmbID
                == "ChIJ0001made07919up"
        )
    }

    @Test func `an orphan is named by its title, else by its slug, and reached as its customer is`() throws {
        let site = try row("sites", #"{"id": "a", "slug": "la-plumbing-pros", "site_title": "Los Angeles Plumbing Pros | Best"}"#)
        let customer = try row(
            "customers",
            #"{"id": "c", "email": "luis@example.com", "full_name": "Luis de la Cruz", "phone": "3105550123"}"#
        )
        let lead = OrphanReading(site, customer: customer).lead.business
        #expect(lead.name == "Los Angeles Plumbing Pros" && lead.email == "luis@example.com" && lead.phone == "3105550123")
        #expect(lead.firstName == "Luis" && lead.lastName == "de la Cruz")
        #expect(
            OrphanReading(try row("sites", #"{"id": "a", "slug": "la-plumbing-pros"}"#), customer: nil).lead.business.name
                == "La Plumbing Pros"
        )
    }

    @Test(
        arguments: [
            (#""status": "preview", "purchase_amount": 495.00"#, SiteState.preview, false),
            (#""status": "active", "purchase_amount": 495.00"#, .preview, false),
            (#""status": "active", "purchased_at": "2024-05-01T10:00:00+00:00""#, .active, true),
            (#""status": "owned""#, .active, true),
            (#""status": "preview", "purchase_transaction_id": "t""#, .active, true),
            (#""status": "suspended""#, .archived, false),
            (#""status": "suspended", "subscription_started_at": "2024-05-01T10:00:00""#, .suspended, true),
            (#""status": "archived""#, .archived, false),
            (#""status": "archived", "purchased_at": "2024-05-01T10:00:00+00:00""#, .archived, true),
            (#""purchase_amount": 495.00"#, .preview, false),
        ] as [(String, SiteState, Bool)]
    )
    func `only what proves a sale sells a site; the amount alone proves nothing`(columns: String, state: SiteState, isSold: Bool) throws {
        let row = try row("sites", #"{"id": "a", "slug": "a", "created_at": "2024-04-01T10:00:00", \#(columns)}"#)
        let site = SiteReading(row, lead: nil, evidence: SiteEvidence()).site
        #expect(site.state == state)
        #expect((site.purchasedAt != nil) == isSold)
        #expect(site.statuses.contains { $0.to == "sold" } == isSold)
        #expect(site.statuses.contains { $0.to == "purchased" && $0.field == .contact } == isSold)
        #expect(site.statuses.contains { $0.to == "archived" } == (state == .archived))
        #expect(!site.statuses.contains { $0.to == "generated" }, "it has no page")
    }

    @Test func `a page gets its styles, and its script stays behind`() throws {
        var evidence = SiteEvidence()
        (evidence.html, evidence.css, evidence.hasScript) = ("<html><HEAD></HEAD><p>a", "p { color: red } </style><script>", true)
        let reading = SiteReading(try row("sites", #"{"id": "a", "slug": "a"}"#), lead: nil, evidence: evidence)
        #expect(reading.site.html == #"<html><HEAD><style>p { color: red } <\/style><script></style></HEAD><p>a"#)
        #expect(reading.site.statuses.map(\.to) == ["generated"])
        #expect(reading.remarks.contains { $0.contains("script") })
    }

    @Test func `one message gives the steps that it proves`() throws {
        let clicked = try row(
            "campaigns",
            #"{"id": "m", "channel": "email", "status": "clicked", "sent_at": "2024-05-01T10:00:00", "clicked_at": "2024-05-02T10:00:00"}"#
        )
        #expect(ContactReading.statuses(ofMessage: clicked).map(\.to) == ["emailed", "clicked"])
        let failed = try row("campaigns", #"{"id": "m", "channel": "sms", "status": "failed", "scheduled_for": "2024-05-01T10:00:00"}"#)
        #expect(ContactReading.statuses(ofMessage: failed).isEmpty)
        let bounced = try row("campaigns", #"{"id": "m", "status": "bounced", "recipient_phone": "1", "sent_at": "2024-05-01T10:00:00"}"#)
        #expect(ContactReading.statuses(ofMessage: bounced).map(\.to) == ["sms_sent", "bounced"])
    }

    @Test(arguments: [
        ("postgresql+asyncpg://a:b@host/name?ssl=require", "postgresql://a:b@host/name?sslmode=require"),
        ("postgres://a@host:5/name", "postgres://a@host:5/name"), ("host=a dbname=b", "host=a dbname=b"),
    ])
    func `the address is taken as the predecessor's settings have it`(address: String, url: String) {
        #expect(PredecessorAddress.forLibpq(address) == url)
    }
}
