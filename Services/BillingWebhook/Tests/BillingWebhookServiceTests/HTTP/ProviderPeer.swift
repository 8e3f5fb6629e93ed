import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// A Recurrente of our own: makes checkouts, and remembers what it was asked.
final class ProviderPeer: Sendable {
    struct Asked: Sendable {
        var headers: HTTPFields
        var body: Data
    }

    enum Behaviour: Sendable {
        case create
        case refuse(HTTPResponse.Status)
        /// Answers 201 with this text.
        case say(String)
    }

    private struct State {
        var behaviour = Behaviour.create
        var asked: [Asked] = []
        var cancelled: [String] = []
    }

    /// The subscriptions that were ended.
    var cancelled: [String] { state.withLock { $0.cancelled } }

    private let state = Mutex(State())

    var asked: [Asked] { state.withLock { $0.asked } }
    func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    var app: some ApplicationProtocol {
        let router = Router()
        router.post("api/checkouts") { [self] request, _ in
            let body = Data(try await request.body.collect(upTo: 1 << 20).readableBytesView)
            let (number, behaviour) = state.withLock { state in
                state.asked.append(Asked(headers: request.headers, body: body))
                return (state.asked.count, state.behaviour)
            }
            switch behaviour {
            case .create:
                let answer = #"{"id":"ch_\#(number)","checkout_url":"https://app.recurrente.example/checkout-session/ch_\#(number)"}"#
                return Response(
                    status: .created,
                    headers: [.contentType: "application/json"],
                    body: .init(byteBuffer: ByteBuffer(string: answer))
                )
            case .refuse(let status): return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: #"{"message":"no"}"#)))
            case .say(let text): return Response(status: .created, body: .init(byteBuffer: ByteBuffer(string: text)))
            }
        }
        router.delete("api/subscriptions/{id}") { [self] request, context in
            let id = context.parameters.get("id") ?? ""
            return state.withLock { state in
                state.asked.append(Asked(headers: request.headers, body: Data()))
                if case .refuse(let status) = state.behaviour { return Response(status: status) }
                // It can't be ended twice: what is over is not there any more.
                guard !state.cancelled.contains(id) else { return Response(status: .unprocessableContent) }
                state.cancelled.append(id)
                return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "{}")))
            }
        }
        router.get("api/subscriptions/{id}") { [self] _, context in
            let id = context.parameters.get("id") ?? ""
            let status = state.withLock { $0.cancelled.contains(id) } ? "cancelled" : "active"
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: #"{"id":"\#(id)","status":"\#(status)"}"#)))
        }
        return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: quietLogger)
    }
}
