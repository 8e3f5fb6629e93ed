import Contracts
import Foundation

/// Invented businesses: nobody's data.
enum SampleLeads {
    static let hours =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"].map { DayHours(day: $0, hours: "7:30 AM to 5 PM") }
        + [DayHours(day: "Saturday", hours: "8 AM to 12 PM"), DayHours(day: "Sunday", hours: "Closed")]

    static let plumber = lead(
        "Cedar & Sons Plumbing",
        category: "Plumber",
        address: "2100 Cahaba Rd",
        city: "Birmingham",
        state: "AL",
        postalCode: "35223",
        country: "US",
        phone: "+12055550142",
        email: "office@cedar.example",
        rating: 4.83,
        reviews: 127,
        hours: hours
    )
    static let restaurant = lead(
        "Comedor Doña Luisa",
        category: "Restaurante",
        address: "4a Avenida 12-38, Zona 1",
        city: "Antigua Guatemala",
        country: "GT",
        phone: "+50255550199",
        rating: 4.6,
        reviews: 1,
        hours: hours
    )
    static let bare = lead("Zenith", country: "US")
    static let hostile = lead(
        "<script>alert(1)</script> \"&' <!--bar--> {{content.tagline}}",
        category: "</style><img src=x onerror=alert(1)>",
        address: "</script><script>alert(2)</script>",
        city: "{{{styles}}}",
        country: "US",
        phone: "+12055550143"
    )

    static func lead(
        _ name: String,
        id: LeadID = .make(),
        slug: String = "sample",
        version: Int = 1,
        category: String? = nil,
        address: String? = nil,
        city: String? = nil,
        state: String? = nil,
        postalCode: String? = nil,
        country: String? = nil,
        phone: String? = nil,
        email: String? = nil,
        rating: Double? = nil,
        reviews: Int? = nil,
        hours: [DayHours]? = nil
    ) -> Lead {
        Lead(
            id: id,
            version: version,
            slug: slug,
            name: name,
            category: category,
            gmbID: "ChIJexample",
            address: address,
            city: city,
            state: state,
            postalCode: postalCode,
            country: country,
            latitude: 33.5,
            longitude: -86.8,
            phone: phone,
            email: email,
            rating: rating,
            reviewCount: reviews,
            openingHours: hours,
            source: .googleBusiness,
            qualificationScore: 70,
            createdAt: minute(0),
            updatedAt: minute(0)
        )
    }
}
