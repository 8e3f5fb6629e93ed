import Contracts
import Postgres

/// Applies dead letters again, through the handlers that gave them up.
struct Replayer: Sendable {
    let consumer: String
    let routes: Routes
    let database: Database

    /// Newest first, no more of them than fit into one answer over NATS; of a very long payload its beginning.
    func list(limit: Int) async throws -> [DeadLetter] {
        var room = Self.maximumListSize
        return try await DeadLetters(consumer: consumer).list(limit: limit, in: database)
            .map { letter in
                var letter = letter
                if letter.payload.utf8.count > Self.maximumPayloadShown {
                    letter.payload = String(letter.payload.prefix(Self.maximumPayloadShown / 4)) + "…"
                }
                return letter
            }
            .prefix { letter in
                room -= letter.payload.utf8.count + letter.reason.utf8.count
                return room > 0
            }
    }

    /// In JSON each quote and line break takes two bytes, so half of what an answer may have.
    private static let maximumListSize = 450_000
    private static let maximumPayloadShown = 100_000

    func replay(_ ids: [Int]?) async throws -> ReplayDeadLetters.Answer {
        var answer = ReplayDeadLetters.Answer(replayed: 0, failed: [])
        for id in try await DeadLetters(consumer: consumer).parked(ids, in: database) {
            do {
                if try await replay(id) { answer.replayed += 1 }
            } catch let error as DatabaseError where error.isConnectionLoss {
                throw error
            } catch {
                let reason = Self.reason(error)
                try await DeadLetters(consumer: consumer).noteFailure(id, reason: reason, in: database)
                answer.failed.append("\(id): \(reason)")
            }
        }
        return answer
    }

    private func replay(_ id: Int) async throws -> Bool {
        try await database.transaction { transaction in
            let letters = DeadLetters(consumer: consumer)
            guard let letter = try await letters.take(id, in: transaction) else { return false }
            if let delivery = try routes.prepare(subject: letter.subject, stream: letter.stream, payload: letter.payload) {
                let inbox = Inbox(consumer: consumer)
                // It was put there when the event was parked, so that a late redelivery is not applied.
                try await inbox.release(delivery.id, in: transaction)
                _ = try await inbox.claim([delivery.id], in: transaction)
                try await routes.apply([delivery], in: transaction)
            }
            try await letters.markReplayed(id, in: transaction)
            return true
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch Verdict(error) {
        case .retry(_, let reason), .park(let reason): reason
        case .waitForDatabase, .putOff: "\(error)"
        }
    }
}
