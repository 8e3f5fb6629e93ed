import Contracts
import Foundation
import LeadIntakeService
import LocalServers
import Messaging
import Postgres
import ServiceKit
import ServiceLifecycle
import Testing

extension IntakeBench {
    /// What a test has in hand while the whole service runs: commands, and events as other services publish them.
    struct Live: Sendable {
        let commands: CommandClient
        let client: NATSClient
        let database: Database

        /// Publishes an event as its owner would; repeats without a `Nats-Msg-Id`, so that the inbox must know them.
        func tell(_ event: some Event, at time: Date = Date(), times: Int = 1) async throws {
            let stream = try #require(Catalogue.stream(of: type(of: event)))
            let payload = try WireJSON.encode(Envelope(event, id: .make(), source: stream.publisher, time: time, trace: nil))
            for _ in 0..<times { _ = try await JetStream(client).publish(event.subject.description, payload: payload) }
        }

        /// Waits until everything that was published has been applied.
        func settled() async throws {
            try await eventually("all events are applied") {
                for stream in ["CAMPAIGNS", "STATUS"] {
                    let state = try? await JetStream(client).state(ofConsumer: "lead-intake", stream: stream)
                    guard let state, state.pending == 0, state.acksPending == 0 else { return false }
                }
                return true
            }
        }
    }

    /// Runs the whole service but for its relay and its HTTP: what it consumes, answers and runs.
    func live(_ body: (Live) async throws -> Void) async throws {
        let nats = try await NATSServer.start()
        var clients: [NATSClient] = []
        for _ in 0..<2 {
            let client = NATSClient(NATSConfiguration(servers: [nats.url], name: "test"), logger: quietLogger)
            try await client.connect()
            clients.append(client)
        }
        for stream in Catalogue.streams { try await JetStream(clients[0]).ensureStream(StreamConfiguration(stream)) }
        let (service, own) = try service(clients[1])
        let services: [any Service] =
            [
                CommandServer(service: .leadIntake, client: clients[1], handlers: service.answers, logger: quietLogger),
                EventConsumers(service: .leadIntake, database: own, client: clients[1], handlers: service.consumes, logger: quietLogger),
            ] + service.runs
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                logger: quietLogger
            )
        )
        let live = Live(commands: CommandClient(clients[0]), client: clients[0], database: database)
        async let run: Void = group.run()
        do {
            try await eventually("it answers") { (try? await live.commands.call(GetRescoring(), as: .operator)) != nil }
            try await body(live)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
        for client in clients { await client.drain() }
        await own.close()
        try await nats.stop()
    }
}
