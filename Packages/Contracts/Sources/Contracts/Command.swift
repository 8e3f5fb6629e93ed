/// A request to one owner, imperative, answered once: a repeat with the same key gets the first answer.
public protocol Command: Codable, Sendable {
    associatedtype Answer: Codable, Sendable

    /// Where its owner answers: `rpc.lifecycle.override-status`. A kind that every service answers has one token for each, see ``ServiceCommand``.
    static var subject: Subject { get }
    /// One sentence for those who call it.
    static var summary: String { get }
    /// How long its answer may take: who asks waits so long, unless he says otherwise.
    static var patience: Duration { get }
    /// Where this one is sent.
    var subject: Subject { get }
}

extension Command {
    public static var patience: Duration { .seconds(5) }
    public var subject: Subject { Self.subject }
}

/// A request that every service answers, each for itself: `rpc.<service>.list-dead-letters`.
public protocol ServiceCommand: Command {
    /// `list-dead-letters`.
    static var verbNoun: String { get }
    /// Whom it is for.
    var service: ServiceName { get }
}

extension ServiceCommand {
    public static var subject: Subject { subject(of: .leadIntake) }
    public var subject: Subject { Self.subject(of: service) }

    public static func subject(of service: ServiceName) -> Subject {
        let rpc: Subject = "rpc"
        return rpc.appending(service.rawValue).appending(verbNoun)
    }
}
