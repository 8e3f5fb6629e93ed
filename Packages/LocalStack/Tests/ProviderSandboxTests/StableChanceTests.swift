import Testing

@testable import ProviderSandbox

@Suite("Stable chance")
struct StableChanceTests {
    @Test func `the same question always has the same answer`() {
        // Written down, so that an update of the sandbox doesn't change the demo's story.
        #expect(StableChance(seed: 1).hash("open", "a@b.c") == 1_223_307_857_319_942_818)
        #expect(StableChance(seed: 1).hash("open", "a@b.c") != StableChance(seed: 2).hash("open", "a@b.c"))
        #expect(StableChance(seed: 1).hash("open", "a@b.c") != StableChance(seed: 1).hash("click", "a@b.c"))
    }

    @Test(arguments: [0.0, 0.05, 0.3, 0.65, 1.0])
    func `a rate is met over many addresses`(rate: Double) {
        let chance = StableChance(seed: 7)
        let count = (0..<20_000).count { chance.happens("open", to: "info@business-\($0).example", rate: rate) }
        #expect(abs(Double(count) / 20_000 - rate) < 0.01)
    }

    @Test func `two actions of one person have nothing to do with each other`() {
        let chance = StableChance(seed: 7)
        let openers = (0..<20_000).filter { chance.happens("open", to: "p\($0)", rate: 0.5) }
        let both = openers.count { chance.happens("click", to: "p\($0)", rate: 0.5) }
        #expect(abs(Double(both) / Double(openers.count) - 0.5) < 0.02)
    }

    @Test func `pauses stay in their range and differ from step to step`() {
        let script = PeopleScript(seed: 3)
        let pauses = (0..<100).map { script.pause(.thought, "p\($0)", step: "buy") }
        #expect(pauses.allSatisfy { script.thought.contains($0) })
        #expect(Set(pauses).count > 90)
        #expect(script.pause(.thought, "p", step: "buy") != script.pause(.thought, "p", step: "pay"))
    }
}
