import Contracts
import LocalStack
import Testing

/// What one user of NATS may do, and from that all that it may not: made from the catalogue, so that a new stream, event or command is
/// tried without being named here.
struct NATSFence: Sendable, CustomTestStringConvertible {
    let user: String
    var owns: [Catalogue.Stream] = []
    var follows: [Catalogue.Stream] = []
    /// Commands of others.
    var calls: [Subject] = []

    var testDescription: String { user }
    private var service: ServiceName? { ServiceName(rawValue: user) }

    static let all = ServiceName.allCases.map(of) + [NATSFence(user: "subscriber", follows: [Catalogue.status])]

    private static func of(_ service: ServiceName) -> NATSFence {
        let (follows, calls): ([Catalogue.Stream], [Subject]) =
            switch service {
            case .leadIntake: ([Catalogue.campaigns, Catalogue.status], [])
            case .lifecycle:
                ([Catalogue.leads, Catalogue.campaigns, Catalogue.billing], [ResolveLead.subject, CancelSubscription.subject])
            case .campaign:
                ([Catalogue.leads, Catalogue.sites, Catalogue.status, Catalogue.billing], [GetOwnerLink.subject])
            case .billingWebhook: ([Catalogue.leads, Catalogue.sites], [])
            case .console: ([Catalogue.leads, Catalogue.status], [CompleteFollowUp.subject, DismissFollowUp.subject])
            }
        let owns = Catalogue.streams.filter { $0.publisher == service }
        return NATSFence(user: service.rawValue, owns: owns, follows: follows, calls: calls)
    }

    private static let commands: [(owner: String, subject: Subject)] =
        Catalogue.commands.map { (owner(of: $0.subject), $0.subject) }
        + Catalogue.serviceCommands.flatMap { kind in ServiceName.allCases.map { ($0.rawValue, kind.subject(of: $0)) } }

    private static func owner(of subject: Subject) -> String { subject.tokens.count > 1 ? String(subject.tokens[1]) : "" }

    /// Whom it answers: whoever calls one of its commands, and the operator, who may call any.
    private var isAnsweredBy: Set<String> {
        guard service != nil else { return [] }
        return Set(Self.all.filter { $0.calls.contains { Self.owner(of: $0) == user } }.map(\.user)).union(["operator"])
    }
}

// MARK: What it may not

extension NATSFence {
    var foreign: [WireAttempt] { events + streams + consumers + rpc + inboxes + outboxes + everything }

    private var others: [String] { StackPlan.natsUsers.filter { $0 != user } }

    private func both(_ subjects: [String]) -> [WireAttempt] {
        subjects.map(WireAttempt.publish) + subjects.map(WireAttempt.subscribe)
    }

    private var events: [WireAttempt] {
        Catalogue.streams.filter { stream in !owns.contains { $0.name == stream.name } }.flatMap { stream in
            both(stream.events.flatMap { ["\($0.subject)", "\($0.subject).more"] }) + stream.subjects.map(WireAttempt.subscribe)
        }
    }

    private var streams: [WireAttempt] {
        let functions = ["CREATE", "UPDATE", "INFO", "DELETE", "PURGE", "SNAPSHOT", "RESTORE", "MSG.GET", "MSG.DELETE"]
        let own = ["CREATE", "UPDATE", "INFO", "MSG.GET", "MSG.DELETE"]
        return Catalogue.streams.flatMap { stream -> [WireAttempt] in
            let isOwn = owns.contains { $0.name == stream.name }
            let isFollowed = follows.contains { $0.name == stream.name }
            let allowed = isOwn ? own : isFollowed ? ["INFO"] + (service == nil ? [] : ["MSG.GET"]) : []
            let refused = (functions + ["LEADER.STEPDOWN", "PEER.REMOVE"]).filter { !allowed.contains($0) }
            return (refused.map { "$JS.API.STREAM.\($0).\(stream.name)" } + ["$JS.API.DIRECT.GET.\(stream.name)"]).map(WireAttempt.publish)
        }
    }

    private var consumers: [WireAttempt] {
        Catalogue.streams.flatMap { stream -> [WireAttempt] in
            let isFollowed = follows.contains { $0.name == stream.name }
            let names = ServiceName.allCases.map(\.rawValue).filter { !isFollowed || $0 != user }
            let functions = ["INFO", "CREATE", "DURABLE.CREATE", "DELETE", "MSG.NEXT", "LEADER.STEPDOWN"]
            let ofNames = names.flatMap { name in
                functions.map { "$JS.API.CONSUMER.\($0).\(stream.name).\(name)" } + [
                    "$JS.API.CONSUMER.CREATE.\(stream.name).\(name).crm.>", "$JS.ACK.\(stream.name).\(name).1.1.1.1.0",
                ]
            }
            return (ofNames + ["CREATE", "NAMES", "LIST"].map { "$JS.API.CONSUMER.\($0).\(stream.name)" }).map(WireAttempt.publish)
        }
    }

    private var rpc: [WireAttempt] {
        let foreign = Self.commands.filter { $0.owner != user }
        return foreign.filter { !calls.contains($0.subject) }.map { .publish("\($0.subject)") }
            + foreign.map { .subscribe("\($0.subject)") }
            + ServiceName.allCases.filter { $0 != service }.map { .subscribe("rpc.\($0.rawValue).>") }
    }

    private var inboxes: [WireAttempt] {
        others.flatMap { other -> [WireAttempt] in
            var attempts: [WireAttempt] = [
                .publish("_INBOX.\(other).token.r.1"), .publish("_INBOX.\(other).token.p.pull.1"), .subscribe("_INBOX.\(other).>"),
                .subscribe("_INBOX.\(other).token.c.*"),
            ]
            if !isAnsweredBy.contains(other) { attempts.append(.publish("_INBOX.\(other).token.c.1")) }
            return attempts
        }
    }

    private var outboxes: [WireAttempt] { both(others.map { "plumbline.outbox.\($0).6162" }) }

    private var everything: [WireAttempt] {
        let publish = [
            "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.ACCOUNT.PURGE.$G", "_INBOX.token", "anything",
        ]
        let subscribe = [">", "*.>", "crm.>", "rpc.>", "rpc.*.>", "_INBOX.>", "_INBOX.*.>", "_INBOX.token", "$JS.>", "$JS.API.>", "$SYS.>"]
        return publish.map(WireAttempt.publish) + subscribe.map(WireAttempt.subscribe)
    }
}

// MARK: What it may, as far as it can be tried without doing harm

extension NATSFence {
    var own: [WireAttempt] {
        var attempts: [WireAttempt] = [.subscribe("_INBOX.\(user).>"), .publish("_INBOX.\(user).token.r.1")]
        attempts += isAnsweredBy.map { .publish("_INBOX.\($0).token.c.1") }
        attempts += owns.map { .publish("$JS.API.STREAM.INFO.\($0.name)") }
        attempts += follows.map { .publish("$JS.API.STREAM.INFO.\($0.name)") }
        // Without an address for the answer a command is not looked at.
        attempts += calls.map { .publish("\($0)") }
        guard service != nil else { return attempts }
        attempts += follows.map { .publish("$JS.API.CONSUMER.INFO.\($0.name).\(user)") }
        return attempts + both(["plumbline.outbox.\(user).6162"]) + [.subscribe("rpc.\(user).>")]
    }
}
