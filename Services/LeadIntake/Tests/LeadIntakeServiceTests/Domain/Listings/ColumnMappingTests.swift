import Contracts
import LeadIntakeService
import Testing

@Suite("Which column is which field")
struct ColumnMappingTests {
    private func read(_ text: String, mapping: String? = nil, preset: String? = nil) throws -> (leads: [CheckedLead], reader: ImportReader)
    {
        var reader = ImportReader(
            format: nil,
            country: "US",
            defaultCountry: "US",
            preset: preset.flatMap(MappingPreset.named),
            mapping: try mapping.map(ColumnMapping.init(json:))
        )
        let chunks = try reader.push(Array(text.utf8)) + reader.finish()
        #expect(chunks.flatMap(\.rejections).isEmpty)
        return (chunks.flatMap(\.candidates).map(\.lead), reader)
    }

    @Test(arguments: [
        ("query,name,subtypes,phone", "outscraper"), ("title,totalScore,reviewsCount,url", "apify"),
        ("input_id,link,title,category,review_rating,complete_address", "gosom"), ("hfpxzc href,qBF1Pd,MW4etd", "instant-data-scraper"),
        ("Contact ID,First Name,Last Name,Email,Lifecycle Stage", "hubspot"),
        ("Record ID,First Name,Last Name,Email,Company name", "hubspot"),
        ("lead_id,first_name,last_name,email,company,lead_source", "salesforce"),
        ("First Name,Last Name,Title,Company / Account,Lead Status,Lead Source", "salesforce"),
        ("FirstName,LastName,Company,Status,LeadSource,OwnerId", "salesforce"), ("name,email,phone,company,notes", "contact-list"),
        ("Company,Address 1,City,Region,Phone", "by-name"), ("name,phone", "by-name"),
    ])
    func `the preset is picked by the header`(header: String, preset: String) throws {
        let reader = try read(header + "\n").reader
        #expect(reader.report.mapping?.preset == preset)
    }

    @Test func `HubSpot: people, and what was done with them`() throws {
        let (leads, reader) = try read(
            """
            Contact ID,First Name,Last Name,Email,Mobile Phone Number,Job Title,Lifecycle Stage,Lead Status,Contact Owner,Lead Source,Website URL,City,State/Region,Country,Associated Company Domain
            1,Ana,Doe,ana@harbor.example,205-555-0101x12,Owner,Lead,Connected,kim@own.example,Referral,,Birmingham,AL,United States,harbor.example
            2,Joe,Roe,joe@mail.example,,Clerk,Customer,In Progress,kim@own.example,Paid Search,https://joe.example/,Austin,TX,United States,
            3,Bea,Poe,bea@mail.example,,,Subscriber,,,,,,,,
            """
        )
        #expect(leads.map(\.draft.name) == ["harbor.example", "Joe Roe", "Bea Poe"])
        #expect(leads.map(\.work.salesStage) == [.contacted, .won, nil])
        #expect(leads.map(\.draft.source) == [.referral, .other, .import])
        #expect(leads[0].draft.phone == "+12055550101" && leads[0].draft.title == "Owner" && leads[0].draft.lastName == "Doe")
        #expect(leads[0].draft.state == "AL" && leads[0].draft.websiteURL == "http://harbor.example/")
        #expect(leads[1].draft.websiteURL == "https://joe.example/")
        #expect(reader.report.mapping?.ignored == ["Contact ID", "Contact Owner"])
    }

    @Test func `Salesforce: companies with the person to talk to`() throws {
        let leads = try read(
            """
            First Name,Last Name,Title,Company / Account,Email,Lead Source,State/Province,Lead Status,Rating,Industry,Lead Owner
            Ana,Doe,CFO,Harbor Inc,ana@harbor.example,Web,AL,Working - Contacted,Hot,Shipping,Kim
            Joe,Roe,,,joe@mail.example,Trade Show,,Closed - Not Converted,,,Kim
            """
        ).leads
        #expect(leads.map(\.draft.name) == ["Harbor Inc", "Joe Roe"])
        #expect(leads[0].draft.title == "CFO" && leads[0].draft.category == "Shipping" && leads[0].draft.rating == nil)
        #expect(leads.map(\.draft.source) == [.website, .other])
        #expect(leads.map(\.work.salesStage) == [.contacted, .lost])
    }

    @Test func `a list of contacts: the company is the business, and the name the person`() throws {
        let lead = try #require(
            try read("name,email,phone,company,source,notes\n Ana Doe ,ANA@Harbor.example,(205) 555-0101,Harbor,web form,call back\n").leads
                .first
        )
        #expect(lead.draft.name == "Harbor" && lead.draft.firstName == "Ana" && lead.draft.lastName == "Doe")
        #expect(lead.draft.email == "ana@harbor.example" && lead.draft.source == .website && lead.work.note == "call back")
    }

    @Test func `the whole lead`() throws {
        let lead = try #require(
            try read(
                """
                name,first_name,last_name,title,company,lead_source,acquisition_cost,currency,tags,notes,sales_stage,assigned_to,category,subcategory,gmb_id,address,city,state,postal_code,country,latitude,longitude,phone,email,website_url,rating,review_count,photo_count
                Harbor,Ana,Doe,Owner,Harbor Holding,Instagram,"1,200.50",gtq,"VIP; hot, vip",ask for Ana,proposal,staff-7,Plumber,Drains,ChIJharbor,1 Main St,Austin,Texas,78701,US,30.2,-97.7,512-555-0101,a@harbor.example,harbor.example,4.5,12,3
                """
            ).leads.first
        )
        let draft = lead.draft
        #expect(draft.name == "Harbor" && draft.firstName == "Ana" && draft.lastName == "Doe" && draft.title == "Owner")
        #expect(draft.company == "Harbor Holding" && draft.source == .instagram && draft.tags == ["vip", "hot"])
        #expect(draft.acquisitionCost == Money(minorUnits: 120_050, currency: .gtq))
        #expect(lead.work == LeadWork(salesStage: .proposal, assignedTo: "staff-7", note: "ask for Ana"))
        #expect(
            draft.gmbID == "ChIJharbor" && draft.state == "TX" && draft.latitude == 30.2 && draft.rating == 4.5 && draft.photoCount == 3
        )
    }

    @Test(arguments: [
        ("12.50 USD", Money(minorUnits: 1_250, currency: .usd)), ("USD 12", Money(minorUnits: 1_200, currency: .usd)),
        ("€ 1.200,5", Money(minorUnits: 120_050, currency: .eur)), ("Q1,500", Money(minorUnits: 150_000, currency: .gtq)),
        ("$0.99", Money(minorUnits: 99, currency: .usd)), ("12", nil), ("cheap", nil), ("$$$", nil),
    ])
    func `an acquisition cost needs its currency`(text: String, money: Money?) throws {
        #expect(try read("name,acquisition_cost\nAna,\"\(text)\"\n").leads.first?.draft.acquisitionCost == money)
    }

    @Test func `the caller says which column is which, by name or number, and the preset does the rest`() throws {
        let (leads, reader) = try read(
            "Firma;Durchwahl;email;Intern;name\nHarbor;512-555-0101;a@harbor.example;x;Ana Doe\n",
            mapping: ##"{"firma": "name", "#2": "phone", "Intern": null, "name": "full_name"}"##
        )
        let draft = try #require(leads.first).draft
        #expect(draft.name == "Harbor" && draft.phone == "+15125550101" && draft.email == "a@harbor.example" && draft.lastName == "Doe")
        let used = try #require(reader.report.mapping)
        #expect(used.columns.map(\.fields) == [["name"], ["phone"], ["email"], [], ["full_name"]] && used.ignored == ["Intern"])
        #expect(reader.report.separator == ";" && reader.report.encoding == "UTF-8")
    }

    @Test func `with the preset 'none' only what the caller says counts`() throws {
        let (leads, reader) = try read("a,email,phone\nHarbor,a@harbor.example,512-555-0101\n", mapping: #"{"a": "name"}"#, preset: "none")
        #expect(leads.map(\.draft) == [LeadDraft(name: "Harbor", country: "US", source: .import)])
        #expect(reader.report.mapping?.ignored == ["email", "phone"])
    }

    @Test func `objects are mapped by their keys, also those inside of others`() throws {
        let lead = try #require(
            try read(
                #"[{"firma": {"wert": "Harbor"}, "mail": "a@harbor.example"}, {"mail": null, "firma": {"wert": "Ana's"}}]"#,
                mapping: #"{"firma.wert": "name", "mail": "email"}"#
            ).leads.first
        )
        #expect(lead.draft.name == "Harbor" && lead.draft.email == "a@harbor.example")
    }

    @Test(arguments: [
        (#"{"Fax": "phone"}"#, "/mapping/Fax", "#2 'Telefon'"), (##"{"#9": "phone"}"##, "/mapping/#9", "#1 'Firma'"),
        (#"{"Telefon": "phne"}"#, "/mapping/Telefon", "there are: name, category"), ("[]", "/mapping", "must be a JSON object"),
        ("{}", "/mapping", "must be a JSON object"), (#"{"Firma": 3}"#, "/mapping", "must be a JSON object"),
    ])
    func `a mapping of what is not there is refused by name`(mapping: String, pointer: String, detail: String) throws {
        let problem = try #require(throws: Problem.self) { try read("Firma,Telefon\nHarbor,1\n", mapping: mapping) }
        #expect(problem.status == 422)
        #expect(problem.errors?.first?.pointer == pointer)
        #expect(problem.errors?.first?.detail.contains(detail) == true)
    }

    @Test func `of columns with the same name the first that says something counts, and all are kept`() throws {
        let rows = "name,,phone,phone\nHarbor,x,,512-555-0101\n"
        var reader = ImportReader(format: nil, country: "US", defaultCountry: "US")
        let candidates = try (reader.push(Array(rows.utf8)) + reader.finish()).flatMap(\.candidates)
        #expect(candidates.first?.lead.draft.phone == "+15125550101")
        #expect(candidates.first?.raw == #"{"name":"Harbor","column 2":"x","phone (4)":"512-555-0101"}"#)
    }

    @Test func `a short row is filled with nothing, a long one is refused`() throws {
        var reader = ImportReader(format: nil, country: "US", defaultCountry: "US")
        let chunks = try reader.push(Array("name,phone,city\nAna\nHarbor, Inc,512-555-0101,Austin\nJoe,,Austin,,\n".utf8)) + reader.finish()
        #expect(chunks.flatMap(\.candidates).map(\.lead.draft.name) == ["Ana", "Joe"])
        #expect(chunks.flatMap(\.rejections).map(\.line) == [3])
        #expect(chunks.flatMap(\.rejections).first?.reason.contains("4 cells and the header 3") == true)
    }

    @Test func `a header that can't be read is no row to be skipped`() throws {
        let problem = try #require(throws: Problem.self) { try read("name,\"phone\nAna,1\nJoe,2\n") }
        #expect(problem.type == "/problems/broken-header" && problem.detail?.contains("Line 1") == true)
    }
}
