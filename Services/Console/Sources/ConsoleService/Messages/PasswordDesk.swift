import Contracts
import Foundation
import Synchronization

/// Hashes passwords and checks them: on threads of its own, since each takes a quarter of a second and 32 MiB, and a few at a time.
package final class PasswordDesk: Sendable {
    package let cost: PasswordHash.Cost
    private let queue: OperationQueue
    private let waiting = Mutex(0)
    private let limit: Int
    /// What is compared with when there is no such account, so that it takes as long as if there were.
    private let nobody: PasswordHash

    package init(cost: PasswordHash.Cost = .standard, concurrency: Int = 2, limit: Int = 64) throws {
        self.cost = cost
        self.limit = limit
        queue = OperationQueue()
        queue.name = "passwords"
        queue.maxConcurrentOperationCount = concurrency
        nobody = try PasswordHash(SecretToken.make().text, cost: cost)
    }

    package func hash(_ password: String) async throws -> PasswordHash {
        try await run { [cost] in try PasswordHash(password, cost: cost) }
    }

    /// - Returns: whether `password` is the one that `stored` was made of; the same work and false where there is none.
    package func check(_ password: String, against stored: String?) async throws -> Bool {
        let known = stored.flatMap(PasswordHash.init)
        let hash = known ?? nobody
        let isRight = try await run { try hash.isOf(password) }
        return isRight && known != nil
    }

    /// - Throws: a `Problem` of status 503 when too many wait already: memory and time are bounded, whoever knocks.
    private func run<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        let isFull = waiting.withLock { waiting in
            if waiting >= limit { return true }
            waiting += 1
            return false
        }
        guard !isFull else { throw Problem.unavailable("Too many sign in at once; try again in a moment.") }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result(catching: work)) }
        }
    }
}
