import Contracts
import Foundation

/// Some dozen invented businesses, each with something that a page may stumble over.
enum MadeUpLeads {
    static let all: [Lead] = [
        SampleLeads.plumber, SampleLeads.restaurant, SampleLeads.bare, SampleLeads.hostile,
        lead("Bright Spark", "Electrician", phone: "+12055550101"),
        lead("O'Hara & Daughters \"Heating\"", "HVAC contractor", hours: [("Monday", "Open 24 hours"), ("Tuesday", "by appointment")]),
        lead("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "General contractor", city: "Wien"),
        lead("Ma's", "Restaurant", address: "1 Rue de l'Église", rating: 5, reviews: 1),
        lead("LÍNEA & FORMA — ESTUDIO DE BELLEZA Y PELUQUERÍA CANINA DE LA SEÑORA GUADALUPE", "Salón de belleza", country: "MX"),
        lead("ร้านอาหารบ้านสวน", "Restaurant", city: "เชียงใหม่"), lead("مطعم الشرق", "Restaurant"), lead("寿司 さくら", "Sushi restaurant"),
        lead("🔧 Fix-It 🔧", "Auto repair shop"), lead("a", "Law firm"), lead("1-800-PIPES", "Plumber", rating: 0.4, reviews: 3),
        lead(
            "Clínica Dental Sonrisa",
            "Dental clinic",
            country: "GT",
            hours: [("Monday", "8 AM to 1 PM, 2 to 6 PM"), ("Sunday", "Closed")]
        ),
        lead("The Grand & Royal Hotel <est. 1890>", "Hotel", email: "front.desk.of.the.grand.and.royal.hotel@grand-royal-hotel.example"),
        lead("Butcher's Block", "Butcher shop", address: "12b High St,\nOld Town", city: "Leeds", country: "GB"),
        lead("Copy\u{0007} Shop\u{200B}", "Copy shop"), lead("Müller/Söhne; GbR", "Tax consultant"), lead("]]> --> <!--", "Store"),
        lead("&amp; &lt;b&gt; &#x27;", "Spa"), lead("Zoë's Yoga", "Health consultant"), lead("100% Clean", "Cleaning service"),
    ]

    /// Of `SITE_LEADS`, a file of leads as events carry them, where it is given.
    static func chosen() throws -> [Lead] {
        guard let file = ProcessInfo.processInfo.environment["SITE_LEADS"] else { return all }
        return try WireJSON.decode([Lead].self, from: Data(contentsOf: URL(filePath: file)))
    }

    private static func lead(
        _ name: String,
        _ category: String,
        address: String? = "5 Elm Street",
        city: String? = "Springfield",
        country: String = "US",
        phone: String? = nil,
        email: String? = nil,
        rating: Double? = nil,
        reviews: Int? = nil,
        hours: [(day: String, hours: String)]? = nil
    ) -> Lead {
        SampleLeads.lead(
            name,
            category: category,
            address: address,
            city: city,
            country: country,
            phone: phone,
            email: email,
            rating: rating,
            reviews: reviews,
            hours: hours?.map { DayHours(day: $0.day, hours: $0.hours) }
        )
    }
}
