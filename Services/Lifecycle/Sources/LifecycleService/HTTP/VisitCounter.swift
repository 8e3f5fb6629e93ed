import Contracts
import Foundation
import ServiceKit
import Synchronization

/// Counts visits to previews in memory, so that no page waits for the database; ``VisitRecorder`` writes them down.
final class VisitCounter: Sendable {
    struct Kind: Hashable, Sendable {
        var site: SiteID
        var byMachine: Bool
    }

    struct Tally: Hashable, Sendable {
        var leadID: LeadID
        var visits: Int
        var firstAt: Date
        var lastAt: Date

        mutating func add(_ other: Tally) {
            visits += other.visits
            firstAt = min(firstAt, other.firstAt)
            lastAt = max(lastAt, other.lastAt)
        }
    }

    private struct State {
        var tallies: [Kind: Tally] = [:]
        /// Reading a user agent takes longer than all else about a visit, and few are seen again and again.
        var machines: [String: Bool] = [:]
    }

    /// While the database is away, so many are kept: then visits to further sites are not counted.
    private static let limit = 100_000
    private static let knownAgents = 4_096
    private let state = Mutex(State())

    init() {}

    func count(_ site: SiteID, of lead: LeadID, userAgent: String?, at time: Date = Date()) {
        // What is longer names itself further in front.
        let agent = String((userAgent ?? "").prefix(512))
        state.withLock { state in
            let byMachine: Bool
            if let known = state.machines[agent] {
                byMachine = known
            } else {
                byMachine = Visitor.isMachine(userAgent: agent)
                if state.machines.count >= Self.knownAgents { state.machines.removeAll(keepingCapacity: true) }
                state.machines[agent] = byMachine
            }
            Self.add(Tally(leadID: lead, visits: 1, firstAt: time, lastAt: time), as: Kind(site: site, byMachine: byMachine), to: &state)
        }
    }

    /// What was counted since the last time.
    func take() -> [Kind: Tally] {
        state.withLock { state in
            defer { state.tallies = [:] }
            return state.tallies
        }
    }

    /// What could not be written down is counted again.
    func putBack(_ tallies: some Sequence<(key: Kind, value: Tally)>) {
        state.withLock { state in
            for (kind, tally) in tallies { Self.add(tally, as: kind, to: &state) }
        }
    }

    private static func add(_ tally: Tally, as kind: Kind, to state: inout State) {
        guard state.tallies[kind]?.add(tally) == nil, state.tallies.count < limit else { return }
        state.tallies[kind] = tally
    }
}
