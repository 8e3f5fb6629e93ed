import Contracts
import Foundation
import Logging
import Messaging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Writes down what a ``VisitCounter`` has counted, once a second and at the end; and tells of it: of each site one visit a minute by people
/// and one by machines, whatever the traffic and however many instances there are.
struct VisitRecorder: Service {
    let database: Database
    let counter: VisitCounter
    let logger: Logger
    var pause = Duration.seconds(1)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: pause)
                await writeDown()
            }
        }
        await writeDown()
    }

    /// What can't be written down now is tried again with the next.
    private func writeDown() async {
        let counted = counter.take().sorted { ($0.key.site, $0.key.byMachine ? 1 : 0) < ($1.key.site, $1.key.byMachine ? 1 : 0) }
        var rest = counted[...]
        while !rest.isEmpty {
            let batch = rest.prefix(100)
            do {
                try await database.transaction { try await record(Array(batch), in: $0) }
                rest = rest.dropFirst(batch.count)
            } catch {
                logger.warning("Visits can't be written down just now", metadata: ["error": "\(error)"])
                return counter.putBack(rest)
            }
        }
    }

    private func record(_ counted: [(key: VisitCounter.Kind, value: VisitCounter.Tally)], in transaction: Transaction) async throws {
        // Locked first, as always: whoever changes sites holds the locks of their leads too.
        let (standings, survivors) = try await transaction.standingsFollowingMerges(of: counted.map(\.value.leadID))
        let told = try await transaction.addVisits(counted)
        guard !told.isEmpty else { return }

        let visits = told.map { visit in
            var visit = visit
            visit.leadID = survivors[visit.leadID] ?? visit.leadID
            return visit
        }
        let ids = try await transaction.publish(visits.map { (event: $0.event, time: $0.at) })
        var ledger = StatusLedger(standings)
        for (visit, id) in zip(visits, ids) {
            let fact = WebsiteFact(visit.byMachine ? .visitedByMachine : .visitedByPerson, at: visit.at)
            ledger.follow(.website(fact), of: visit.leadID, cause: StatusCause(eventID: id, type: visit.event.type))
        }
        try await transaction.record(ledger)
    }
}
