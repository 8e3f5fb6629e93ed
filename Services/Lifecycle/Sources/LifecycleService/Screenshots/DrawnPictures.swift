import Dispatch
package import Foundation
import Synchronization

/// Pictures that are drawn, kept for those who ask next; drawn one after another, on a thread of their own.
package final class DrawnPictures: Sendable {
    private struct State {
        var kept: [String: Data] = [:]
        /// The titles of those that are kept, the oldest first.
        var titles: [String] = []
        var drawn = 0
    }

    private let limit: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "plumbline.drawing")

    /// `limit`: how many are kept, of 64 KB each.
    package init(limit: Int = 256) { self.limit = limit }

    /// How many were drawn.
    package var drawn: Int { state.withLock { $0.drawn } }

    package func png(title: String) async -> Data {
        if let known = known(title) { return known }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.known(title) ?? self.draw(title)) }
        }
    }

    private func known(_ title: String) -> Data? { state.withLock { $0.kept[title] } }

    private func draw(_ title: String) -> Data {
        let image = DrawnScreenshot.png(title: title)
        state.withLock { state in
            state.kept[title] = image
            state.titles.append(title)
            state.drawn += 1
            if state.titles.count > limit { state.kept[state.titles.removeFirst()] = nil }
        }
        return image
    }
}
