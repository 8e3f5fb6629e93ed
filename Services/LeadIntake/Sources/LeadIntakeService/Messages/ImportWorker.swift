import Contracts
import Foundation
import Logging
import Messaging
import Postgres
import ServiceLifecycle

/// Makes leads of what imports have staged, chunk by chunk, each in one transaction; whichever instance is free takes the next one.
///
/// What a chunk did, its counts and how far the import has come are committed together: wherever the process ends, another goes on there.
struct ImportWorker: Service {
    struct Options: Sendable {
        var chunk = 5_000
        /// How many imports are worked on at once.
        var loops = 2
        /// How often to look without being told.
        var poll = Duration.seconds(1)
        /// How often a chunk is tried that the database refuses.
        var attempts = 3
        /// How long an upload may be silent.
        var silence: TimeInterval = 86_400
    }

    private let database: Database
    private let models: ScoringModels
    private let logger: Logger
    private let options: Options
    private let now: @Sendable () -> Date = WallClock.now
    private let bells: [Bell]
    private let sizes: ImportChunkSizes

    private typealias Bell = (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    init(database: Database, models: ScoringModels, logger: Logger, options: Options = Options()) {
        self.database = database
        self.models = models
        self.logger = logger
        self.options = options
        sizes = ImportChunkSizes(largest: options.chunk)
        bells = (0..<options.loops).map { _ in AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }
    }

    /// Something is staged.
    func wake() {
        for bell in bells { bell.continuation.yield() }
    }

    /// Goes on until graceful shutdown, which takes no more chunks and finishes those in hand.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for bell in bells {
                    group.addTask { await work(wokenBy: bell.stream) }
                }
                group.addTask { await cancelWhenGracefulShutdown { await wakeRegularly() } }
                group.addTask { await cancelWhenGracefulShutdown { await giveUpUploads() } }
            }
        } onGracefulShutdown: {
            for bell in bells { bell.continuation.finish() }
        }
    }

    private func work(wokenBy bell: AsyncStream<Void>) async {
        wake()
        for await _ in bell {
            do {
                while !Task.isShuttingDownGracefully, !Task.isCancelled, try await settleNext() {}
            } catch {
                // The next bell, at most one poll away, tries again.
                if !Task.isCancelled { logger.warning("Imports can't go on just now", metadata: ["error": "\(error)"]) }
            }
        }
    }

    private func wakeRegularly() async {
        while (try? await Task.sleep(for: options.poll)) != nil { wake() }
    }

    private func giveUpUploads() async {
        repeat {
            do {
                try await database.giveUpUploads(silentSince: now().addingTimeInterval(-options.silence))
            } catch {
                logger.warning("Uploads that broke off were not cleared away", metadata: ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: .seconds(600))) != nil
    }

    /// Settles one chunk. Returns false when there is none.
    ///
    /// A row that the database refuses is found by halves: the chunk with it is tried with fewer rows, down to the row alone, which is set
    /// aside; then the chunks grow again.
    func settleNext() async throws -> Bool {
        let claimed = Claimed()
        do {
            let isAny = try await database.transaction { transaction in
                let time = now()
                claimed.chunk = try await transaction.claimChunk(of: sizes.size, at: time)
                guard let chunk = claimed.chunk else { return false }
                try await transaction.settleOrReject(chunk, models: models, at: time)
                return true
            }
            if let chunk = claimed.chunk { sizes.grow(after: chunk) }
            return isAny
        } catch let error as DatabaseError where error.isRowsFault {
            guard let chunk = claimed.chunk else { throw error }
            sizes.shrink(after: chunk)
            return true
        } catch let error as DatabaseError where !error.isOutage && error.code != .cancelled {
            guard let id = claimed.chunk?.importID else { throw error }
            try await note(error, on: id)
            return true
        } catch let error as Problem {
            guard let id = claimed.chunk?.importID else { throw error }
            try await note(error, on: id)
            return true
        }
    }

    /// What a transaction has claimed, for when it fails.
    private final class Claimed {
        var chunk: StagedChunk?
    }

    private func note(_ error: any Error, on id: ImportID) async throws {
        let failures = try await database.failures(of: id) + 1
        let isLast = failures >= options.attempts
        logger.warning(
            isLast ? "An import was given up" : "A chunk of an import failed",
            metadata: ["import.id": "\(id)", "error": "\(error)", "attempt": "\(failures)"]
        )
        let time = now()
        let retry = time.addingTimeInterval(0.2 * Double(failures * failures))
        try await database.countFailure(
            of: id,
            because: String("\(error)".prefix(1_000)),
            isLast: isLast,
            retryAt: retry,
            at: time
        )
    }
}

extension DatabaseError {
    /// A value that its column can't hold, or a rule of a table that a row breaks: others of the same statement may be good.
    fileprivate var isRowsFault: Bool {
        sqlState == .checkViolation || sqlState == .notNullViolation
            // 22: data exceptions; 54: larger than what an index takes.
            || sqlState?.errorClass == "22" || sqlState?.errorClass == "54"
    }

    /// For who sent the row; without any of its values.
    fileprivate var refusal: String {
        if let constraint { return "breaks a rule of the database: \(constraint)" }
        return "has a value that the database can't hold" + (sqlState.map { " (SQLSTATE \($0))" } ?? "")
    }
}

extension Transaction {
    /// Makes leads of a chunk; a row that is alone in it is set aside when the database refuses it.
    fileprivate func settleOrReject(_ chunk: StagedChunk, models: ScoringModels, at time: Date) async throws {
        guard chunk.rows.count == 1 else { return try await settle(chunk, models: models, at: time) }
        do {
            try await savepoint { try await $0.settle(chunk, models: models, at: time) }
        } catch let error as DatabaseError where error.isRowsFault {
            try await reject(chunk, because: error.refusal, at: time)
        }
    }

    /// Makes leads of a chunk: a handful of statements, however many rows it has.
    fileprivate func settle(_ chunk: StagedChunk, models: ScoringModels, at time: Date) async throws {
        try await planForChunks()
        try await insertLeads(of: chunk, at: time)
        let cause = ChangeCause.intake("import \(chunk.importID)")
        guard let stream = Catalogue.stream(of: LeadCreated.self) else { throw Problem.internalError }
        let events = Self.createdEvents(of: chunk, stream: stream.name, subject: LeadCreated.subject.description, at: time)
        let created = try await publish(stored: events)
        if created > 0 {
            try await auditCreated(of: chunk, by: cause, at: time)
            try await keepNotes(of: chunk, by: cause, at: time)
        }
        let updated = created == chunk.rows.count ? 0 : try await fillGaps(of: chunk, models: models, by: cause, at: time)
        try await keepRecords(of: chunk, at: time)
        try await settle(chunk, created: created, updated: updated, at: time)
    }

    private func insertLeads(of chunk: StagedChunk, at time: Date) async throws {
        if try await insertLeads(of: chunk, slugsEndWith: nil, at: time) == chunk.rows.count { return }
        // What is still open has a slug that another lead has. As ``Slug/suffixed(_:at:turn:)``: the time, counted on; further rounds only
        // when others took the very same ones in the same millisecond.
        for round in 0..<5 where try await openRows(of: chunk) > 0 {
            let turn = round == 0 ? 0 : Int64.random(in: 0..<10_000)
            _ = try await insertLeads(of: chunk, slugsEndWith: Int64(time.timeIntervalSince1970 * 1000) + turn, at: time)
        }
        if try await openRows(of: chunk) > 0 { throw Problem.conflict("A free slug was not found; try again.") }
    }

    /// - Returns: how many leads got something that they lacked.
    private func fillGaps(of chunk: StagedChunk, models: ScoringModels, by cause: ChangeCause, at time: Date) async throws -> Int {
        let fillings = try await fillings(of: chunk, models: models)
        guard !fillings.isEmpty else { return 0 }
        let ids = Set(fillings.map(\.lead)).sorted()
        let leads = Dictionary(try await lockedLeads(ids, onlyLiving: true).map { ($0.id, $0) }) { first, _ in first }
        let found = fillings.map { filling in leads[filling.lead].map { ResolvedLead(lead: $0, matchedBy: .business) } }
        return try await fillGaps(found, from: fillings.map { WantedLead($0.business) }, by: cause, at: time).count
    }
}
