import Contracts
import Foundation
import Hummingbird
import Postgres

/// The answer to an import: the counts, every rejected row and every warning. Read from the database while it is sent, since there may be as
/// many remarks as rows.
struct ImportAnswer: AsyncSequence, Sendable {
    let id: ImportID
    let counts: ImportCounts
    let database: Database

    private static let page = 1_000

    var response: Response {
        Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(asyncSequence: self))
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(answer: self)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        private enum Step {
            case counts
            case remarks(RemarkKind, after: StoredRemark?)
            case end
        }

        private let answer: ImportAnswer
        private var step = Step.counts

        fileprivate init(answer: ImportAnswer) {
            self.answer = answer
        }

        mutating func next() async throws -> ByteBuffer? {
            switch step {
            case .counts:
                step = .remarks(.rejected, after: nil)
                // The object of the counts, without its end.
                let counts = String(decoding: try WireJSON.encode(answer.counts).dropLast(), as: UTF8.self)
                return ByteBuffer(string: "\(counts),\"import_id\":\"\(answer.id)\",\"rejections\":[")
            case .remarks(let kind, let last):
                let remarks = try await answer.database.importRemarks(answer.id, kind: kind, after: last, limit: ImportAnswer.page)
                if let end = remarks.last {
                    step = .remarks(kind, after: end)
                    return ByteBuffer(string: (last == nil ? "" : ",") + (try remarks.map(Self.json).joined(separator: ",")))
                }
                step = kind == .rejected ? .remarks(.warning, after: nil) : .end
                return ByteBuffer(string: kind == .rejected ? "],\"warnings\":[" : "]}\n")
            case .end:
                return nil
            }
        }

        private static func json(_ remark: StoredRemark) throws -> String {
            String(decoding: try WireJSON.encode(RowRemark(line: remark.line, field: remark.field, reason: remark.reason)), as: UTF8.self)
        }
    }
}
