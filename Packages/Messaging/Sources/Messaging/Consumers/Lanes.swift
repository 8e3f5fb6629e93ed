import Synchronization

/// What was read ahead, parted by what it is about: events about the same thing wait in the same lane, in their order.
final class Lanes: Sendable {
    private struct State {
        var lanes: [[StreamConsumer.Item]]
        var hasEnded = false
    }

    private let state: Mutex<State>
    private let room: Int
    private let fills: [Wake]
    private let empties = Wake()

    /// `room`: how many may wait in all before no more are read.
    init(count: Int, room: Int) {
        state = Mutex(State(lanes: Array(repeating: [], count: count)))
        self.room = room
        fills = (0..<count).map { _ in Wake() }
    }

    func add(_ item: StreamConsumer.Item) {
        state.withLock { $0.lanes[Self.lane(of: item.delivery.event.head.subject, among: $0.lanes.count)].append(item) }
    }

    private static func lane(of subject: String, among count: Int) -> Int {
        count == 1 ? 0 : Int(truncatingIfNeeded: subject.utf8.reduce(5_381) { ($0 &* 33) ^ UInt($1) } % UInt(count))
    }

    /// Tells the lanes that something was added.
    func wake() { for fill in fills { fill() } }

    /// Nothing is handed out any more.
    func end() {
        state.withLock { $0.hasEnded = true }
        for fill in fills { fill.finish() }
        empties.finish()
    }

    /// What has come for the lane, as soon as there is something; `nil` at the end.
    func next(limit: Int, of lane: Int) async -> [StreamConsumer.Item]? {
        while true {
            let (items, hasEnded) = state.withLock { state in
                if state.hasEnded { return ([StreamConsumer.Item](), true) }
                let items = Array(state.lanes[lane].prefix(limit))
                state.lanes[lane].removeFirst(items.count)
                return (items, false)
            }
            if hasEnded || Task.isCancelled { return nil }
            guard items.isEmpty else {
                empties()
                return items
            }
            await fills[lane].wait()
        }
    }

    /// - Throws: `CancellationError`.
    func waitForRoom() async throws {
        while state.withLock({ !$0.hasEnded && $0.lanes.reduce(0) { $0 + $1.count } >= room }) {
            try Task.checkCancellation()
            await empties.wait()
        }
        try Task.checkCancellation()
    }
}
