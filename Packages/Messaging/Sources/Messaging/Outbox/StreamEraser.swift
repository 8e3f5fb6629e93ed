public import Contracts
public import Foundation
public import Logging
public import Postgres
public import ServiceLifecycle

/// Erases from this service's streams what its events tell of people whose data was erased: see ``Postgres/Transaction/forget(_:)``.
///
/// Only some time after it was asked for: who follows the streams must have had the events, to count them, and the erasure behind them. It
/// reads a stream whole, which is done for all erasures that are due at once.
public struct StreamEraser: Service {
    public struct Options: Sendable {
        /// How long after an erasure.
        public var patience: TimeInterval = 600
        public var pause = Duration.seconds(60)

        public init() {}
    }

    private let service: ServiceName
    private let database: Database
    private let jetStream: JetStream
    private let logger: Logger
    private let options: Options

    public init(service: ServiceName, database: Database, client: NATSClient, logger: Logger, options: Options = Options()) {
        self.service = service
        self.database = database
        jetStream = JetStream(client)
        self.logger = logger
        self.options = options
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await eraseDue()
                } catch {
                    if !Task.isCancelled { logger.warning("Streams can't be erased from just now", metadata: ["error": "\(error)"]) }
                }
                try await Task.sleep(for: options.pause)
            }
        }
    }

    /// - Returns: how many events were erased.
    @discardableResult
    public func eraseDue() async throws -> Int {
        let leads = try await database.rows(
            """
            SELECT lead_id FROM erasures
            WHERE erased_at IS NULL AND asked_at <= now() - make_interval(secs => \(options.patience))
                -- What is not published yet would come behind.
                AND NOT EXISTS (SELECT FROM outbox WHERE recorded_at <= erasures.asked_at)
            """
        ).map { try $0.decode("lead_id", as: LeadID.self) }
        guard !leads.isEmpty else { return 0 }
        let subjects = Set(leads.map(\.description))
        var count = 0
        for stream in Catalogue.streams where stream.publisher == service {
            count += try await jetStream.erase(from: stream.name) { message in
                guard Self.tellsOfPeople(message.subject, message.payload),
                    let head = try? WireJSON.decode(EnvelopeHead.self, from: message.payload)
                else {
                    return false
                }
                return subjects.contains(head.subject)
            }
        }
        try await database.execute("UPDATE erasures SET erased_at = now() WHERE lead_id = ANY (\(leads)::uuid[])")
        logger.info("Events of erased leads were erased", metadata: ["leads": "\(leads.count)", "events": "\(count)"])
        return count
    }

    /// Leads with all that is known of them, sites by the names of their businesses, messages with addresses, and statuses where somebody
    /// has written why. Else statuses and money are told of without; and that a lead was erased stays, for who comes late.
    static func tellsOfPeople(_ subject: String, _ payload: Data) -> Bool {
        if subject == LeadErased.subject.description { return false }
        if ["crm.lead.", "crm.site.", "crm.message."].contains(where: subject.hasPrefix) { return true }
        guard subject.hasPrefix("crm.status."), let change = try? WireJSON.decode(ChangeOfStatus.self, from: payload) else { return false }
        return change.data.cause.reason != nil
    }

    /// Of either status, as far as it matters here.
    private struct ChangeOfStatus: Decodable {
        var data: Change

        struct Change: Decodable {
            var cause: StatusCause
        }
    }
}
