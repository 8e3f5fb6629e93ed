import Synchronization

/// What was read ahead, parted by what it is about: events about the same thing wait in the same lane, in their order.
///
/// Workers apply it. One alone takes from all lanes what has come, as one batch: a transaction costs more than the event in it. Others join in
/// where so much waits that it is worth another transaction, or where the first one is held up. No lane is in two hands at once.
final class Lanes<Item: Sendable>: Sendable {
    fileprivate struct State {
        var lanes: [[Item]]
        /// By lane: who applies something of it.
        var owners: [Int?]
        /// By worker: since when its batch is being applied.
        var begun: [ContinuousClock.Instant?]
        /// The workers that wait for something to do.
        var idle: Set<Int> = []
        var hasEnded = false
    }

    private let state: Mutex<State>
    private let room: Int
    private let crowd: Int
    private let patience: Duration
    private let calls: [Wake]
    private let empties = Wake()

    /// As many workers as lanes.
    ///
    /// `room`: how many may wait in all before no more are read. `crowd`: how many are worth a transaction of their own beside another.
    /// `patience`: how long one may take before what waits is worth it too.
    init(count: Int, room: Int, crowd: Int, patience: Duration = .milliseconds(20)) {
        state = Mutex(
            State(
                lanes: Array(repeating: [], count: count),
                owners: Array(repeating: nil, count: count),
                begun: Array(repeating: nil, count: count)
            )
        )
        (self.room, self.crowd, self.patience) = (room, crowd, patience)
        calls = (0..<count).map { _ in Wake() }
    }

    func add(_ item: Item, about subject: String) {
        state.withLock { $0.lanes[Self.lane(of: subject, among: $0.lanes.count)].append(item) }
    }

    private static func lane(of subject: String, among count: Int) -> Int {
        count == 1 ? 0 : Int(truncatingIfNeeded: subject.utf8.reduce(5_381) { ($0 &* 33) ^ UInt($1) } % UInt(count))
    }

    /// Tells a worker that something was added, if there is something for one more to do.
    func wake() {
        let worker = state.withLock { state in
            isWorthOneMore(state) ? state.idle.min() : nil
        }
        if let worker { calls[worker]() }
    }

    /// Nothing is handed out any more.
    func end() {
        state.withLock { $0.hasEnded = true }
        for call in calls { call.finish() }
        empties.finish()
    }

    /// A worker's next batch, as soon as there is one; `nil` at the end. Its last one is done with.
    func next(limit: Int, for worker: Int) async -> [Item]? {
        while true {
            let (items, hasEnded) = state.withLock { state in
                state.giveBack(by: worker)
                if state.hasEnded { return ([Item](), true) }
                guard isWorthOneMore(state) else {
                    state.idle.insert(worker)
                    return ([], false)
                }
                state.idle.remove(worker)
                return (state.take(limit, enough: crowd, by: worker), false)
            }
            if hasEnded || Task.isCancelled { return nil }
            guard items.isEmpty else {
                wake()
                empties()
                return items
            }
            await calls[worker].wait()
        }
    }

    private func isWorthOneMore(_ state: State) -> Bool {
        let waiting = state.waitingInFreeLanes
        guard waiting > 0, let first = state.begun.lazy.compactMap(\.self).min() else { return waiting > 0 }
        return waiting >= crowd || first.duration(to: .now) > patience
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

extension Lanes.State {
    fileprivate var waitingInFreeLanes: Int {
        lanes.indices.reduce(0) { owners[$1] == nil ? $0 + lanes[$1].count : $0 }
    }

    /// What waits in the worker's own lane and, until there are `enough`, in those behind it.
    fileprivate mutating func take(_ limit: Int, enough: Int, by worker: Int) -> [Item] {
        var items: [Item] = []
        for offset in lanes.indices {
            let lane = (worker + offset) % lanes.count
            guard owners[lane] == nil, !lanes[lane].isEmpty else { continue }
            let taken = lanes[lane].prefix(limit - items.count)
            items += taken
            lanes[lane].removeFirst(taken.count)
            owners[lane] = worker
            if items.count >= min(enough, limit) { break }
        }
        if !items.isEmpty { begun[worker] = .now }
        return items
    }

    fileprivate mutating func giveBack(by worker: Int) {
        for lane in owners.indices where owners[lane] == worker { owners[lane] = nil }
        begun[worker] = nil
    }
}
