import Foundation
import NIOCore
import ServiceLifecycle

/// The HTTP server; when it can't listen it says where, which the system's own error doesn't.
struct Listening<HTTP: Service>: Service {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let http: HTTP
    let place: String
    /// How long a stop waits for the requests in hand: a client that stalls must not keep everything behind it from ending in order.
    let patience: Duration

    func run() async throws {
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { try await http.run() }
                group.addTask {
                    try await gracefulShutdown()
                    try await Task.sleep(for: patience)
                }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError {
            let reason = String(cString: strerror(error.errnoCode))
            throw Failure(description: "can't listen on \(place) (HTTP_HOST and HTTP_PORT): \(reason)")
        }
    }
}
