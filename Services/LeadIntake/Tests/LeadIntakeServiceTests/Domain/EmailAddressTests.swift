import LeadIntakeService
import Testing

@Suite("E-mail addresses")
struct EmailAddressTests {
    @Test(arguments: [
        ("Ana@LaFonda.Example", "ana@lafonda.example"), ("a.b+c@x-y.co.uk", "a.b+c@x-y.co.uk"), ("o'neil@pub.ie", "o'neil@pub.ie"),
    ])
    func `an address is kept in lower case`(text: String, kept: String) {
        #expect(EmailAddress(text)?.text == kept)
    }

    @Test(arguments: [
        "", "ana", "@x.com", "ana@", "ana@x", "ana@x.c", "a b@x.com", ".ana@x.com", "ana.@x.com", "a..b@x.com", "ana@-x.com", "ana@x-.com",
        "ana@x..com", "ana@127.0.0.1", "ana@[127.0.0.1]", "\"ana\"@x.com", "ana@x.com\nBcc: all@x.com", "añá@x.com", "ana@x.com,joe@x.com",
        String(repeating: "a", count: 65) + "@x.com", "a@" + String(repeating: "a", count: 64) + ".com",
    ])
    func `what no mail server takes is no address`(text: String) {
        #expect(EmailAddress(text) == nil)
    }
}
