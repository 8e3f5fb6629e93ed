package import Contracts
package import Foundation
import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// The API keys that were used lately, kept for some seconds, so that not each request asks the database.
package final class APIKeyRing: Sendable {
    /// How long a key that was revoked elsewhere may still be let in.
    package static let lifetime = Duration.seconds(5)
    /// How long a key that was made elsewhere, and was tried too early, may still be refused.
    package static let unknownLifetime = Duration.seconds(1)
    /// Guessing can't fill the memory.
    package static let limit = 10_000

    let database: Database
    /// What holds for keys that have no limit of their own.
    let defaultLimit: RateLimit
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())
    private let buckets = RateBuckets<APIKeyID>(limit: limit)

    private struct State {
        var found = BoundedTable<Data, Entry>(limit: APIKeyRing.limit)
        /// Counts what was forgotten: a look that began before may have seen the key as it was.
        var forgotten = 0
        var uses: [APIKeyID: Date] = [:]
    }

    private struct Entry {
        /// `nil`: there is none.
        var key: StoredAPIKey?
        var end: ContinuousClock.Instant
    }

    package init(database: Database, defaultLimit: RateLimit, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.database = database
        self.defaultLimit = defaultLimit
        self.clock = clock
    }

    /// The key with this hash, if it is good; remembers its use.
    package func key(hash: Data, at time: Date) async throws -> StoredAPIKey? {
        let now = clock()
        let (entry, forgotten) = state.withLock { state in (state.found[hash], state.forgotten) }
        var key = entry?.key
        if entry.map({ $0.end <= now }) ?? true {
            key = try await database.apiKey(hash: hash)
            let fresh = Entry(key: key, end: now + (key == nil ? Self.unknownLifetime : Self.lifetime))
            state.withLock { state in
                if state.forgotten == forgotten { state.found[hash] = fresh }
            }
        }
        if let key { state.withLock { $0.uses[key.id] = time } }
        return key
    }

    /// One token for one request, whatever it brings.
    func take(_ key: StoredAPIKey) -> RateNotice {
        let limit = RateLimit(rate: key.rate ?? defaultLimit.rate, burst: key.burst ?? defaultLimit.burst)
        return RateNotice(limit: limit, decision: buckets.take(key.id, limit, at: clock()))
    }

    /// Looks for the key anew from now on: it was revoked.
    package func forget(_ id: APIKeyID) {
        state.withLock { state in
            state.forgotten += 1
            state.found.remove { $0.key?.id == id }
        }
    }

    /// Writes down when each key was used last.
    package func writeUses() async throws {
        let uses = state.withLock { state in
            defer { state.uses = [:] }
            return state.uses
        }
        do {
            try await database.noteUses(of: uses)
        } catch {
            state.withLock { $0.uses.merge(uses) { later, _ in later } }
            throw error
        }
    }
}

/// Writes down once a minute which API keys were used, outside of the requests' path.
struct APIKeyUseWriter: Service {
    let keys: APIKeyRing
    let logger: Logger
    var pause = Duration.seconds(60)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: pause)
                await write()
            }
        }
        await write()
    }

    private func write() async {
        do {
            try await keys.writeUses()
        } catch {
            logger.warning("The uses of API keys can't be written down just now", metadata: ["error": "\(error)"])
        }
    }
}
