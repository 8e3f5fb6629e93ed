import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Sends what is queued, on every channel that has a provider. Woken by what is committed, not by the clock.
struct SendingEngine: Service {
    let senders: [ChannelSender]
    let database: Database

    init(
        providers: [Channel: any MessageProvider],
        database: Database,
        composer: MessageComposer,
        settings: SendingSettings,
        idle: @escaping @Sendable () -> Void,
        logger: Logger
    ) {
        self.database = database
        senders = providers.map { channel, provider in
            ChannelSender(
                channel: channel,
                provider: provider,
                database: database,
                composer: composer,
                settings: settings,
                rate: settings.rates[channel] ?? SendRate(perSecond: 1),
                hands: Hands(settings.concurrency),
                wake: Wake(),
                idle: idle,
                logger: logger
            )
        }
    }

    /// Goes on until graceful shutdown, which claims nothing more and finishes what is under way.
    func run() async throws {
        // With no provider there is nothing to send; but where one part of a service ends, all of it does.
        guard !senders.isEmpty else { return try await gracefulShutdown() }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await listen() }
                await withDiscardingTaskGroup { senders in
                    for sender in self.senders { senders.addTask { await sender.run() } }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            for sender in senders { sender.wake.finish() }
        }
    }

    func signal() {
        for sender in senders { sender.wake.signal() }
    }

    private func listen() async {
        // Whatever is told, and also that we listen again, means: look.
        for await _ in database.notifications(on: [Self.channel]) { signal() }
    }

    /// What `pg_notify` is called with when messages were queued.
    static let channel = "campaign_work"
}
