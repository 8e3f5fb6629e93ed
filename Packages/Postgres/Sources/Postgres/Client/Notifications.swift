import CLibPQ
import Logging

/// What listeners are told.
public enum DatabaseNotification: Hashable, Sendable {
    /// LISTEN is in force for the first time: what was committed before is not told, so look.
    case listening
    /// LISTEN is in force again after the connection broke: what was notified meanwhile is not told, so look.
    case reconnected
    case received(channel: String, payload: String)
}

/// What is notified on some channels, across lost connections: see ``Database/notifications(on:)``.
///
/// Each iterator has a connection of its own, which does something only while `next()` is awaited: a slow listener holds nobody up.
public struct Notifications: AsyncSequence, Sendable {
    public typealias Element = DatabaseNotification
    public typealias Failure = Never

    let configuration: DatabaseConfiguration
    let channels: [String]
    let logger: Logger

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(listener: Listener(self))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let listener: Listener

        /// The next notification; `nil` once the task is cancelled.
        public mutating func next() async -> DatabaseNotification? {
            await listener.next()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> DatabaseNotification? {
            await listener.next()
        }
    }
}

/// Owns an iterator's connection.
final class Listener {
    private let sequence: Notifications
    private var session: Session?
    private var hasListened = false

    init(_ sequence: Notifications) {
        self.sequence = sequence
    }

    deinit {
        session?.close()
    }

    func next() async -> DatabaseNotification? {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                if let session { return try await nextNotification(on: session) }
                session = try await listen()
                defer { hasListened = true }
                return hasListened ? .reconnected : .listening
            } catch {
                session?.close()
                session = nil
                if Task.isCancelled { break }
                sequence.logger.info("Database notifications are interrupted", metadata: ["error": "\(error)"])
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    break
                }
                pause = min(pause * 2, .seconds(2))
            }
        }
        session?.close()
        session = nil
        return nil
    }

    private func listen() async throws -> Session {
        let session = try await Connector.open(sequence.configuration, until: .now + .seconds(10))
        for channel in sequence.channels {
            _ = try await session.query("LISTEN \(identifier: channel)")
        }
        return session
    }

    private func nextNotification(on session: Session) async throws -> DatabaseNotification {
        while true {
            if let notification = session.takeNotification() { return notification }
            switch await session.watch.cancellableWait(for: .read, until: .now + sequence.configuration.pingAfterIdle) {
            case .ready: try session.consumeInput()
            case .timedOut:
                // Silence may be a server that is gone without a word.
                guard await session.answers(within: .seconds(5)) else { throw session.lost() }
            case .cancelled: throw DatabaseError(.cancelled, "The task was cancelled")
            case .closed: throw session.lost()
            }
        }
    }
}

extension Session {
    fileprivate func takeNotification() -> DatabaseNotification? {
        guard let notification = PQnotifies(connection) else { return nil }
        defer { PQfreemem(notification) }
        guard let channel = notification.pointee.relname, let payload = notification.pointee.extra else { return nil }
        return .received(channel: String(cString: channel), payload: String(cString: payload))
    }
}
