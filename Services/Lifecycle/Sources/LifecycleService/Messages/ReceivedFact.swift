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

    var cause: StatusCause { StatusCause(eventID: id, type: type) }
}

/// Reads events of some kinds.
struct FactReader: Sendable {
    let subjects: [Subject]
    private let kinds: [String: any Event.Type]

    init(_ kinds: [any Event.Type]) {
        subjects = kinds.map { $0.subject }
        self.kinds = Dictionary(uniqueKeysWithValues: kinds.map { ($0.subject.description, $0) })
    }

    /// Returns nil for another kind.
    ///
    /// - Throws: an error that parks the event, when it can't be read.
    func read(_ received: ReceivedAny) throws -> ReceivedFact? {
        guard let kind = kinds[received.subject] else { return nil }
        let event = try decode(kind, from: received)
        return ReceivedFact(id: received.id, type: received.type, time: received.time, trace: received.head.trace, event: event)
    }

    private func decode(_ kind: (some Event).Type, from received: ReceivedAny) throws -> any Event { try received.decode(kind) }
}
