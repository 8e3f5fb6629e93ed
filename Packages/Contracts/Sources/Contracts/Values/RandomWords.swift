import Foundation
import Synchronization

/// Random words of the system, fetched by the hundred: there are a few in each event, and a system call for each of them takes longer than
/// all the rest of an id.
enum RandomWords {
    private static let fetched = Mutex<[UInt64]>([])

    static func next() -> UInt64 {
        fetched.withLock { words in
            if words.isEmpty {
                words = Array(repeating: 0, count: 64)
                words.withUnsafeMutableBytes { bytes in
                    if let start = bytes.baseAddress { arc4random_buf(start, bytes.count) }
                }
            }
            return words.removeLast()
        }
    }
}
