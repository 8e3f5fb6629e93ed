import Foundation
import HTTPTypes
import Hummingbird
import LocalServers
import Synchronization

/// A chat endpoint on a socket of this machine that answers as it is told, one reply after another, and remembers what it was asked.
final class ChatSandbox: Sendable {
    enum Reply: Sendable {
        /// A completion with this content.
        case words(String, promptTokens: Int = 900, completionTokens: Int = 300, finish: String = "stop")
        case refusal
        case status(Int, retryAfter: String? = nil)
        case raw(String)
        /// Nothing, for so long.
        case silence(Duration)
    }

    struct Asked: Sendable {
        var path: String
        var authorization: String?
        var body: String

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
        var messages: [[String: String]] { json["messages"] as? [[String: String]] ?? [] }
    }

    private let replies: Mutex<[Reply]>
    private let questions = Mutex<[Asked]>([])
    var asked: [Asked] { questions.withLock { $0 } }

    private init(_ replies: [Reply]) { self.replies = Mutex(replies) }

    /// Runs while `body` does, which gets its URL.
    static func serving<Answer: Sendable>(_ replies: [Reply], _ body: (ChatSandbox, String) async throws -> Answer) async throws -> Answer {
        let sandbox = ChatSandbox(replies)
        let port = try FreePort.choose()
        let router = Router()
        router.post("v1/chat/completions") { request, _ in try await sandbox.answer(request) }
        let (running, started) = AsyncStream.makeStream(of: Void.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in started.finish() },
            logger: quietLogger
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await _ in running {}
            let answer = try await body(sandbox, "http://127.0.0.1:\(port)/v1")
            group.cancelAll()
            return answer
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
        questions.withLock { $0.append(Asked(path: request.uri.path, authorization: request.headers[.authorization], body: body)) }
        let reply = replies.withLock { $0.isEmpty ? Reply.status(410) : $0.removeFirst() }
        switch reply {
        case .words(let content, let promptTokens, let completionTokens, let finish):
            return try Self.completion(["content": content], promptTokens, completionTokens, finish)
        case .refusal:
            return try Self.completion(["refusal": "I can't help with that."], 900, 12, "stop")
        case .status(let status, let retryAfter):
            var headers = HTTPFields()
            if let retryAfter, let name = HTTPField.Name("Retry-After") { headers[name] = retryAfter }
            return Response(status: .init(code: status), headers: headers)
        case .raw(let text):
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: .init(string: text)))
        case .silence(let duration):
            try await Task.sleep(for: duration)
            return Response(status: .ok)
        }
    }

    private static func completion(_ message: [String: String], _ prompt: Int, _ completion: Int, _ finish: String) throws -> Response {
        var message: [String: Any] = message
        message["role"] = "assistant"
        let body: [String: Any] = [
            "id": "chatcmpl-1", "object": "chat.completion", "model": "sandbox",
            "choices": [["index": 0, "message": message, "finish_reason": finish] as [String: Any]],
            "usage": ["prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion],
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: .init(string: text)))
    }
}
