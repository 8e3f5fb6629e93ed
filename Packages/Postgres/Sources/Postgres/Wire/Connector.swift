import CLibPQ
import Foundation
import Synchronization

/// Opens connections. Name resolution, certificate files and password hashing block, so each one is opened on a thread of its own.
enum Connector {
    /// - Throws: ``DatabaseError`` with code `connectionFailed`, with the server's SQLSTATE if it refused; `cancelled` with the task.
    static func open(_ configuration: DatabaseConfiguration, until deadline: ContinuousClock.Instant) async throws -> Session {
        let isAbandoned = Abandonment()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result { () throws -> Session in
                            let connection = try connect(configuration, until: deadline, isAbandoned)
                            return try Session(owning: connection, preparedStatements: configuration.preparedStatementsPerConnection)
                        }
                    )
                }
            }
        } onCancel: {
            isAbandoned.flag.store(true, ordering: .relaxed)
        }
    }

    private final class Abandonment: Sendable {
        let flag = Atomic(false)
    }

    private static func connect(
        _ configuration: DatabaseConfiguration,
        until deadline: ContinuousClock.Instant,
        _ abandonment: Abandonment
    ) throws -> OpaquePointer {
        let options = try ConnectionOptions(configuration)
        guard let connection = options.withPointers({ PQconnectStartParams($0, $1, 0) }) else {
            throw DatabaseError(.connectionFailed, "There is no memory for a connection")
        }
        do {
            // In this form the message of a refusal carries its SQLSTATE, which libpq gives in no other way while connecting.
            PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
            PQsetNoticeProcessor(connection, { _, _ in }, nil)
            try poll(connection, until: min(deadline, .now + options.timeout), abandonment)
            PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
            return connection
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    private static func poll(
        _ connection: OpaquePointer,
        until deadline: ContinuousClock.Instant,
        _ abandonment: Abandonment
    ) throws {
        guard PQstatus(connection) != CONNECTION_BAD else { throw refusal(connection) }
        var awaited = PGRES_POLLING_WRITING
        while true {
            var descriptor = pollfd(
                fd: PQsocket(connection),
                events: Int16(awaited == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                revents: 0
            )
            let ready = Foundation.poll(&descriptor, 1, 50)
            if abandonment.flag.load(ordering: .relaxed) { throw DatabaseError(.cancelled, "The task was cancelled") }
            if ready <= 0 {
                if deadline <= .now { throw DatabaseError(.connectionFailed, "The server did not answer in time") }
                continue
            }
            awaited = PQconnectPoll(connection)
            switch awaited {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_FAILED: throw refusal(connection)
            default: break
            }
        }
    }

    private static func refusal(_ connection: OpaquePointer) -> DatabaseError {
        let text = PQerrorMessage(connection).map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        let state = text.firstMatch(of: #/: +(?=[A-Z]*[0-9])([0-9A-Z]{5}): /#).map { SQLState(rawValue: String($0.1)) }
        // A line for each address that the name stands for, and some that only comment on them.
        let lines = text.split(whereSeparator: \.isNewline)
        let reasons = lines.filter { $0.contains(" failed: ") }
        return DatabaseError(.connectionFailed, (reasons.isEmpty ? lines.prefix(1) : reasons[...]).joined(separator: "; "), sqlState: state)
    }
}

extension DatabaseError {
    /// The server is away, starting, stopping or full: it may be there in a moment. A wrong password stays wrong.
    var mayConnectLater: Bool {
        guard code == .connectionFailed else { return false }
        switch sqlState {
        case nil, .cannotConnectNow, .adminShutdown, .crashShutdown, .tooManyConnections: return true
        default: return false
        }
    }
}
