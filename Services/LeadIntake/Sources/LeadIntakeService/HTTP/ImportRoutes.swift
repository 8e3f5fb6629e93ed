import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// `POST /intake/imports`: a whole export, read as it comes in and never held as a whole; and what became of it.
struct ImportRoutes: Sendable {
    let database: Database
    let gate: IntakeGate
    let worker: ImportWorker
    let defaultCountry: String
    let models: ScoringModels
    let maximumBytes: Int
    let logger: Logger
    var now: @Sendable () -> Date = WallClock.now

    func add(to router: Router<ServiceRequestContext>) {
        router.post("intake/imports", use: take)
        router.get("intake/imports/:id", use: show)
        router.get("intake/imports/:id/errors.csv", use: errors)
    }

    @Sendable
    private func take(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let client = try await gate.admit(request)
        let reader = try reader(for: request)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
            throw Problem.fileTooLarge(limit: maximumBytes)
        }
        let body = CheckedBody(body: request.body, maximumBytes: maximumBytes)
        if try ImportDryRun.isAsked(by: request) { return try await ImportDryRun(database: database).answer(body, reader: reader) }
        let (key, trace) = (try request.checkedIdempotencyKey(), context.trace.child())
        let taken = try await database.transaction { transaction in
            try await transaction.takeImport(for: client.id, key: key, trace: trace, at: now())
        }
        if taken.stagedAt == nil {
            try await stage(body, with: reader, as: taken, trace: trace)
        } else {
            guard try await ImportUpload.digest(of: body) == taken.digest else { throw Self.otherFile }
            try await database.resumeImport(taken.id, at: now())
        }
        worker.wake()
        if request.prefersAsync { return try await ImportResource.accepted(taken.id, in: database, at: now()) }
        let outcome = try await outcome(of: taken.id)
        return ImportAnswer(id: outcome.id, counts: outcome.counts, database: database).response
    }

    private func stage(_ body: CheckedBody, with reader: ImportReader, as taken: StoredImport, trace: TraceContext) async throws {
        do {
            let digest = try await ImportUpload(stored: taken, database: database, trace: trace, now: now).stage(body, with: reader)
            try await database.beginRunning(taken, digest: digest, at: now())
        } catch {
            await note(error, on: taken)
            throw error
        }
    }

    /// Waits until the import has ended; it goes its way whether anybody waits or not.
    ///
    /// - Throws: a `Problem` of status 500 when it failed, and of 503 when this instance ends first.
    private func outcome(of id: ImportID) async throws -> StoredImport {
        var pause = Duration.milliseconds(5)
        while true {
            guard let stored = try await database.storedImport(id) else { throw Problem.internalError }
            switch stored.state {
            case .finished:
                logger.info("Imported a file", metadata: stored.metadata)
                return stored
            case .failed: throw Self.failed(stored)
            case .receiving, .running: break
            }
            if Task.isShuttingDownGracefully { throw Self.goesOn }
            await cancelWhenGracefulShutdown { [pause] in try? await Task.sleep(for: pause) }
            try Task.checkCancellation()
            pause = min(pause * 2, .milliseconds(250))
        }
    }

    @Sendable
    private func show(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        try ImportResource(try await wanted(request, context), at: now()).response()
    }

    @Sendable
    private func errors(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        ImportErrors(id: try await wanted(request, context).id, database: database).response
    }

    /// - Throws: a `Problem` of status 404 when there is no such import.
    private func wanted(_ request: Request, _ context: ServiceRequestContext) async throws -> StoredImport {
        _ = try await gate.admit(request)
        let text = context.parameters.get("id") ?? ""
        if let id = ImportID(text), let stored = try await database.storedImport(id) { return stored }
        throw Problem("import-not-found", "There is no such import", status: 404, detail: "No import has the id \(text.prefix(40)).")
    }

    /// - Throws: a `Problem` of status 415 for a body that is no file, or one that has to be unpacked first, and of 422 for an unknown country.
    private func reader(for request: Request) throws -> ImportReader {
        let mediaType = request.headers[.contentType]
        if mediaType?.lowercased().hasPrefix("multipart/") == true {
            throw Problem.unsupportedFile("A form can't be read. Send the file itself as the body: curl --data-binary @leads.csv")
        }
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Problem.unsupportedFile("A body with the Content-Encoding \(encoding.prefix(20)) can't be read. Send it unpacked.")
        }
        let named = request.uri.queryParameters["country"].map(String.init)
        let country = named.flatMap { Country.code(of: $0) }
        if let named, country == nil {
            throw Problem.invalid([
                Problem.FieldError(pointer: "/country", detail: "'\(named.prefix(40))' is not the ISO 3166 code of a country")
            ])
        }
        let choices = try ImportChoices(request)
        return ImportReader(
            format: SourceFormat(mediaType: mediaType),
            country: country,
            defaultCountry: defaultCountry,
            preset: choices.preset,
            mapping: choices.mapping,
            models: models
        )
    }

    /// Writes down why an upload ended early; if that fails too, its row says that it is still under way, which a repeat mends.
    private func note(_ error: any Error, on taken: StoredImport) async {
        logger.notice("An upload ended early", metadata: ["import.id": "\(taken.id)", "error": "\(error)"])
        let reason = (error as? Problem)?.description ?? "\(error)"
        do {
            try await database.failUpload(taken, because: String(reason.prefix(1_000)), at: now())
        } catch {
            logger.warning("The end of an upload was not recorded", metadata: ["import.id": "\(taken.id)", "error": "\(error)"])
        }
    }

    private static let otherFile = Problem(
        "idempotency-key-reused",
        "The idempotency key was used for something else",
        status: 422,
        detail: "Another file was imported with this key: take a new one."
    )

    private static let goesOn = Problem.unavailable(
        "The service stops for a moment; the import goes on when it is back. Ask for it, or send it again with the same Idempotency-Key."
    )

    private static func failed(_ stored: StoredImport) -> Problem {
        Problem(
            "import-failed",
            "The import could not be finished",
            status: 500,
            detail: "All of its rows are kept: send the file again with the same Idempotency-Key, and the import \(stored.id) goes on."
        )
    }
}

extension StoredImport {
    fileprivate var metadata: Logger.Metadata {
        [
            "import.id": "\(id)", "read": "\(counts.read)", "created": "\(counts.created)", "matched": "\(counts.matched)",
            "rejected": "\(counts.rejected)",
        ]
    }
}

extension Request {
    /// RFC 7240 §4.1: the client wants to ask later instead of waiting.
    fileprivate var prefersAsync: Bool {
        guard let name = HTTPField.Name("Prefer") else { return false }
        let preferences = headers[values: name].flatMap { $0.split(separator: ",") }
        return preferences.contains { $0.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased() == "respond-async" }
    }
}
