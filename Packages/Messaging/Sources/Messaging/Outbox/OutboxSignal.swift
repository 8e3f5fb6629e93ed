import Foundation
import Synchronization

/// Tells the relays of this process that something was committed to their outbox.
///
/// They are known by their outbox, not handed through: a transaction is begun by whoever writes, and knows its tables only. NOTIFY would
/// do it across processes too, but PostgreSQL holds one lock of the whole server from a NOTIFY to the end of its commit, the sync to disk
/// included: measured here with ten writers, 3,800 commits a second without it, 320 with it. So the relays tell each other over NATS.
enum OutboxSignal {
    private static let listeners = Mutex<(last: Int, all: [Int: (outbox: String, wake: @Sendable () -> Void)])>((0, [:]))

    static func add(_ outbox: String, _ wake: @escaping @Sendable () -> Void) -> Int {
        listeners.withLock { listeners in
            listeners.last += 1
            listeners.all[listeners.last] = (outbox, wake)
            return listeners.last
        }
    }

    static func remove(_ id: Int) { listeners.withLock { _ = $0.all.removeValue(forKey: id) } }

    /// `outbox` is the database's and the schema's name, as ``Outbox/name`` gives it: should another server have the same, its relay looks
    /// once for nothing.
    static func send(_ outbox: String) {
        for listener in listeners.withLock({ $0.all.values.filter { $0.outbox == outbox } }) { listener.wake() }
    }

    /// The NATS subject for relays of other processes that `token` names alike. Names may hold anything, a subject's tokens may not.
    static func subject(_ outbox: String, of token: String) -> String {
        "plumbline.outbox.\(token)." + Data(outbox.utf8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
