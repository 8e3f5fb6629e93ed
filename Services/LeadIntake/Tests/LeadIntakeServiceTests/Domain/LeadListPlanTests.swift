import Foundation
import Testing

@testable import LeadIntakeService

@Suite("How much of a list is read for one page")
struct LeadListPlanTests {
    private let ends = (0...LeadListPlan.mostHundredths).map { Date(timeIntervalSince1970: -86_400 * Double($0)) }

    private func plan(_ estimate: Int, cost: Double) -> LeadListPlan {
        LeadListPlan(estimate: estimate, costOfAll: cost, costOfPage: 0, sorts: true, ends: ends)
    }

    @Test func `of many that match only so much time is read as surely fills the page`() {
        #expect(plan(7_500, cost: 8_000).end(with: 50) == ends[1])
        #expect(plan(2_000, cost: 2_400).end(with: 50) == ends[4])
        #expect(plan(400, cost: 2_400).end(with: 50) == ends[19])
    }

    @Test func `few are all read, which counts them too`() {
        #expect(plan(2_000, cost: 900).end(with: 50) == nil)
        #expect(plan(200, cost: 2_400).end(with: 50) == nil)
    }

    @Test func `where to read all takes long, a tenth at most is tried`() {
        #expect(plan(400, cost: 12_000).end(with: 50) == ends[10])
        #expect(plan(10_000, cost: 12_000).end(with: 50) == ends[1])
    }
}
