import ServiceKit
import Testing

@Suite("Who really asks")
struct ClientAddressTests {
    private func client(_ peer: String, _ header: String?, _ proxies: [String] = ["10.0.0.0/8", "2001:db8:1::/48"]) -> IPAddress? {
        ClientAddress.of(peer: IPAddress(peer), forwardedFor: header, proxies: proxies.compactMap { AddressRange($0) })
    }

    @Test func `a header counts only from a proxy that is trusted`() {
        #expect(client("192.0.2.1", "198.51.100.7") == IPAddress("192.0.2.1"))
        #expect(client("10.1.2.3", "198.51.100.7") == IPAddress("198.51.100.7"))
        #expect(client("10.1.2.3", "198.51.100.7", []) == IPAddress("10.1.2.3"))
        #expect(client("10.1.2.3", nil) == IPAddress("10.1.2.3"))
    }

    @Test func `what the client wrote in front is not believed`() {
        #expect(client("10.1.2.3", "1.1.1.1, 198.51.100.7, 10.9.9.9") == IPAddress("198.51.100.7"))
        #expect(client("10.1.2.3", "1.1.1.1, garbage, 10.9.9.9") == IPAddress("10.9.9.9"))
        #expect(client("10.1.2.3", String(repeating: "10.0.0.1,", count: 5_000)) == IPAddress("10.0.0.1"))
    }

    @Test func `ports and forms of IPv6 are read`() {
        #expect(client("2001:db8:1::5", "198.51.100.7:4711") == IPAddress("198.51.100.7"))
        #expect(client("10.1.2.3", "[2001:db8::7]:4711") == IPAddress("2001:DB8::7"))
        #expect(client("::ffff:10.1.2.3", "198.51.100.7") == IPAddress("198.51.100.7"))
    }

    @Test func `one household of IPv6 is one`() throws {
        let (a, b) = (try #require(IPAddress("2001:db8::1")), try #require(IPAddress("2001:db8::ffff:1")))
        #expect(a != b && a.household == b.household)
        #expect(IPAddress("2001:db8:0:1::1")?.household != a.household)
        #expect(IPAddress("192.0.2.1")?.household != IPAddress("192.0.2.2")?.household)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "x", "::/129", "1.2.3", "10.0.0.0/8/8"])
    func `what is no range`(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
