package import Contracts

extension BulkChange {
    /// How many of the leads named for each reason.
    private static let named = 100

    /// How many leads it speaks of.
    package var done: Int { changed + unchanged + refused.reduce(0) { $0 + $1.count } }

    package mutating func refuse(_ ids: [LeadID], _ reason: String) {
        guard !ids.isEmpty else { return }
        add([BulkRefusal(reason: reason, count: ids.count, leadIDs: Array(ids.prefix(Self.named)))])
    }

    package mutating func add(_ other: BulkChange) {
        changed += other.changed
        unchanged += other.unchanged
        add(other.refused)
    }

    package mutating func add(_ refusals: [BulkRefusal]) {
        for refusal in refusals {
            guard let index = refused.firstIndex(where: { $0.reason == refusal.reason }) else {
                refused.append(refusal)
                continue
            }
            refused[index].count += refusal.count
            refused[index].leadIDs += refusal.leadIDs.prefix(Self.named - refused[index].leadIDs.count)
        }
    }
}
