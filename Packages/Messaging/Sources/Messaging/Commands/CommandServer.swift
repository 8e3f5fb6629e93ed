public import Contracts
import Foundation
public import Logging
import Metrics
import Postgres
public import ServiceLifecycle

/// Answers a service's commands: the instances of the service share them out as one queue group.
public struct CommandServer: Service {
    private let service: ServiceName
    private let client: NATSClient
    private let handlers: [String: CommandHandler]
    private let maximumConcurrent: Int
    private let logger: Logger

    /// At most `maximumConcurrent` commands are worked on at once; the others wait, and are dropped when nobody waits for them any more.
    ///
    /// - Precondition: every handler's subject is one of this service's, `rpc.<service>.…`, and has one handler.
    public init(
        service: ServiceName,
        client: NATSClient,
        handlers: [CommandHandler],
        maximumConcurrent: Int = 64,
        logger: Logger
    ) {
        let prefix = "rpc.\(service.rawValue)."
        precondition(handlers.allSatisfy { $0.subject.description.hasPrefix(prefix) }, "a command of another service")
        self.service = service
        self.client = client
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.subject.description, $0) })
        self.maximumConcurrent = maximumConcurrent
        self.logger = logger
    }

    /// Goes on until graceful shutdown, which takes no more commands and answers those in hand.
    public func run() async throws {
        // One subscription for all: an unknown command is answered too, instead of looking like a service that is down.
        let questions = client.subscribe("rpc.\(service.rawValue).>", queue: service.rawValue)
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                var underWay = 0
                for await question in questions {
                    if underWay == maximumConcurrent {
                        await group.next()
                        underWay -= 1
                    }
                    underWay += 1
                    group.addTask { await handle(question) }
                }
            }
        } onGracefulShutdown: {
            questions.drain()
        }
    }

    private func handle(_ question: NATSMessage) async {
        guard let reply = question.reply else { return }
        do {
            let headers = try CommandHeaders(question.headers)
            let deadline = question.receivedAt + headers.timeout
            guard deadline > .now else {
                logger.warning("a command came too late", metadata: ["subject": "\(question.subject)"])
                return
            }
            guard let handler = handlers[question.subject] else { throw Self.unknown(question.subject) }
            let answer = try await TraceContext.$current.withValue(headers.trace) {
                try await CommandScope.$current.withValue("\(question.subject) \(headers.actor.id)") {
                    try await handler.answer(question.payload, headers, deadline)
                }
            }
            guard answer.count <= Self.maximumSize else { throw Self.tooLarge(answer.count) }
            post(answer, CommandHeaders.json, to: reply, question, status: 200)
        } catch {
            let problem = problem(for: error, in: question)
            let payload = (try? WireJSON.encode(problem)) ?? Data()
            post(payload, CommandHeaders.problem, to: reply, question, status: problem.status)
        }
    }

    private func problem(for error: any Error, in question: NATSMessage) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as DatabaseError where error.isOutage:
            logger.warning("a command met an outage", metadata: ["subject": "\(question.subject)", "error": "\(error)"])
            return .unavailable("\(service.rawValue) can't reach its database.")
        case let error as DatabaseError where error.isTransactionConflict:
            // A transaction has been run again by then, as often as it may be.
            logger.warning("a command gave way to others", metadata: ["subject": "\(question.subject)", "error": "\(error)"])
            return .contention
        case let error as DatabaseError where error.isUnstorableText:
            return .unstorableText
        default:
            logger.error(
                "a command failed",
                metadata: [
                    // Not its debug description: that one may quote what a row holds, and logs are kept where leads are not erased.
                    "subject": "\(question.subject)", "error": "\(error)",
                    "traceparent": "\(question.headers["traceparent"] ?? "")",
                ]
            )
            return .internalError
        }
    }

    /// nats-server takes 1 MiB with headers, and ends the connection of who sends more.
    private static let maximumSize = 1_000_000

    private static func tooLarge(_ size: Int) -> Problem {
        Problem("answer-too-large", "The answer is too large", status: 422, detail: "It has \(size) bytes: ask for less at once.")
    }

    private static func unknown(_ subject: String) -> Problem {
        Problem("unknown-command", "There is no such command", status: 404, detail: "Nobody answers \(subject).")
    }

    private func post(_ answer: Data, _ contentType: String, to reply: String, _ question: NATSMessage, status: Int) {
        let duration = question.receivedAt.duration(to: .now)
        let headers: NATSHeaders = ["Content-Type": contentType, ServerTiming.header: ServerTiming(total: duration).description]
        client.post(reply, headers: headers, payload: answer)
        // Only what we answer is named: a label that others can choose would grow without bound.
        let subject = handlers[question.subject] == nil ? "unknown" : question.subject
        let dimensions = [("subject", subject), ("status", "\(status)")]
        Counter(label: "plumbline_commands_total", dimensions: dimensions).increment()
        Metrics.Timer(label: "rpc_server_duration", dimensions: dimensions).record(duration: duration)
    }
}
