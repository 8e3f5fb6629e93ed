import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Sites as they are shown, kept in memory until the database tells that one changed: a trigger does, whoever changed it.
///
/// Nothing is kept while nobody listens. Should the connection that listens be dead without anybody knowing, a page is the former one for
/// ``patience`` at most.
final class PageCache: Service {
    /// Where the trigger on `sites` tells the slug of what changed.
    private static let channel = "plumbline_site_changed"
    private static let patience = Duration.seconds(2)
    /// Some 20 KB each; but one that was adopted may have megabytes.
    private static let limit = 2_000
    private static let weightLimit = 64 << 20

    private struct State {
        var isListening = false
        /// Counts how often all was forgotten.
        var epoch = 0
        private(set) var kept: [String: (site: ServedSite, until: ContinuousClock.Instant)] = [:]
        /// Of what is kept, in bytes.
        private(set) var weight = 0
        /// How many are reading a site just now, and whether it changed meanwhile: what they read may be what was before.
        var reading: [String: (count: Int, hasChanged: Bool)] = [:]

        func hasRoom(for site: ServedSite) -> Bool { kept.count < limit && weight + site.weight <= weightLimit }

        mutating func keep(_ site: ServedSite, as slug: String) {
            forget(slug)
            kept[slug] = (site, .now + patience)
            weight += site.weight
        }

        mutating func forget(_ slug: String) {
            if let known = kept.removeValue(forKey: slug) { weight -= known.site.weight }
        }

        mutating func forgetAll(where isDue: (ContinuousClock.Instant) -> Bool = { _ in true }) {
            kept = kept.filter { !isDue($0.value.until) }
            weight = kept.values.reduce(0) { $0 + $1.site.weight }
        }
    }

    private let database: Database
    private let state = Mutex(State())

    init(database: Database) {
        self.database = database
    }

    /// The site of that slug, from memory or as `read` finds it.
    func site(_ slug: String, read: () async throws -> ServedSite?) async throws -> ServedSite? {
        let epoch: Int
        switch state.withLock({ Self.look(for: slug, in: &$0) }) {
        case .kept(let site): return site
        case .mustRead(let since): epoch = since
        }
        do {
            let site = try await read()
            finish(slug, with: site, since: epoch)
            return site
        } catch {
            finish(slug, with: nil, since: epoch)
            throw error
        }
    }

    private enum Found {
        case kept(ServedSite)
        case mustRead(since: Int)
    }

    private static func look(for slug: String, in state: inout State) -> Found {
        let reading = state.reading[slug]
        // One reads it anew when its time has come, and the others don't wait for that.
        if let known = state.kept[slug], known.until > .now || reading != nil { return .kept(known.site) }
        state.reading[slug] = ((reading?.count ?? 0) + 1, reading?.hasChanged ?? false)
        return .mustRead(since: state.epoch)
    }

    /// What isn't there is not kept: there is no end of names that are no site's.
    private func finish(_ slug: String, with site: ServedSite?, since epoch: Int) {
        state.withLock { state in
            guard let reading = state.reading[slug] else { return }
            state.reading[slug] = reading.count > 1 ? (reading.count - 1, reading.hasChanged) : nil
            guard let site, state.isListening, state.epoch == epoch, !reading.hasChanged else { return }
            if !state.hasRoom(for: site) { state.forgetAll { $0 <= .now } }
            if !state.hasRoom(for: site) { state.forgetAll() }
            state.keep(site, as: slug)
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await notification in self.database.notifications(on: [Self.channel]) {
                switch notification {
                case .listening, .reconnected: self.forgetAll(isListening: true)
                case .received(_, let slug): self.forget(slug)
                }
            }
        }
        forgetAll(isListening: false)
    }

    private func forget(_ slug: String) {
        state.withLock { state in
            state.forget(slug)
            state.reading[slug]?.hasChanged = true
        }
    }

    private func forgetAll(isListening: Bool) {
        state.withLock { state in
            state.forgetAll()
            state.epoch += 1
            state.isListening = isListening
        }
    }
}
