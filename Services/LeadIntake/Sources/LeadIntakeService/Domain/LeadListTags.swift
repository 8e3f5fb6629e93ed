/// Of tags that leads must all have: which ones the index is asked for, and which are only looked for in the leads that it finds.
struct LeadListTags: Hashable, Sendable {
    var indexed: [String]
    var checked: [String]

    /// So many leads are looked at before the index is asked for all tags after all: some 2 ms.
    static let most = 1_000
    /// A look at a lead takes as long as some 250 entries of a tag, and three times as many leads have tags together as their shares tell:
    /// what belongs together is given together.
    private static let entriesOfALook = 750.0
    /// To leave out fewer entries is not worth the asking.
    private static let worthwhile = 50_000.0

    /// `nil` where it takes less to ask for all tags. `shares` are of the `leads`, as far as the statistics know; hardly any lead has another
    /// tag.
    init?(_ tags: [String], shares: [String: Double], leads: Double) {
        (indexed, checked) = ([], [])
        var expected = leads
        for tag in tags.sorted(by: { shares[$0, default: 0] < shares[$1, default: 0] }) {
            let share = shares[tag, default: 0]
            if !indexed.isEmpty, share * leads >= max(Self.worthwhile, Self.entriesOfALook * max(expected, 1)) {
                checked.append(tag)
            } else {
                indexed.append(tag)
                expected *= share
            }
        }
        if checked.isEmpty { return nil }
    }
}
