import Foundation

/// What PostgreSQL's planner thinks of a list before it is read: which way to take, and whether it can be counted meanwhile.
struct LeadListPlan: Hashable, Sendable {
    /// How many leads match, as far as the statistics tell.
    var estimate: Int
    /// Of reading all that match, in the planner's units: some 300 of them take a millisecond.
    var costOfAll: Double
    /// Of reading the page in the order of the list, or by sorting all that match: the lesser of the two.
    var costOfPage: Double
    /// All that match are read and then sorted, since they are few; else the list is read in its order until the page is full.
    var sorts: Bool
    /// When the first of all leads was made, in the order of the list; `nil` where it is of no use.
    var start: Date?
    /// When none of all leads was made yet, as far as the statistics tell, and one hundredth, two and so on, in the order of the list; none
    /// where it is of no use.
    var ends: [Date] = []
    /// How tags that leads must all have are looked up, where not by all of them.
    var tags: LeadListTags?

    /// Beyond, people need no more than a notion.
    static let countedUpTo = 10_000
    /// From so many on nobody counts to find that there are more than 10,000: the statistics are wrong by less.
    private static let surelyMany = 5 * countedUpTo
    private static let budget = 1_000.0
    /// The cost up to the last one that is counted is a guess from the cost of all: too far from it, it is none.
    private static let budgetOfAll = 4_000.0

    /// Whether so many match that it takes less to find out first how far the page goes.
    var isOfThousands: Bool { estimate >= 2_000 }

    /// Whether to count takes about as long as to read the page.
    var isCountedQuickly: Bool {
        let share = min(1, Double(Self.countedUpTo) / Double(max(estimate, 1)))
        return estimate <= Self.surelyMany && costOfAll <= Self.budgetOfAll && costOfAll * share <= Self.budget
    }

    /// Until when, in the order of the list, so many of those that match were made that they surely fill a page of `limit`: where many match
    /// it takes less to read these than to read all. `nil` where it doesn't.
    func end(with limit: Int) -> Date? {
        // Words that go together, as those of a name do, are together in more leads than the planner thinks: a try that finds too few costs
        // little where to read all takes long, and else a third of that.
        let isWorthATry = costOfAll >= Self.worthATry
        let enough = Int((150 * Double(limit) / Double(max(estimate, 1))).rounded(.up))
        let hundredths = isWorthATry ? min(enough, Self.mostTried) : enough
        return costOfAll >= Self.slicedFrom && ends.indices.contains(hundredths) ? ends[hundredths] : nil
    }

    /// How many hundredths of all leads are read at most instead of those that match.
    static let mostHundredths = 30
    private static let mostTried = 10
    /// Where it takes less to read all, it is better to know how many they are.
    private static let slicedFrom = 1_000.0
    private static let worthATry = 4_000.0

    /// Whether all that match may be read where the way through the list was too long: some 40 ms at most, if they are as many as it seems.
    var isCollectedQuickly: Bool { costOfAll <= 15_000 }

    /// Whether the page is found so much sooner in the order of the list that to look into some more leads than thought is no matter.
    var isWalkedQuickly: Bool { !sorts && costOfPage <= 1_000 && 2 * costOfPage <= costOfAll }

    /// `count` is how many were counted, up to one more than ``countedUpTo``; none when they weren't.
    func total(count: Int?, atLeast found: Int) -> LeadListTotal {
        guard let count else { return LeadListTotal(count: max(estimate, found), isEstimated: true) }
        guard count > Self.countedUpTo else { return LeadListTotal(count: count, isEstimated: false) }
        return LeadListTotal(count: max(count, estimate), isEstimated: true)
    }
}
