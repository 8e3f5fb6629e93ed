import Contracts
import Logging
import Messaging
import Metrics
import Postgres
import ServiceLifecycle

/// Measures, every few seconds, what stands and waits: figures that no single event could count, and that an operator is woken for.
struct StandingFigures: Service {
    let service: ServiceName
    let database: Database
    let nats: NATSClient
    /// The streams that the service follows.
    let streams: [String]
    let logger: Logger
    var pause: Duration = .seconds(5)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    await measure()
                    try await Task.sleep(for: pause)
                }
            }
        } catch is CancellationError {
            return
        }
    }

    private func measure() async {
        await attempt("tables") { try await measureTables() }
        // Each by itself: a stream that nobody has made yet must not hide the others.
        for stream in streams { await attempt(stream) { try await measureConsumer(of: stream) } }
    }

    /// While a server is away its figures stay as they were: readiness tells of that.
    private func attempt(_ what: String, _ measure: () async throws -> Void) async {
        do {
            try await measure()
        } catch {
            logger.debug("Figures can't be measured just now", metadata: ["of": "\(what)", "error": "\(error)"])
        }
    }

    private func measureTables() async throws {
        let row = try await database.row(
            """
            SELECT outbox.waiting, outbox.age,
                (SELECT count(*) FROM retries) AS retries,
                (SELECT count(*) FROM dead_letters WHERE state = 'parked') AS dead_letters
            FROM (
                SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::float8 AS age FROM outbox
            ) AS outbox
            """
        )
        guard let row else { return }
        Gauge(label: "plumbline_outbox_events").record(try row.decode("waiting", as: Int.self))
        Gauge(label: "plumbline_outbox_oldest_seconds").record(max(0, try row.decode("age", as: Double.self)))
        Gauge(label: "plumbline_retries_waiting").record(try row.decode("retries", as: Int.self))
        Gauge(label: "plumbline_dead_letters").record(try row.decode("dead_letters", as: Int.self))
    }

    private func measureConsumer(of stream: String) async throws {
        let state = try await JetStream(nats).state(ofConsumer: service.rawValue, stream: stream)
        Gauge(label: "plumbline_consumer_pending", dimensions: [("stream", stream)]).record(state.pending)
        Gauge(label: "plumbline_consumer_unacknowledged", dimensions: [("stream", stream)]).record(state.acksPending)
    }
}
