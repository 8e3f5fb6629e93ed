import Messaging
import Postgres

/// Whether the service could do its work just now: both servers that it stands on are really asked.
struct Readiness: Sendable {
    struct Report: Encodable, Sendable {
        /// `ok`, or what is wrong.
        var database: String
        var nats: String
        /// Whether tables and streams are as this version needs them.
        var preparation: String
        var isReady: Bool { database == "ok" && nats == "ok" && preparation == "ok" }

        enum CodingKeys: String, CodingKey {
            case database, nats, preparation
        }
    }

    let database: Database
    let nats: NATSClient
    let prepared: Preparation
    var patience: Duration = .seconds(2)

    func check() async -> Report {
        async let database = answer { try await self.database.ping() }
        async let nats = answer { try await self.nats.ping() }
        return await Report(database: database, nats: nats, preparation: prepared.isDone ? "ok" : "under way")
    }

    private func answer(_ ask: @escaping @Sendable () async throws -> Void) async -> String {
        await withTaskGroup { group in
            group.addTask {
                do {
                    try await ask()
                    return "ok"
                } catch {
                    return "unavailable: \(error)"
                }
            }
            group.addTask { [patience] in
                try? await Task.sleep(for: patience)
                return "unavailable: no answer within \(patience)"
            }
            let first = await group.next() ?? "unavailable"
            group.cancelAll()
            return first
        }
    }
}
