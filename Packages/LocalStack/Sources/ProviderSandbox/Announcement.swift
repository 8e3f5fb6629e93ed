import Foundation
import Synchronization

/// A value that is known later; the first word on it counts.
final class Announcement<Value: Sendable>: Sendable {
    private enum State {
        case awaited([UUID: AsyncThrowingStream<Value, any Error>.Continuation])
        case settled(Result<Value, any Error>)
    }

    private let state = Mutex(State.awaited([:]))

    func announce(_ value: Value) { settle(.success(value)) }
    func fail(_ error: any Error) { settle(.failure(error)) }

    /// - Throws: the error of ``fail(_:)``, or `CancellationError`.
    func value() async throws -> Value {
        let key = UUID()
        let (values, continuation) = AsyncThrowingStream.makeStream(of: Value.self)
        state.withLock { state in
            switch state {
            case .settled(let result):
                continuation.yield(with: result)
            case .awaited(var waiting):
                waiting[key] = continuation
                state = .awaited(waiting)
            }
        }
        for try await value in values { return value }
        throw CancellationError()
    }

    private func settle(_ result: Result<Value, any Error>) {
        let waiting: [AsyncThrowingStream<Value, any Error>.Continuation] = state.withLock { state in
            guard case .awaited(let waiting) = state else { return [] }
            state = .settled(result)
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.yield(with: result) }
    }
}
