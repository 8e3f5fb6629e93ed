/// What PostgreSQL's planner thinks of a list before it is read: which way to take, and whether it can be counted meanwhile.
struct LeadListPlan: Hashable, Sendable {
    /// How many leads match, as far as the statistics tell.
    var estimate: Int
    /// Of reading all that match, in the planner's units: some 300 of them take a millisecond.
    var costOfAll: Double
    /// All that match are read and then sorted, since they are few; else the list is read in its order until the page is full.
    var sorts: Bool

    /// Beyond, people need no more than a notion.
    static let countedUpTo = 10_000
    /// From so many on nobody counts to find that there are more than 10,000: the statistics are wrong by less.
    private static let surelyMany = 5 * countedUpTo
    private static let budget = 1_000.0
    /// The cost up to the last one that is counted is a guess from the cost of all: too far from it, it is none.
    private static let budgetOfAll = 4_000.0

    /// Whether to count takes about as long as to read the page.
    var isCountedQuickly: Bool {
        let share = min(1, Double(Self.countedUpTo) / Double(max(estimate, 1)))
        return estimate <= Self.surelyMany && costOfAll <= Self.budgetOfAll && costOfAll * share <= Self.budget
    }

    /// Whether all that match may be read where the way through the list was too long: some 40 ms at most, if they are as many as it seems.
    var isCollectedQuickly: Bool { costOfAll <= 15_000 }

    /// `count` is how many were counted, up to one more than ``countedUpTo``; none when they weren't.
    func total(count: Int?, atLeast found: Int) -> LeadListTotal {
        guard let count else { return LeadListTotal(count: max(estimate, found), isEstimated: true) }
        guard count > Self.countedUpTo else { return LeadListTotal(count: count, isEstimated: false) }
        return LeadListTotal(count: max(count, estimate), isEstimated: true)
    }
}
