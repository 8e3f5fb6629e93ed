import Foundation
import LeadIntakeService
import Testing

@Suite("Slugs")
struct SlugTests {
    @Test(arguments: [
        ("La Fonda de Ana", "Antigua Guatemala", "la-fonda-de-ana-antigua-guatemala"), ("Joe's Café & Grill", nil, "joes-cafe-and-grill"),
        ("Barbería Ñandú", "León", "barberia-nandu-leon"), ("Hotel Xela", "Xela", "hotel-xela"),
        ("Straße & Søn", "Århus", "strasse-and-son-arhus"),
        ("Пекарня", "Київ", "pekarna-kiiv"), ("🌮🌮", nil, "lead"), ("🌮", "Austin", "austin"),
    ])
    func `a slug is the name and the place in plain letters`(name: String, place: String?, slug: String) {
        #expect(Slug.wished(name: name, place: place) == slug)
    }

    @Test func `a long one ends at a word`() {
        let slug = Slug.wished(name: String(repeating: "very ", count: 30) + "long", place: "Austin")
        #expect(slug.utf8.count <= Slug.limit && slug.hasSuffix("very"))
    }

    @Test func `a taken one gets the time behind it`() {
        let time = Date(timeIntervalSince1970: 1_700_000_000.5)
        #expect(Slug.suffixed("ana", at: time, turn: 0) == "ana-1700000000500")
        #expect(Slug.suffixed("ana", at: time, turn: 2) == "ana-1700000000502")
    }

    @Test func `every name gives one that the table takes`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let name = String(
                String.UnicodeScalarView((0..<12).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1...0x2_FFFF, using: &generator)) })
            )
            let slug = Slug.wished(name: name, place: Bool.random(using: &generator) ? "León" : nil)
            #expect(slug.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(name.unicodeScalars.map(\.value))")
        }
    }
}
