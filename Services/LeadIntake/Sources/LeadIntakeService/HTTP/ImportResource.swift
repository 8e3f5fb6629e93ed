import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `GET /intake/imports/{id}`: how far an import has come.
struct ImportResource: Encodable, Sendable {
    private let id: ImportID
    private let state: StoredImport.State
    private let counts: ImportCounts
    /// While the file comes in the rows that are read a second, then those that are settled; in the end, of the whole import.
    private let rowsPerSecond: Double
    private let startedAt: Date
    private let finishedAt: Date?
    private let failure: String?
    private let reading: ReadingReport?
    private let links: Links

    private struct Links: Encodable, Sendable {
        var itself: String
        var errors: String

        enum CodingKeys: String, CodingKey {
            case itself = "self"
            case errors
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, state, failure, reading, links
        case rowsPerSecond = "rows_per_second"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    init(_ stored: StoredImport, at time: Date) {
        id = stored.id
        state = stored.state
        counts = stored.counts
        let settled = counts.created + counts.matched + counts.rejected
        // Of all the time in the end: until then, of the phase that it is in.
        let (done, start) =
            switch (stored.stagedAt, stored.finishedAt) {
            case (nil, _): (counts.read, stored.startedAt)
            case (let staged?, nil): (settled, staged)
            case (_, _): (settled, stored.startedAt)
            }
        let elapsed = max(0.001, (stored.finishedAt ?? time).timeIntervalSince(start))
        rowsPerSecond = (Double(done) / elapsed * 10).rounded() / 10
        startedAt = stored.startedAt
        finishedAt = stored.finishedAt
        failure = stored.failure
        reading = stored.reading
        let place = Self.place(of: stored.id)
        links = Links(itself: place, errors: place + "/errors.csv")
    }

    func encode(to encoder: any Encoder) throws {
        // Beside the counts, under the names that the answer to the file has too.
        try counts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(state, forKey: .state)
        try container.encode(rowsPerSecond, forKey: .rowsPerSecond)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(failure, forKey: .failure)
        try container.encode(reading, forKey: .reading)
        try container.encode(links, forKey: .links)
    }

    func response(status: HTTPResponse.Status = .ok) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if status == .accepted {
            headers[.location] = links.itself
            if let applied = HTTPField.Name("Preference-Applied") { headers[applied] = "respond-async" }
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(self))))
    }

    /// The file is here, and the rest goes on by itself.
    static func accepted(_ id: ImportID, in database: Database, at time: Date) async throws -> Response {
        guard let stored = try await database.storedImport(id) else { throw Problem.internalError }
        return try ImportResource(stored, at: time).response(status: .accepted)
    }

    private static func place(of id: ImportID) -> String { "/intake/imports/\(id)" }
}
