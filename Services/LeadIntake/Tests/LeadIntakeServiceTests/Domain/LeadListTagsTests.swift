import Testing

@testable import LeadIntakeService

@Suite("Which tags the index is asked for")
struct LeadListTagsTests {
    private let shares = ["newsletter": 0.2, "vip": 0.1, "gym": 0.012, "spa": 0.011, "rare": 0.0004]

    @Test func `a tag that many have is looked for in the leads that have the rarer ones`() {
        let tags = LeadListTags(["newsletter", "gym", "spa"], shares: shares, leads: 1_000_000)
        #expect(tags?.indexed == ["spa", "gym"] && tags?.checked == ["newsletter"])
        // The statistics don't know what hardly any lead has.
        let unknown = LeadListTags(["vip", "unknown", "newsletter"], shares: shares, leads: 1_000_000)
        #expect(unknown?.indexed == ["unknown"] && unknown?.checked == ["vip", "newsletter"])
    }

    @Test(
        arguments: [
            (["newsletter", "vip", "gym"], 1e6), (["vip", "gym"], 1e6), (["rare", "vip"], 1e6), (["newsletter"], 1e6), ([], 1e6),
            (["newsletter", "gym", "spa"], 1e4), (["newsletter", "gym", "spa"], 0), (["newsletter", "gym", "spa"], -1),
        ] as [([String], Double)]
    )
    func `the index is asked for all where that spares looks at leads, or is no matter`(tags: [String], leads: Double) {
        #expect(LeadListTags(tags, shares: shares, leads: leads) == nil)
    }
}
