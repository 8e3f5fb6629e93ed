import Measuring
import Testing

@Suite("Figures")
struct FiguresTests {
    private let hundred = Figures((1...100).map(Double.init).shuffled())

    @Test(arguments: [(50.0, 50.0), (99, 99), (99.5, 100), (100, 100), (0, 1), (1, 1)])
    func `a percentile is the smallest figure that so many do not exceed`(percent: Double, expected: Double) {
        #expect(hundred.percentile(percent) == expected)
    }

    @Test func `a percentile of one figure is that figure`() {
        #expect(Figures([7.0]).percentile(99) == 7)
    }

    @Test func `the median of an even count is the mean of the two in the middle`() {
        #expect(Figures([4.0, 1, 3, 2]).median == 2.5)
        #expect(Figures([9.0, 1, 5]).median == 5)
    }

    @Test func `of nothing there is no figure`() {
        #expect(Figures([Double]()).median == nil)
        #expect(Figures([Double]()).percentile(50) == nil)
    }

    @Test func `durations count as milliseconds`() {
        #expect(Figures([.microseconds(1_500), .seconds(1)]).percentile(50) == 1.5)
    }
}
