import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `GET /intake/leads/export?format=csv|ndjson`: all leads that a filter means, oldest first, streamed.
struct LeadListExport: Sendable {
    let database: Database
    let gate: IntakeGate

    /// Leads that are in memory at once.
    fileprivate static let page = 1_000

    fileprivate enum Format: String, CaseIterable {
        case csv, ndjson

        var contentType: String { self == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson" }
    }

    func add(to router: Router<ServiceRequestContext>) {
        router.get("intake/leads/export", use: export)
    }

    @Sendable
    private func export(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        _ = try await gate.admit(request, scope: .export)
        var query = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
        let wanted = query.last { $0.name == "format" }?.value ?? "csv"
        guard let format = Format(rawValue: wanted) else {
            throw Problem.invalid([Problem.FieldError(pointer: "/format", detail: "must be csv or ndjson")])
        }
        query.removeAll { $0.name == "format" }
        let selection = try await database.selection(try LeadFilter(query: query), for: .service(.leadIntake))
        let headers: HTTPFields = [
            .contentType: format.contentType, .contentDisposition: "attachment; filename=\"leads.\(format.rawValue)\"",
            .cacheControl: "no-store",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(asyncSequence: Pages(database, selection, format)))
    }

    /// Page by page by the key, not from a cursor of the database: a client that reads slowly would hold a connection and a snapshot for as
    /// long as it likes. A lead is written once at most, since neither its id nor when it was made changes.
    private struct Pages: AsyncSequence, AsyncIteratorProtocol, Sendable {
        private enum Position {
            case start
            case behind(LeadListPlace)
            case end
        }

        private let database: Database
        private let selection: LeadSelection
        private let format: Format
        private var position = Position.start

        init(_ database: Database, _ selection: LeadSelection, _ format: Format) {
            self.database = database
            self.selection = selection
            self.format = format
        }

        func makeAsyncIterator() -> Self { self }

        mutating func next() async throws -> ByteBuffer? {
            var text = ""
            var last: LeadListPlace?
            switch position {
            case .start: text = format == .csv ? LeadListCSV.header : ""
            case .behind(let place): last = place
            case .end: return nil
            }
            let sort = LeadSort(by: .created)
            let found = try await database.leads(selection, eachBy: sort, limit: LeadListExport.page, behind: last).leads
            for (lead, _) in found {
                switch format {
                case .csv: text += LeadListCSV.row(lead)
                case .ndjson: text += String(decoding: try WireJSON.encode(lead), as: UTF8.self) + "\n"
                }
            }
            if found.count == LeadListExport.page, let end = found.last {
                position = .behind(end.place)
            } else {
                position = .end
            }
            return ByteBuffer(string: text)
        }
    }
}
