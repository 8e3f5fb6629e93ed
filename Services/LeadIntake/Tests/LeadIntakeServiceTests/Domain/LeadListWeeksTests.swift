import Foundation
import Testing

@testable import LeadIntakeService

@Suite("The weeks of a slice of a list")
struct LeadListWeeksTests {
    private func time(_ weeks: Double) -> Date { Date(timeIntervalSince1970: weeks * 7 * 86_400) }

    @Test func `go from one time to the other, whichever is earlier`() {
        #expect(LeadListWeeks(time(3.9), time(2))?.numbers == 2...3)
        #expect(LeadListWeeks(time(2), time(2.5))?.query == "'@w2'")
        #expect(LeadListWeeks(time(-0.1), time(0))?.query == "'@w-1' | '@w0'")
    }

    @Test func `are asked for four at a time where all four are meant`() {
        #expect(LeadListWeeks(time(2), time(13))?.query == "'@w2' | '@w3' | '@m1' | '@m2' | '@w12' | '@w13'")
        #expect(LeadListWeeks(time(4), time(7.9))?.query == "'@m1'")
        #expect(LeadListWeeks(time(-8), time(-4))?.query == "'@m-2' | '@w-4'")
    }

    @Test func `are none when there are many`() {
        #expect(LeadListWeeks(time(0), time(163))?.query.split(separator: "|").count == 41)
        #expect(LeadListWeeks(time(0), time(164)) == nil)
        #expect(LeadListWeeks(.distantPast, .distantFuture) == nil)
    }
}
