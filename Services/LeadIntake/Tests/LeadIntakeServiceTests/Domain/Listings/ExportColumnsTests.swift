import Contracts
import Foundation
import LeadIntakeService
import Testing

/// One business, as each of the known programs writes it. The columns and their quirks are theirs; the business is made up.
@Suite("Exports in their own columns")
struct ExportColumnsTests {
    private func leads(_ bytes: [UInt8], country: String? = nil) throws -> [CheckedLead] {
        var reader = ImportReader(format: nil, country: country, defaultCountry: "US")
        let chunks = try reader.push(bytes) + reader.finish()
        #expect(chunks.flatMap(\.rejections).isEmpty)
        return chunks.flatMap(\.candidates).map(\.lead)
    }

    private func lead(_ text: String, country: String? = nil) throws -> LeadDraft {
        try #require(try leads(Array(text.utf8), country: country).first).draft
    }

    @Test func `Outscraper, with enrichments`() throws {
        let lead = try lead(
            #"""
            query,name,subtypes,category,phone,company_phone,website,address,street,city,state,state_code,postal_code,country,country_code,company_facebook,first_name,last_name,title,email,email.emails_validator.status,latitude,longitude,rating,reviews,photos_count,business_status,working_hours,place_id,cid
            "plumber, 35211","Harbor Pipe Works","Plumber, Drainage service",Plumber,+1 205-555-0101,2055550102,https://harbor.example/%3Futm_source%3Dgmb,"12 Main St, Birmingham, AL 35211",12 Main St,Birmingham,Alabama,AL,35211,United States of America,US,https://www.facebook.com/harbor,Ana,Doe,Owner,info@harbor.example,RECEIVING,33.5,-86.8,4.7,84.0,12.0,OPERATIONAL,"{""Monday"": [""8AM-5PM""], ""Sunday"": [""Closed""]}",ChIJharbor,4.45E+18
            """#
        )
        #expect(lead.name == "Harbor Pipe Works" && lead.category == "Plumber" && lead.subcategory == "Drainage service")
        #expect(lead.phone == "+12055550101" && lead.email == "info@harbor.example" && lead.websiteURL == "https://harbor.example/")
        #expect(
            lead.address == "12 Main St" && lead.city == "Birmingham" && lead.state == "AL" && lead.postalCode == "35211"
                && lead.country == "US"
        )
        #expect(lead.rating == 4.7 && lead.reviewCount == 84 && lead.photoCount == 12 && lead.gmbID == "ChIJharbor")
        #expect(lead.openingHours == [DayHours(day: "Monday", hours: "8AM-5PM"), DayHours(day: "Sunday", hours: "Closed")])
        #expect(lead.firstName == "Ana" && lead.lastName == "Doe" && lead.title == "Owner" && lead.source == .googleBusiness)
    }

    @Test func `Outscraper, the older columns`() throws {
        let lead = try lead(
            """
            query,name,site,type,subtypes,category,phone,full_address,city,postal_code,us_state,country_code,rating,reviews,photos_count,place_id,email_1,email_2
            law,"Pettenó & Sons",,Attorney,"Attorney, Notary public",Lawyer,+1 562-555-0177,"808 N Oak Blvd, Wilmington, CA 90744",Wilmington,90744.0,California,US,4.4,10.0,9.0,ChIJolder,,office@petteno.example
            """
        )
        #expect(lead.category == "Lawyer" && lead.subcategory == "Attorney" && lead.postalCode == "90744" && lead.state == "CA")
        #expect(lead.email == "office@petteno.example" && lead.reviewCount == 10 && lead.websiteURL == nil)
    }

    @Test func `an address that the export's own check calls dead is left out`() throws {
        let csv = "name,email,email.emails_validator.status\nAna,ana@ana.example,INVALID\n"
        #expect(try lead(csv).email == nil)
    }

    @Test func `Apify's light export, where the place id stands only in the link`() throws {
        let lead = try lead(
            "\u{FEFF}\"title\",\"totalScore\",\"reviewsCount\",\"street\",\"city\",\"state\",\"countryCode\",\"website\",\"phone\",\"categoryName\",\"url\"\r\n"
                + "\"Dorset Butchers\",\"5\",\"31\",\"1 High St\",\"Poole\",\"\",\"GB\",\"\",\"+44 20 7946 0123\",\"Butcher shop\","
                + "\"https://www.google.com/maps/search/?api=1&query=x&query_place_id=ChIJdorset\"\r\n"
        )
        #expect(lead.gmbID == "ChIJdorset" && lead.rating == 5 && lead.reviewCount == 31 && lead.country == "GB")
        #expect(lead.phone == "+442079460123" && lead.category == "Butcher shop" && lead.state == nil)
    }

    @Test func `Apify's full export, flattened`() throws {
        let lead = try lead(
            """
            title,categories/0,categories/1,categoryName,cid,countryCode,imagesCount,location/lat,location/lng,openingHours/0/day,openingHours/0/hours,permanentlyClosed,phone,placeId,postalCode,reviewsCount,totalScore,website
            Copy Corner,Copy shop,Print shop,Copy shop,4.45E+18,IN,41,23.02,72.57,Monday,10 AM to 9 PM,false,098765 43210,ChIJcopy,380009,17,4.6,
            """
        )
        #expect(lead.gmbID == "ChIJcopy" && lead.subcategory == "Print shop" && lead.phone == "+919876543210" && lead.photoCount == 41)
        #expect(lead.latitude == 23.02 && lead.openingHours == [DayHours(day: "Monday", hours: "10 AM to 9 PM")])
    }

    @Test func `Apify's nested JSON`() throws {
        let lead = try lead(
            """
            [{"title": "Thali House", "categoryName": "Restaurant", "categories": ["Restaurant", "Caterer"], "address": "2 Link Rd, Mumbai",
              "city": "Mumbai", "countryCode": "IN", "location": {"lat": 19.08, "lng": 72.9}, "totalScore": 4.2, "reviewsCount": 812,
              "imagesCount": 55, "placeId": "ChIJthali", "cid": "12345678901234567890", "phone": "+91 98765 43210", "website": null,
              "permanentlyClosed": false, "openingHours": [{"day": "Monday", "hours": "11 AM to 11 PM"}], "reviews": [{"name": "x"}]}]
            """
        )
        #expect(lead.gmbID == "ChIJthali" && lead.category == "Restaurant" && lead.subcategory == "Caterer" && lead.reviewCount == 812)
        #expect(lead.longitude == 72.9 && lead.openingHours?.count == 1 && lead.country == "IN")
    }

    @Test func `Apify's older JSON, with numbers as floats and missing ones as NaN`() throws {
        let lead = try lead(
            #"[{"title": "Cool Air", "totalScore": NaN, "reviewsCount": 48.0, "city": "Anaheim", "state": "California", "postalCode": 92806.0, "placeId": "ChIJcool", "phone": "+1 714-555-0123", "website": "http://cool.example/?utm_campaign=gmb"}]"#
        )
        #expect(lead.rating == nil && lead.reviewCount == 48 && lead.postalCode == "92806" && lead.country == "US")
        #expect(lead.websiteURL == "http://cool.example/")
    }

    @Test func `gosom, with JSON in its cells`() throws {
        let lead = try lead(
            #"""
            title,category,address,open_hours,website,phone,review_count,review_rating,latitude,longtitude,complete_address,images,place_id,emails
            Bay Clinic,Medical clinic,"9 Bay St, Oakland, CA 94607","{""Monday"":[""9 AM-5 PM""]}",,(510) 555-0144,23,4.100000,37.8,-122.27,"{""borough"":"""",""street"":""9 Bay St"",""city"":""Oakland"",""postal_code"":""94607"",""state"":""California"",""country"":""US""}","[{""title"":""All"",""image"":""x""},{""title"":""Inside"",""image"":""y""}]",ChIJbay,"desk@bay.example, desk2@bay.example"
            """#
        )
        #expect(
            lead.address == "9 Bay St" && lead.city == "Oakland" && lead.state == "CA" && lead.postalCode == "94607" && lead.country == "US"
        )
        #expect(lead.photoCount == 2 && lead.longitude == -122.27 && lead.email == "desk@bay.example" && lead.rating == 4.1)
    }

    @Test func `a browser extension, whose columns are class names of the page`() throws {
        let lead = try lead(
            """
            hfpxzc href,qBF1Pd,MW4etd,UY7F9,W4Efsd
            https://www.google.com/maps/place/x/data=!4m7!3m6!1s0x0:0x1!8m2!3d13.75!4d100.5!16s!19sChIJthai?authuser=0,ร้านอาหารอร่อย,"4.5",(62),Thai restaurant
            """
        )
        #expect(lead.name == "ร้านอาหารอร่อย" && lead.gmbID == "ChIJthai" && lead.reviewCount == 62 && lead.rating == 4.5)
        #expect(lead.latitude == 13.75 && lead.longitude == 100.5)
    }

    @Test func `a list by hand in Windows-1252, with addresses glued together`() throws {
        let text =
            "Name,Phone number,Website,Email\r\nMu\u{F1}oz Law,512-555-0101,muñoz.example,\"512-555-0101info@munoz.example. web@builder.exampleUser\"\r\n"
        let bytes = text.unicodeScalars.map { UInt8($0.value) }
        let lead = try #require(try leads(bytes).first).draft
        #expect(lead.name == "Muñoz Law" && lead.email == "info@munoz.example" && lead.phone == "+15125550101")
    }

    @Test func `a Turkish list, whose country is found by its domains and numbers`() throws {
        let rows = (1...8).map {
            "Enerji \($0),0312 555 01 0\($0),https://enerji\($0).com.tr,\"5,0\",(\($0)),\($0 == 1 ? "\"F, a, i, l, e, d\"" : "bilgi@enerji\($0).com.tr")"
        }
        let found = try leads(Array(("name,phone number,website,ratings,comments,emails\n" + rows.joined(separator: "\n")).utf8))
        #expect(found.map(\.draft.phone) == (1...8).map { "+90312555010\($0)" })
        #expect(found.allSatisfy { $0.draft.country == "TR" && $0.draft.rating == 5 })
        #expect(found[0].draft.email == nil && found[1].draft.email == "bilgi@enerji2.com.tr" && found[3].draft.reviewCount == 4)
    }

    @Test func `a directory without any id, where the same row makes one lead`() throws {
        let row =
            "\"The Old Inn\",\"1 Mill Ln\",\"\",\"Ludlow\",\"Shropshire\",\"SY8 1AA\",\"United Kingdom\",\"020 7946 0123\",\"stay@oldinn.example\""
        let found = try leads(Array("Company,Address 1,Address 2,City,Region,ZIP Code,Country,Phone,Email\n\(row)\n\(row)\n".utf8))
        #expect(found[0].draft.country == "GB" && found[0].draft.postalCode == "SY8 1AA" && found[0].draft.phone == "+442079460123")
        #expect(found[0].draft.source == .import && found[0].businessKey == found[1].businessKey)
    }

    @Test func `the sample in docs/examples, with its bad rows`() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../../../../../docs/examples/leads-sample.csv").standardizedFileURL
        var reader = ImportReader(format: nil, country: nil, defaultCountry: "US")
        let chunks = try reader.push(Array(try Data(contentsOf: file))) + reader.finish()
        let leads = chunks.flatMap(\.candidates).map(\.lead)
        let distinct = Dictionary(leads.map { ($0.draft.gmbID, $0) }) { first, _ in first }.values
        #expect(distinct.count == 298)
        #expect(chunks.flatMap(\.rejections).count == 3 && chunks.flatMap(\.warnings).count == 2)
        let qualified = distinct.count { ScoringModel.score($0.qualification) >= 60 }
        #expect((170...190).contains(qualified), "\(qualified) of \(distinct.count) qualify")
        #expect(distinct.allSatisfy { $0.draft.email?.hasSuffix(".example") != false })
        #expect(distinct.allSatisfy { $0.draft.phone?.contains(/^\+1\d{3}55501\d\d$/) != false })
    }
}
