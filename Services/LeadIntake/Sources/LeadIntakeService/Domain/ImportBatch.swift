/// What is staged at once: several chunks of a file.
struct ImportBatch: Sendable {
    /// Many rows for one commit, and few enough that three batches at a time are no memory to speak of.
    private static let rowLimit = 2_000
    private static let byteLimit = 4 << 20

    /// The place in the file of the first candidate; from 1.
    let first: Int
    private(set) var rowsRead = 0
    private(set) var candidates: [ImportChunk.Candidate] = []
    private(set) var rejections: [ImportChunk.Remark] = []
    private(set) var warnings: [ImportChunk.Remark] = []
    private var bytes = 0

    init(first: Int = 1) {
        self.first = first
    }

    var isEmpty: Bool { rowsRead == 0 }
    var isFull: Bool { rowsRead >= Self.rowLimit || bytes >= Self.byteLimit }
    /// What comes behind this one.
    var next: ImportBatch { ImportBatch(first: first + candidates.count) }

    mutating func add(_ chunk: ImportChunk) {
        rowsRead += chunk.rowsRead
        candidates += chunk.candidates
        rejections += chunk.rejections
        warnings += chunk.warnings
        bytes += chunk.candidates.reduce(0) { $0 + ($1.raw?.utf8.count ?? 0) }
    }
}
