import Contracts
import Foundation
import Messaging

/// One delivered event, decoded as what its subject says it is. A class: it is handed on several times, and there is much in it to be copied.
final class ReceivedFact: Sendable {
    let id: EventID
    let type: String
    let time: Date
    let trace: TraceContext?
    let event: any Event
    /// Nothing else says anything about sites and subscriptions.
    let isAboutMoney: Bool

    init(_ received: ReceivedAny, _ event: any Event) {
        (id, type, time, trace) = (received.id, received.type, received.time, received.head.trace)
        self.event = event
        isAboutMoney = Self.money.contains(ObjectIdentifier(Swift.type(of: event)))
    }

    private static let money = Set(FactHandlers.billing.map { ObjectIdentifier($0) })

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
        return ReceivedFact(received, try decode(kind, from: received))
    }

    private func decode(_ kind: (some Event).Type, from received: ReceivedAny) throws -> any Event { try received.decode(kind) }
}
