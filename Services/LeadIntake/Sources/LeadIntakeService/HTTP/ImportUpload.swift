import Contracts
import Crypto
import Foundation
import Hummingbird
import Postgres

/// A file that comes in: from its bytes, in pieces of any size, to staged rows. While one batch is read, those before it are committed.
struct ImportUpload: Sendable {
    let stored: StoredImport
    let database: Database
    let trace: TraceContext
    let now: @Sendable () -> Date

    /// Batches on their way to the database at once: more are only memory, since one core reads the file.
    private static let width = 2

    /// Stages the whole body, and returns once all of it is committed.
    ///
    /// - Returns: the digest of the file.
    func stage(_ body: CheckedBody, with reader: ImportReader) async throws -> Data {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var reader = reader
            var digest = SHA256()
            var batch = ImportBatch()
            var underway = 0
            try await body.read { bytes in
                digest.update(data: bytes)
                for chunk in try reader.push(bytes) {
                    batch.add(chunk)
                    guard batch.isFull else { continue }
                    if underway == Self.width {
                        try await group.next()
                        underway -= 1
                    }
                    group.addTask { [batch] in try await stage(batch) }
                    underway += 1
                    batch = batch.next
                }
            }
            for chunk in try reader.finish() { batch.add(chunk) }
            if !batch.isEmpty { try await stage(batch) }
            try await database.keepReading(reader.report, of: stored)
            try await group.waitForAll()
            return Data(digest.finalize())
        }
    }

    private func stage(_ batch: ImportBatch) async throws {
        try await database.stage(batch, of: stored, trace: trace, at: now())
    }

    /// The digest of a file that is staged already, to know whether it is the same one.
    static func digest(of body: CheckedBody) async throws -> Data {
        var digest = SHA256()
        try await body.read { digest.update(data: $0) }
        return Data(digest.finalize())
    }
}

/// The bytes of a request, refused where they can't be a file of leads: as an empty one, a workbook, or one that is too large.
struct CheckedBody: Sendable {
    let body: RequestBody
    let maximumBytes: Int

    func read(_ take: ([UInt8]) async throws -> Void) async throws {
        var size = 0
        for try await piece in body {
            let bytes = Array(piece.readableBytesView)
            if size == 0, bytes.starts(with: Self.zipMark) { throw Problem.workbook }
            size += bytes.count
            guard size <= maximumBytes else { throw Problem.fileTooLarge(limit: maximumBytes) }
            try await take(bytes)
        }
        if size == 0 { throw Problem.emptyFile }
    }

    /// How a ZIP archive begins, and with it every workbook of Excel.
    private static let zipMark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
}

extension Problem {
    fileprivate static let emptyFile = Problem(
        "empty-file",
        "The file is empty",
        status: 422,
        detail: "Send the file as the request's body: curl --data-binary @leads.csv"
    )

    fileprivate static let workbook = unsupportedFile(
        "This is an Excel workbook or a ZIP archive. Save the sheet as CSV (UTF-8), and send that."
    )

    static func unsupportedFile(_ detail: String) -> Problem {
        Problem("unsupported-media-type", "The file can't be read", status: 415, detail: detail)
    }

    static func fileTooLarge(limit: Int) -> Problem {
        Problem(
            "file-too-large",
            "The file is too large",
            status: 413,
            detail: "It may have \(limit) bytes at most: split it, and send the parts."
        )
    }
}
