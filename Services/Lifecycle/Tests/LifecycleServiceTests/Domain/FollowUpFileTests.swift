import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("Rules for follow-ups from a file")
struct FollowUpFileTests {
    private func rules(_ json: String) throws -> [FollowUpRule] {
        try FollowUpFile.override(FollowUpRule.standard, by: Data(json.utf8))
    }

    private func faults(_ json: String) -> [String] {
        do {
            _ = try FollowUpFile.override(FollowUpRule.standard, by: Data(json.utf8))
            return []
        } catch {
            return error.lines
        }
    }

    @Test func `the example names everything, as it is`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../../docs/examples/follow-ups.json")
        #expect(try FollowUpFile.override(FollowUpRule.standard, by: try Data(contentsOf: file)) == FollowUpRule.standard)
    }

    @Test func `what a file doesn't name stays, a rule can be changed, taken away and added`() throws {
        let changed = try rules(#"{"clicked_not_purchased": {"after_days": 5}}"#)
        #expect(changed.map(\.afterDays) == [5, 7] && changed[0].title == FollowUpRule.standard[0].title)
        #expect(try rules(#"{"clicked_not_purchased": {"after_days": 0}}"#).first?.afterDays == 0)
        #expect(try rules(#"{"clicked_not_purchased": false}"#) == [FollowUpRule.standard[1]])
        let added = try rules(#"{"b_rule": {"title": "B", "reached": "replied", "after_days": 2, "unless_reached": ["interested"]}}"#)
        #expect(added.map(\.name) == ["b_rule", "clicked_not_purchased", "generated_not_contacted"])
        #expect(added[0] == FollowUpRule("b_rule", "B", reached: .replied, afterDays: 2, unlessReached: [.interested]))
    }

    @Test func `a file that makes no sense is refused with every fault`() {
        #expect(faults("[1]") == ["is no JSON object of rules by their names: see docs/examples/follow-ups.json for one that is"])
        #expect(faults(#"{"x": false}"#) == ["x is no rule that could be taken away"])
        #expect(faults(#"{"x": 5}"#) == ["x must be an object, or false to take the rule away"])
        #expect(faults(#"{"x": {"title": "X"}}"#) == ["x.reached is missing", "x.after_days is missing", "x.unless_reached is missing"])
        #expect(
            faults(#"{"clicked_not_purchased": {"after_days": -1, "unless_now": ["asleep"], "when": 1}}"#) == [
                "clicked_not_purchased.after_days must be a whole number from 0 to 365",
                "clicked_not_purchased.unless_now must be a list of pending, emailed, sms_sent, opened, clicked, replied, interested, "
                    + "purchased, unsubscribed, bounced",
                "clicked_not_purchased.when can't be set; what can is title, reached, after_days, unless_reached, unless_now",
            ]
        )
        #expect(
            faults(#"{"clicked_not_purchased": {"unless_reached": ["clicked"]}}"#)
                == ["clicked_not_purchased.unless_reached names clicked, which is what the rule waits for: it would never be due"]
        )
        #expect(faults(#"{"X": {"title": "X", "reached": "replied", "after_days": 1, "unless_reached": []}}"#).count == 1)
    }

    @Test func `names and steps are what stands in the database`() {
        #expect(FollowUpRule.standard.map(\.name) == ["clicked_not_purchased", "generated_not_contacted"])
        #expect(FollowUpRule.standard.allSatisfy { !$0.unlessReached.contains($0.reached) })
    }
}
