import Foundation

/// The months (thirty days each, counted from 1970) in which the leads of a slice were made. Their tags have an index by these: of a tag that
/// many leads have it reads a few thousand entries instead of all.
struct LeadListMonths: Hashable, Sendable {
    let numbers: ClosedRange<Int>

    /// Of more, each with a look of its own, it may take less to read the tags of all times.
    private static let most = 6
    private static let length: TimeInterval = 30 * 86_400

    /// From one time to the other, whichever is earlier; `nil` when these are many months.
    init?(_ one: Date, _ other: Date) {
        let (first, last) = (Self.number(min(one, other)), Self.number(max(one, other)))
        guard let first, let last, last - first < Self.most else { return nil }
        numbers = first...last
    }

    /// As the index names the tags, month by month.
    func entries(of tags: [String]) -> [[String]] { numbers.map { number in tags.map { "\($0)@\(number)" } } }

    private static func number(_ time: Date) -> Int? { Int(exactly: (time.timeIntervalSince1970 / length).rounded(.down)) }
}
