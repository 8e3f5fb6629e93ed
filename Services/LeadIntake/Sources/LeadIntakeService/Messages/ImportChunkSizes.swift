import Contracts
import Synchronization

/// How many rows of an import are taken at once: all that a chunk may have, but fewer around rows that the database refuses.
final class ImportChunkSizes: Sendable {
    private let largest: Int
    private let sizes = Mutex<[ImportID: Int]>([:])

    init(largest: Int) { self.largest = largest }

    func size(of id: ImportID) -> Int { sizes.withLock { $0[id] } ?? largest }

    /// A row of the chunk was refused: it is looked for in the first half, and in the second when that is done.
    func shrink(after chunk: StagedChunk) {
        sizes.withLock { $0[chunk.importID] = max(1, chunk.rows.count / 2) }
    }

    func grow(after chunk: StagedChunk) {
        sizes.withLock { sizes in
            guard let size = sizes[chunk.importID] else { return }
            sizes[chunk.importID] = chunk.isLast || size * 2 >= largest ? nil : size * 2
        }
    }
}
