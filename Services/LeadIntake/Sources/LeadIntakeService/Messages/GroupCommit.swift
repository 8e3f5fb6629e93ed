package import Contracts
import Synchronization

/// Gathers what arrives while transactions are under way, so that the next one does it for all of them: each is answered only after the
/// commit that holds its own.
///
/// Who comes while a place is free begins at once: nobody waits for others to come. Who comes when all places are taken waits in line; the
/// transaction that has done its statements leaves its place to the first of the line, who takes those behind along. So there is no task of its own that
/// would have to be started and stopped: a server that waits for its requests waits for these.
package final class GroupCommit<Item: Sendable, Answer: Sendable>: Sendable {
    package struct Limits: Sendable {
        /// How many transactions work at once. Two, so that one is made ready while PostgreSQL works on the other: with more, each has fewer
        /// items, and what a statement costs whatever it holds is paid more often (2,305 leads a second with two, 1,987 with three, 1,775
        /// with four, from 32 connections).
        package var places = 2
        /// How many are open at once, those included that wait for the disk at their COMMIT: they cost nothing but a connection.
        package var open = 6
        /// How much one transaction takes, by the weights of the items; one item goes alone, however heavy.
        package var batch = 1_000
        /// How much may wait in line; more is refused.
        package var waiting = 20_000

        package init() {}
    }

    /// Does all of the items in one transaction, and calls `isReady` when there is nothing left to do but COMMIT.
    package typealias Work = @Sendable (_ items: [Item], _ isReady: @Sendable () -> Void) async throws -> [Result<Answer, Problem>]

    private enum Turn {
        case lead([Waiter])
        case answered(Answer)
    }

    private enum Place { case free, inLine, none }

    private struct Waiter {
        var id: Int
        var item: Item
        var weight: Int
        var continuation: CheckedContinuation<Turn, any Error>
    }

    private struct State {
        var lastID = 0
        var placesTaken = 0
        var open = 0
        var line: [Waiter] = []
        var lineWeight = 0
    }

    private let limits: Limits
    private let work: Work
    private let isOnesFault: @Sendable (any Error) -> Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limits: How much at once.
    ///   - isOnesFault: Whether an error may come from a single item. Then the others are done without it; else all get the error.
    ///   - work: Does all items of a batch in one transaction.
    package init(_ limits: Limits = Limits(), isOnesFault: @escaping @Sendable (any Error) -> Bool, work: @escaping Work) {
        self.limits = limits
        self.isOnesFault = isOnesFault
        self.work = work
    }

    /// Does `item`, together with what others bring at the same time.
    ///
    /// A task that is cancelled leaves the line; what is under way is finished.
    ///
    /// - Throws: what the work throws for this item; a `Problem` of status 503 when the line is full; `CancellationError`.
    package func callAsFunction(_ item: Item, weight: Int = 1) async throws -> Answer {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let turn = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(Waiter(id: id, item: item, weight: max(weight, 1), continuation: continuation))
            }
        } onCancel: {
            withdraw(id)
        }
        switch turn {
        case .answered(let answer): return answer
        case .lead(let batch): return try await lead(batch)
        }
    }

    /// How many wait in line, for tests.
    package var waiting: Int { state.withLock { $0.line.count } }

    // MARK: The line

    private func enter(_ waiter: Waiter) {
        let place = state.withLock { state -> Place in
            if state.placesTaken < limits.places, state.open < limits.open {
                state.placesTaken += 1
                state.open += 1
                return .free
            }
            guard state.lineWeight + waiter.weight <= limits.waiting || state.line.isEmpty else { return .none }
            state.line.append(waiter)
            state.lineWeight += waiter.weight
            return .inLine
        }
        switch place {
        case .free: waiter.continuation.resume(returning: .lead([waiter]))
        case .none: waiter.continuation.resume(throwing: Problem.unavailable("Too many requests wait already; send it again in a moment."))
        case .inLine:
            // The cancellation may have come before there was anybody to withdraw.
            if Task.isCancelled { withdraw(waiter.id) }
        }
    }

    private func withdraw(_ id: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.line.firstIndex(where: { $0.id == id }) else { return nil }
            state.lineWeight -= state.line[index].weight
            return state.line.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    /// Changes what is taken, and gives what is free then to the first of the line, with as many behind as one transaction takes.
    private func passOn(_ change: (inout State) -> Void) {
        let batch = state.withLock { state -> [Waiter] in
            change(&state)
            guard !state.line.isEmpty, state.placesTaken < limits.places, state.open < limits.open else { return [] }
            var weight = 0
            let count = state.line.prefix { waiter in
                weight += waiter.weight
                return weight <= limits.batch
            }.count
            let batch = Array(state.line.prefix(max(count, 1)))
            state.line.removeFirst(batch.count)
            state.lineWeight -= batch.reduce(0) { $0 + $1.weight }
            state.placesTaken += 1
            state.open += 1
            return batch
        }
        batch.first?.continuation.resume(returning: .lead(batch))
    }

    /// One taken place, that is left once.
    private final class Ticket: Sendable {
        private let isLeft = Atomic(false)
        func leave() -> Bool { !isLeft.exchange(true, ordering: .relaxed) }
    }

    // MARK: The work

    /// Does a batch whose first is the caller's own.
    private func lead(_ batch: [Waiter]) async throws -> Answer {
        let items = batch.map(\.item)
        let ticket = Ticket()
        // In a task of its own: when the client of the one who leads goes away, the others' work must not be cancelled with his.
        let results = await Task {
            await outcomes(of: items) { if ticket.leave() { self.passOn { $0.placesTaken -= 1 } } }
        }.value
        passOn { state in
            if ticket.leave() { state.placesTaken -= 1 }
            state.open -= 1
        }
        for (waiter, result) in zip(batch, results).dropFirst() {
            waiter.continuation.resume(with: result.map(Turn.answered))
        }
        guard let own = results.first else { throw Problem.internalError }
        return try own.get()
    }

    /// When the transaction fails, each half is tried by itself, down to those that fail alone.
    private func outcomes(of items: [Item], _ isReady: @escaping @Sendable () -> Void) async -> [Result<Answer, any Error>] {
        do {
            let results = try await work(items, isReady)
            guard results.count == items.count else { throw Problem.internalError }
            return results.map { $0.mapError { $0 } }
        } catch {
            guard items.count > 1, isOnesFault(error) else { return items.map { _ in .failure(error) } }
            let middle = items.count / 2
            return await outcomes(of: Array(items[..<middle]), isReady) + outcomes(of: Array(items[middle...]), isReady)
        }
    }
}
