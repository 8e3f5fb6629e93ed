import Contracts
import Foundation
import Messaging

/// One delivered event, decoded as what its subject says it is.
struct ReceivedFact: Sendable {
    let id: EventID
    let type: String
    let time: Date
    let trace: TraceContext?
    let event: any Event

    /// - Throws: an error that parks the event, when it can't be read.
    init?(_ received: ReceivedAny, among kinds: [any Event.Type]) throws {
        guard let kind = kinds.first(where: { $0.subject.description == received.subject }) else { return nil }
        id = received.id
        type = received.type
        time = received.time
        trace = received.head.trace
        event = try Self.decode(kind, from: received)
    }

    private static func decode(_ kind: (some Event).Type, from received: ReceivedAny) throws -> any Event {
        try received.decode(kind)
    }

    var cause: StatusCause { StatusCause(eventID: id, type: type) }
}
