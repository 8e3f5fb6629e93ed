public import Contracts
public import Logging
public import Postgres
public import ServiceLifecycle

/// Follows the streams that a service's handlers speak of, one durable pull consumer for each.
public struct EventConsumers: Service {
    public struct Options: Sendable {
        /// How many events are applied in one transaction at most.
        public var batch = 500
        /// So many that wait are worth another transaction beside one that is under way.
        public var crowd = 50
        /// For how long events are gathered that come soon behind another, while they are no crowd: each time that they are read and applied
        /// costs as much for one as for ten.
        public var gathering = Duration.milliseconds(5)
        /// What isn't settled within it comes again; it is renewed while we work.
        public var ackWait = Duration.seconds(30)
        /// The waits before an event that fails is tried again; then it is parked.
        public var retryDelays: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)]
        /// How long an event waits that met an outage: this is not counted.
        public var putOffDelay = Duration.seconds(1)
        /// How often an instance asks for its turn at a stream that another one follows in order, and the one that has it looks for events
        /// that went elsewhere.
        public var turnInterval = Duration.milliseconds(500)
        /// How often it is written down how far a stream is settled.
        public var floorInterval = Duration.seconds(600)

        public init() {}
    }

    private let service: ServiceName
    private let streams: [StreamConsumer]
    private let replayer: Replayer

    /// The consumers are named after the service: its instances share them.
    public init(
        service: ServiceName,
        database: Database,
        client: NATSClient,
        handlers: [EventHandler],
        logger: Logger,
        options: Options = Options()
    ) {
        self.service = service
        let routes = Routes(handlers: handlers)
        var names: [String] = []
        for handler in handlers where !names.contains(handler.stream) { names.append(handler.stream) }
        let lanes = Self.lanes(of: handlers, on: database)
        streams = names.map { stream in
            StreamConsumer(
                consumer: service.rawValue,
                stream: stream,
                lanes: lanes[stream],
                routes: routes,
                database: database,
                jetStream: JetStream(client),
                logger: logger,
                options: options
            )
        }
        replayer = Replayer(consumer: service.rawValue, routes: routes, database: database)
    }

    /// By stream, where it is followed in turn: as many as is asked for, or one where the pool is too small. Each keeps a connection.
    private static func lanes(of handlers: [EventHandler], on database: Database) -> [String: Int] {
        var lanes: [String: Int] = [:]
        for handler in handlers {
            guard case .inTurn(let wanted) = handler.following else { continue }
            lanes[handler.stream] = max(1, wanted, lanes[handler.stream] ?? 1)
        }
        // The relay keeps one too, and some are for everything else.
        let isTooMany = lanes.values.reduce(0, +) > database.configuration.maximumConnections - 3
        return isTooMany ? lanes.mapValues { _ in 1 } : lanes
    }

    /// Goes on until graceful shutdown, which finishes the batches in hand.
    public func run() async throws {
        guard !streams.isEmpty else {
            try? await gracefulShutdown()
            return
        }
        await withDiscardingTaskGroup { group in
            for stream in streams { group.addTask { await stream.run() } }
        }
    }

    /// Lists and replays dead letters on command; see ``ListDeadLetters`` and ``ReplayDeadLetters``.
    public var answers: [CommandHandler] {
        [
            .answer(ListDeadLetters.self, on: ListDeadLetters.subject(of: service)) { [replayer] asked in
                try Self.authorize(asked.actor)
                return ListDeadLetters.Answer(deadLetters: try await replayer.list(limit: min(max(1, asked.command.limit ?? 100), 1_000)))
            },
            .answer(ReplayDeadLetters.self, on: ReplayDeadLetters.subject(of: service)) { [replayer] asked in
                try Self.authorize(asked.actor)
                return try await replayer.replay(asked.command.ids)
            },
        ]
    }

    /// The newest dead letters, as many as one answer over NATS holds; of a very long payload its beginning.
    public func deadLetters(limit: Int = 100) async throws -> [DeadLetter] { try await replayer.list(limit: limit) }

    /// Applies dead letters again through the same handlers: the named ones, or all.
    public func replay(_ ids: [Int]? = nil) async throws -> ReplayDeadLetters.Answer { try await replayer.replay(ids) }

    private static func authorize(_ actor: Actor) throws {
        guard actor.role >= .admin else { throw Problem.forbidden(needs: .admin) }
    }
}
