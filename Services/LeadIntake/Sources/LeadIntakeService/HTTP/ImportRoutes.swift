import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import ServiceKit

/// `POST /intake/imports`: a whole export, read as it comes in and never held as a whole.
struct ImportRoutes: Sendable {
    let database: Database
    let gate: IntakeGate
    let defaultCountry: String
    let models: ScoringModels
    let maximumBytes: Int
    let logger: Logger
    var now: @Sendable () -> Date = WallClock.now

    func add(to router: Router<ServiceRequestContext>) {
        router.post("intake/imports", use: take)
    }

    @Sendable
    private func take(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let client = try await gate.admit(request)
        let reader = try reader(for: request)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes { throw tooLarge }
        let stored = try await database.takeImport(for: client.id, key: try request.checkedIdempotencyKey(), at: now())
        var run = ImportRun(stored, reader: reader, database: database, now: now)
        do {
            try await read(request.body, into: &run)
        } catch {
            await note(error, on: stored)
            throw error
        }
        logger.info(
            "Imported a file",
            metadata: [
                "import.id": "\(stored.id)", "read": "\(run.counts.read)", "created": "\(run.counts.created)",
                "matched": "\(run.counts.matched)", "rejected": "\(run.counts.rejected)",
            ]
        )
        return ImportAnswer(id: stored.id, counts: run.counts, database: database).response
    }

    private func read(_ body: RequestBody, into run: inout ImportRun) async throws {
        var size = 0
        for try await piece in body {
            let bytes = Array(piece.readableBytesView)
            if size == 0, bytes.starts(with: Self.zipMark) { throw Self.workbook }
            size += bytes.count
            // What is committed by now stays: a smaller file that goes on from there matches it.
            guard size <= maximumBytes else { throw tooLarge }
            try await run.take(bytes)
        }
        guard size > 0 else {
            throw Problem(
                "empty-file",
                "The file is empty",
                status: 422,
                detail: "Send the file as the request's body: curl --data-binary @leads.csv"
            )
        }
        try await run.finish()
    }

    /// - Throws: a `Problem` of status 415 for a body that is no file, or one that has to be unpacked first, and of 422 for an unknown country.
    private func reader(for request: Request) throws -> ImportReader {
        let mediaType = request.headers[.contentType]
        if mediaType?.lowercased().hasPrefix("multipart/") == true {
            throw Self.unsupported("A form can't be read. Send the file itself as the body: curl --data-binary @leads.csv")
        }
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Self.unsupported("A body with the Content-Encoding \(encoding.prefix(20)) can't be read. Send it unpacked.")
        }
        let named = request.uri.queryParameters["country"].map(String.init)
        let country = named.flatMap { Country.code(of: $0) }
        if let named, country == nil {
            throw Problem.invalid([
                Problem.FieldError(pointer: "/country", detail: "'\(named.prefix(40))' is not the ISO 3166 code of a country")
            ])
        }
        return ImportReader(format: SourceFormat(mediaType: mediaType), country: country, defaultCountry: defaultCountry, models: models)
    }

    /// Writes down why an import ended early; if that fails too, its row says that it is still under way, which a repeat mends.
    private func note(_ error: any Error, on stored: StoredImport) async {
        logger.notice("An import ended early", metadata: ["import.id": "\(stored.id)", "error": "\(error)"])
        let reason = (error as? Problem)?.description ?? "\(error)"
        do {
            try await database.failImport(stored, because: String(reason.prefix(1_000)), at: now())
        } catch {
            logger.warning("The end of an import was not recorded", metadata: ["import.id": "\(stored.id)", "error": "\(error)"])
        }
    }

    private var tooLarge: Problem {
        Problem(
            "file-too-large",
            "The file is too large",
            status: 413,
            detail: "It may have \(maximumBytes) bytes at most: split it, and send the parts."
        )
    }

    /// How a ZIP archive begins, and with it every workbook of Excel.
    private static let zipMark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    private static let workbook = unsupported("This is an Excel workbook or a ZIP archive. Save the sheet as CSV (UTF-8), and send that.")

    private static func unsupported(_ detail: String) -> Problem {
        Problem("unsupported-media-type", "The file can't be read", status: 415, detail: detail)
    }
}
