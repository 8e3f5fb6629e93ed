import Foundation
import Testing

@testable import LeadIntakeService

@Suite("The months of a slice")
struct LeadListMonthsTests {
    private func time(_ days: Double) -> Date { Date(timeIntervalSince1970: days * 86_400) }

    @Test func `a month is thirty days, whichever end is said first`() throws {
        let months = try #require(LeadListMonths(time(59.9), time(30)))
        #expect(months.numbers == 1...1)
        #expect(LeadListMonths(time(60), time(59.9))?.numbers == 1...2)
        // Before 1970 too.
        #expect(LeadListMonths(time(-0.1), time(0))?.numbers == -1...0)
        #expect(months.entries(of: ["a", "b@1"]) == [["a@1", "b@1@1"]])
    }

    @Test func `many months are none`() {
        #expect(LeadListMonths(time(0), time(179))?.numbers == 0...5)
        #expect(LeadListMonths(time(0), time(180)) == nil)
        #expect(LeadListMonths(.distantPast, .distantFuture) == nil)
    }
}
