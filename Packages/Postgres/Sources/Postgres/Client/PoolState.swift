/// Who has which place of a bounded pool, who waits for one, and what to do next. No I/O, no clock of its own.
struct PoolState<Connection: Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias WaiterID = UInt64

    /// A place in the pool, with the connection that is in it, if one is open already.
    enum Place: Sendable {
        case open(Connection, idleSince: Instant)
        case empty
    }

    enum Lease: Sendable {
        case granted(Place)
        case mustWait
        case closed
    }

    private let limit: Int
    /// The last one returned is the first one lent: the rest may cool down.
    private var idle: [(connection: Connection, since: Instant)] = []
    private(set) var placesInUse = 0
    private var queue: [WaiterID] = []
    private var waiting: Set<WaiterID> = []
    private(set) var isClosed = false

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    var idleCount: Int { idle.count }
    var waiterCount: Int { waiting.count }

    mutating func lease() -> Lease {
        guard !isClosed else { return .closed }
        // Those who came before are served before.
        guard waiting.isEmpty, placesInUse < limit else { return .mustWait }
        placesInUse += 1
        if let (connection, since) = idle.popLast() { return .granted(.open(connection, idleSince: since)) }
        return .granted(.empty)
    }

    mutating func enqueue(_ waiter: WaiterID) {
        queue.append(waiter)
        waiting.insert(waiter)
    }

    /// The waiter has given up; false when its place has been granted in the same moment.
    mutating func withdraw(_ waiter: WaiterID) -> Bool {
        waiting.remove(waiter) != nil
    }

    /// A place comes back, with its connection if that can be used again. Returns who gets the place now.
    mutating func giveBack(_ connection: Connection?, at now: Instant) -> WaiterID? {
        if let next = nextWaiter() { return next }
        placesInUse -= 1
        if let connection, !isClosed { idle.append((connection, now)) }
        return nil
    }

    /// Closes the pool; returns the connections to close and the waiters to turn away.
    mutating func close() -> (idle: [Connection], waiters: [WaiterID]) {
        isClosed = true
        defer {
            idle = []
            queue = []
            waiting = []
        }
        return (idle.map(\.connection), Array(waiting))
    }

    private mutating func nextWaiter() -> WaiterID? {
        var served = 0
        defer { queue.removeFirst(served) }
        for waiter in queue {
            served += 1
            if waiting.remove(waiter) != nil { return waiter }
        }
        return nil
    }
}
