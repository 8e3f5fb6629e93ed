import LeadIntakeService
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(arguments: [
        ("(212) 555-0101", "US", "+12125550101"), ("+1 212-555-0101", "GT", "+12125550101"), ("1 212 555 0101", "US", "+12125550101"),
        ("2125550101.0", "US", "+12125550101"), ("212.555.0101 ext. 7", "US", "+12125550101"), ("212-555-0101 x12", "US", "+12125550101"),
        ("5550 1234", "GT", "+50255501234"), ("(502) 5550-1234", "GT", "+50255501234"), ("00502 55501234", "GB", "+50255501234"),
        ("011 502 5550 1234", "US", "+50255501234"), ("020 7946 0123", "GB", "+442079460123"),
        ("+44 (0)20 7946 0123", "US", "+442079460123"),
        ("0312 555 01 02", "TR", "+903125550102"), ("02-555-0123", "TH", "+6625550123"), ("098765 43210", "IN", "+919876543210"),
        ("044 55 5512 3456", "MX", "+525555123456"), ("+52 1 55 5512 3456", "US", "+525555123456"),
        ("n/a / 212-555-0101", "US", "+12125550101"), ("212-555-0101, 212-555-0102", "US", "+12125550101"),
        ("tel: 212 555 0101", "US", "+12125550101"), ("030 123456", "DE", "+4930123456"), ("+49 (0)30 123456", "US", "+4930123456"),
        ("011 3456 7890", "BR", "+551134567890"), ("06 6982 1234", "IT", "+390669821234"), ("06 1 234 5678", "HU", "+3612345678"),
    ])
    func `a number is read as people of its country dial it`(text: String, country: String, e164: String) {
        #expect(PhoneNumber(text, country: country)?.e164 == e164)
    }

    @Test(arguments: [
        ("", "US"), ("12", "US"), ("555-0101", "US"), ("212-155-0101", "US"), ("911-555-0101", "US"), ("2.13E+09", "US"), ("call us", "US"),
        ("5550 123", "GT"), ("9550 1234", "GT"), ("+999 123456789", "US"), ("212 555 0101 0000 0000", "US"), ("212-555-0101", "ZZ"),
    ])
    func `what no telephone reaches is no number, and nothing is guessed`(text: String, country: String) {
        #expect(PhoneNumber(text, country: country) == nil)
    }

    @Test(arguments: [("+1 416 555 0101", "CA"), ("+1 212 555 0101", "US"), ("+1 809 555 0101", "DO"), ("+502 5550 1234", "GT")])
    func `a number tells its country`(text: String, country: String) {
        #expect(PhoneNumber(text, country: nil)?.country == country)
    }

    @Test(arguments: ["US", "GT", "GB", "MX", "TR", "IN", "TH", "ES", "SV", "HN", "CR", "CO", "DE", "FR", "BR"])
    func `a number that was read is read the same again`(country: String) {
        var state: UInt64 = 7
        for _ in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            guard let first = PhoneNumber(String(state >> 30), country: country) else { continue }
            #expect(PhoneNumber(first.e164, country: nil)?.e164 == first.e164)
            #expect(first.e164.wholeMatch(of: /\+[1-9]\d{5,14}/) != nil)
        }
    }
}
