import Foundation
import Hummingbird
import Logging

/// What Hummingbird itself takes: one route that answers with the same bytes, and nothing around it.
enum BareRoute {
    static func serving<Result: Sendable>(_ bytes: Data, _ body: (_ url: String) async throws -> Result) async throws -> Result {
        let router = Router()
        let buffer = ByteBuffer(bytes: bytes)
        router.get("page") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: ResponseBody(byteBuffer: buffer))
        }
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in told.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "bare")
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            guard let port = await ports.first(where: { _ in true }) else {
                throw BenchmarkFault(description: "the bare route doesn't start")
            }
            let result = try await body("http://127.0.0.1:\(port)/page")
            group.cancelAll()
            return result
        }
    }
}
