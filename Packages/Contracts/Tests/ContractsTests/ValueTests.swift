import Contracts
import Foundation
import Testing

@Suite("Values")
struct ValueTests {
    @Test func `ids made one after another sort in that order`() {
        let ids = (0..<10_000).map { _ in LeadID.make() }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func `an id is a version 7 UUID of the moment it was made in`() throws {
        let text = "\(LeadID.make(at: Date(timeIntervalSince1970: 4_102_444_800)))"
        #expect(text.hasPrefix("03bb2cc3-d800-7"))
        #expect("89ab".contains(Array(text)[19]))
    }

    @Test(arguments: [
        ("2026-01-31T09:30:00Z", 1_769_851_800.0), ("2026-01-27T10:30:32.620-06:00", 1_769_531_432.62),
        ("1969-12-31T23:59:59.5Z", -0.5), ("2024-02-29t00:00:00+05:30", 1_709_145_000.0),
    ])
    func `a time is read with any offset and fraction`(text: String, seconds: Double) throws {
        let date = try #require(RFC3339.date(from: text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:30:00", "2026-01-31T09:30:00.Z",
        "26-01-31T09:30:00Z",
    ])
    func `what isn't an RFC 3339 time is refused`(text: String) {
        #expect(RFC3339.date(from: text) == nil)
    }

    @Test func `a time keeps its microseconds through JSON`() throws {
        for microsecond in [0, 1, 999_999, 123_456, 500_000] {
            let date = Date(timeIntervalSince1970: 1_769_851_800 + Double(microsecond) / 1_000_000)
            let text = String(decoding: try WireJSON.encode(date), as: UTF8.self)
            #expect(text.hasSuffix(String(format: ".%06dZ\"", microsecond)))
            let back = try WireJSON.decode(Date.self, from: Data(text.utf8))
            #expect(abs(back.timeIntervalSince(date)) < 0.000_000_6)
        }
    }

    @Test func `a traceparent is read as it is written`() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let trace = try #require(TraceContext(text))
        #expect("\(trace)" == text)
        #expect(trace.child().traceID == trace.traceID)
        #expect(trace.child().parentID != trace.parentID)
        #expect(TraceContext("\(TraceContext.make())") != nil)
    }

    @Test(arguments: [
        "", "00-0-0-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    ])
    func `a malformed traceparent is refused`(text: String) {
        #expect(TraceContext(text) == nil)
    }

    @Test func `money is written in minor units with its currency`() throws {
        let money = Money(minorUnits: 150_005, currency: .gtq)
        #expect(String(decoding: try WireJSON.encode(money), as: UTF8.self) == #"{"currency":"GTQ","minor_units":150005}"#)
        #expect("\(money)" == "GTQ 1500.05")
        #expect("\(Money(minorUnits: -5, currency: .usd))" == "USD -0.05")
        #expect(Currency("gtq") == .gtq)
        #expect(Currency("G1Q") == nil)
        #expect(Currency("QUETZAL") == nil)
    }

    @Test(arguments: ["", "crm..opened", "crm.*", "crm.>", "crm.a b"])
    func `a malformed subject is refused`(text: String) {
        #expect(Subject(text) == nil)
    }
}
