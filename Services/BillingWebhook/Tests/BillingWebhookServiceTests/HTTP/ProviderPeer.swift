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
    }

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
        return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: quietLogger)
    }
}
