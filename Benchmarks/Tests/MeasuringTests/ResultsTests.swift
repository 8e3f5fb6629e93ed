import Foundation
import Measuring
import Testing

@Suite("The table and the file")
struct ResultsTests {
    private let plan = RowPlan("webhook-to-status/p99", unit: "ms", limits: "a bare commit", aim: .below(50))

    private func row(_ plan: RowPlan, _ readings: [Reading]) throws -> Row {
        try #require(Row(plan, readings))
    }

    @Test func `a row has the medians of its runs, and their ratio`() throws {
        let row = try row(
            plan,
            [Reading(figure: 30, limits: 2), Reading(figure: 10, limits: 4), Reading(figure: 20, limits: 3)]
        )
        #expect(row.figure == 20)
        #expect(row.limitFigure == 3)
        #expect(row.ratio == 6.67)
        #expect(row.aim == "< 50 ms")
        #expect(row.holds)
    }

    @Test func `a limit made of several is their sum, and names each with its figure`() throws {
        let plan = RowPlan("webhook-to-status/p50", unit: "ms", limits: "bare commit", "bare request", aim: .below(50))
        let row = try row(plan, [Reading(figure: 9, limits: 0.25, 0.5), Reading(figure: 9, limits: 0.25, 0.5)])
        #expect(row.limitFigure == 0.75)
        #expect(row.limit == "bare commit 0.25 + bare request 0.5")
        #expect(Row(plan, [Reading(figure: 9, limits: 0.25)]) == nil)
    }

    @Test(arguments: [
        (Aim.below(50), 50.0, 1.0, false), (.below(50), 49.9, 1, true), (.above(1_000), 1_000, 1, false), (.above(1_000), 1_001, 1, true),
        (.ratioBelow(2), 900, 1.9, true), (.ratioBelow(2), 1, 2, false), (.ratioAbove(0.5), 1, 0.6, true),
    ])
    func `an aim holds on its own side of its bound`(aim: Aim, figure: Double, ratio: Double, holds: Bool) {
        #expect(aim.holds(figure: figure, ratio: ratio) == holds)
    }

    @Test func `an aim says what it is about`() {
        #expect(Aim.above(1_000).text(unit: "rows/s") == "> 1000 rows/s")
        #expect(Aim.ratioAbove(0.5).text(unit: "rows/s") == "> 0.5 of the limit")
    }

    @Test func `the file is a list of rows with the agreed keys`() throws {
        let data = try Results([try row(plan, [Reading(figure: 61, limits: 2)])]).json()
        let list = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        let only = try #require(list.first)
        #expect(list.count == 1)
        #expect(Set(only.keys) == ["name", "figure", "unit", "limit", "limit_figure", "ratio", "aim", "holds"])
        #expect(only["name"] as? String == "webhook-to-status/p99")
        #expect(only["holds"] as? Bool == false)
    }

    @Test func `the table has one line for each row, its columns under their names`() throws {
        let other = RowPlan("import", unit: "rows/s", limits: "COPY", aim: .above(1_000))
        let results = Results([
            try row(plan, [Reading(figure: 61, limits: 2)]), try row(other, [Reading(figure: 12_345, limits: 20_000)]),
        ])
        #expect(
            results.table == """
                name                      figure  unit    limit          limit_figure  ratio  aim            holds
                webhook-to-status/p99     61.000  ms      a bare commit         2.000  30.50  < 50 ms        NO
                import                 12345.000  rows/s  COPY              20000.000   0.62  > 1000 rows/s  yes
                """
        )
    }
}
