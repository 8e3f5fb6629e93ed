import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres

/// `GET /intake/imports/{id}/errors.csv`: every rejected row and every warning, for a spreadsheet; read from the database while it is sent.
struct ImportErrors: AsyncSequence, Sendable {
    let id: ImportID
    let database: Database

    private static let page = 1_000

    var response: Response {
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"import-errors.csv\"",
            .cacheControl: "no-store",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(asyncSequence: self))
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(errors: self)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        private let errors: ImportErrors
        private var kinds = RemarkKind.allCases[...]
        private var last: StoredRemark?
        private var isStart = true

        fileprivate init(errors: ImportErrors) {
            self.errors = errors
        }

        mutating func next() async throws -> ByteBuffer? {
            if isStart {
                isStart = false
                return ByteBuffer(string: "line,field,reason,kind\r\n")
            }
            while let kind = kinds.first {
                let remarks = try await errors.database.importRemarks(errors.id, kind: kind, after: last, limit: ImportErrors.page)
                if let end = remarks.last {
                    last = end
                    return ByteBuffer(string: remarks.map { Self.row($0, kind) }.joined())
                }
                kinds.removeFirst()
                last = nil
            }
            return nil
        }

        /// A reason may quote what stands in the file, so that it is made safe as any text from outside.
        private static func row(_ remark: StoredRemark, _ kind: RemarkKind) -> String {
            let field = remark.field.map(LeadListCSV.cell) ?? ""
            return "\(remark.line),\(field),\(LeadListCSV.cell(remark.reason)),\(kind.rawValue)\r\n"
        }
    }
}
