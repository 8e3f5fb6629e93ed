public import Contracts
public import Foundation
import Outbound

/// Sends a file of leads to a running system, as a customer's program would: with an API key, over HTTP, and asking how far it has come.
public struct FileImport: Sendable {
    /// How far an import has come, as `GET /intake/imports/{id}` tells.
    public struct Progress: Decodable, Sendable {
        public var id: ImportID
        /// `receiving`, `running`, `finished` or `failed`.
        public var state: String
        public var read: Int
        public var created: Int
        public var matched: Int
        public var rejected: Int
        public var updated: Int
        public var rowsPerSecond: Double
        public var failure: String?

        enum CodingKeys: String, CodingKey {
            case id, state, read, created, matched, rejected, updated, failure
            case rowsPerSecond = "rows_per_second"
        }

        public var hasEnded: Bool { state == "finished" || state == "failed" }
        public var done: Int { created + matched + rejected }
    }

    /// How a file is to be read, where it doesn't tell by itself.
    public struct Choices: Sendable {
        /// The ISO 3166 code of the country whose telephone numbers are meant.
        public var country: String?
        /// The program that wrote the file.
        public var preset: String?
        /// Which column is which field, as JSON.
        public var mapping: String?

        public init(country: String? = nil, preset: String? = nil, mapping: String? = nil) {
            self.country = country
            self.preset = preset
            self.mapping = mapping
        }

        fileprivate func query(_ others: [URLQueryItem] = []) -> String {
            var components = URLComponents()
            let given = [("country", country), ("preset", preset), ("mapping", mapping)]
            components.queryItems = others + given.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
            // A plus stands for a blank in a query, and is left as it is by URLComponents.
            let query = (components.percentEncodedQuery ?? "").replacing("+", with: "%2B")
            return query.isEmpty ? "" : "?" + query
        }
    }

    private let url: String
    private let key: String
    /// How long a service may be away.
    private let patience: Duration
    private let outbound = OutboundClient()

    public init(to address: SystemAddress, key: String, patience: Duration = .seconds(60)) {
        url = address.leadIntakeURL
        self.key = key
        self.patience = patience
    }

    /// Sends `file` and follows what becomes of it; `tell` hears of each step. A service that ends meanwhile is waited for, and given the
    /// file again with the same key where it had not all of it.
    ///
    /// - Throws: ``FileImportError`` when the file is refused, or the service stays away.
    public func send(_ file: URL, _ choices: Choices = Choices(), tell: (Progress) -> Void) async throws -> Progress {
        let body = try Data(contentsOf: file, options: .mappedIfSafe)
        // Half an hour for a gigabyte on a slow line; what is staged by then needs no client any more.
        var request = OutboundRequest(.post, url + "/intake/imports" + choices.query(), body: body, timeout: .seconds(1_800), retry: .never)
        request.headers =
            headers + [
                ("Content-Type", Self.contentType(of: file)), ("Idempotency-Key", "\(EventID.make())"), ("Prefer", "respond-async"),
            ]
        var progress = try await answer(to: request)
        var told = -1
        while !progress.hasEnded {
            if progress.done != told { tell(progress) }
            told = progress.done
            try await Task.sleep(for: .milliseconds(500))
            progress = try await answer(to: OutboundRequest(.get, place(of: progress), headers: headers))
        }
        tell(progress)
        return progress
    }

    /// What an import of `file` would do, as JSON; nothing is written.
    ///
    /// - Throws: ``FileImportError`` when the file would be refused.
    public func forecast(_ file: URL, _ choices: Choices = Choices()) async throws -> Data {
        let body = try Data(contentsOf: file, options: .mappedIfSafe)
        let query = choices.query([URLQueryItem(name: "dry_run", value: "true")])
        var request = OutboundRequest(.post, url + "/intake/imports" + query, body: body, timeout: .seconds(600), retry: .never)
        request.headers = headers + [("Content-Type", Self.contentType(of: file))]
        let response = try await outbound.send(request)
        guard response.status == 200 else { throw FileImportError(response) }
        return response.body
    }

    /// Every rejected row and every warning, as CSV.
    public func errors(of progress: Progress) async throws -> Data {
        var request = OutboundRequest(.get, place(of: progress) + "/errors.csv", headers: headers, timeout: .seconds(600))
        request.maximumResponseBytes = 1 << 30
        let response = try await outbound.send(request)
        guard response.status == 200 else { throw FileImportError(response) }
        return response.body
    }

    private var headers: [(name: String, value: String)] { [("Authorization", "Bearer \(key)")] }
    private func place(of progress: Progress) -> String { "\(url)/intake/imports/\(progress.id)" }

    private func answer(to request: OutboundRequest) async throws -> Progress {
        let end = ContinuousClock.now + patience
        while true {
            do {
                let response = try await outbound.send(request)
                if response.status < 300 { return try WireJSON.decode(Progress.self, from: response.body) }
                guard response.status >= 500, ContinuousClock.now < end else { throw FileImportError(response) }
            } catch let error as OutboundError {
                guard ContinuousClock.now < end else { throw error }
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    static func contentType(of file: URL) -> String {
        switch file.pathExtension.lowercased() {
        case "json": "application/json"
        case "ndjson", "jsonl": "application/x-ndjson"
        default: "text/csv"
        }
    }
}

/// Why a file was refused, in the service's own words.
public struct FileImportError: Error, CustomStringConvertible {
    public var description: String

    init(_ response: OutboundResponse) {
        let problem = try? WireJSON.decode(Problem.self, from: response.body)
        description = problem?.description ?? "lead-intake answered \(response.status)"
    }
}
