public import Contracts
import Foundation
import LocalServers
import ServiceKit

/// What a stack is made of, before it runs: which services, where, on which ports, with which secrets.
///
/// It is kept in the stack's directory, so that a later command finds the stack again.
public struct StackPlan: Codable, Sendable {
    /// The services in the order in which they are started: the owners of what is told, and then who shows it.
    public static let services: [ServiceName] = [.leadIntake, .lifecycle, .campaign, .billingWebhook, .console]

    /// Who may log in to NATS: each service, the command line, and other people's programs.
    public static let natsUsers = ServiceName.allCases.map(\.rawValue) + ["operator", "subscriber"]

    /// Whose secret the password of the service's schema's owner is.
    static func owner(of service: ServiceName) -> String { "\(service.rawValue)-owner" }

    /// Where the executables are.
    public var executables: String
    public var ports: [String: Int]
    public var secrets: [String: String]
    /// Settings on top of the stack's own, by service: `["campaign": ["SENDING_CONCURRENCY": "4"]]`. Of `postgres` its
    /// `shared_buffers`.
    public var overrides: [String: [String: String]]
    public var sandbox: SandboxPlan
    /// Rules for follow-ups on top of lifecycle's own, as docs/follow-ups.md has them.
    public var followUps: String?

    /// Those of docker/settings/follow-ups-demo.json: people are called at once.
    public static let followUpsOfTheDemo = String(decoding: PackageResources.follow_ups_demo_json, as: UTF8.self)

    /// How the sandbox plays the people.
    public struct SandboxPlan: Codable, Sendable {
        public var seed: Int
        /// Settings of the sandbox on top of its own, such as rates.
        public var settings: [String: String]

        public init(seed: Int = 1, settings: [String: String] = [:]) {
            self.seed = seed
            self.settings = settings
        }
    }

    /// A plan with new secrets and ports; with `preferDefaultPorts` the ports of the documentation, where they are free.
    public static func make(
        executables: String,
        sandbox: SandboxPlan = SandboxPlan(),
        overrides: [String: [String: String]] = [:],
        preferDefaultPorts: Bool = false
    ) throws -> StackPlan {
        var ports: [String: Int] = [:]
        for (name, port) in documentedPorts {
            ports[name] = try preferDefaultPorts && FreePort.isFree(port) ? port : FreePort.choose()
        }
        var overrides = overrides
        if !preferDefaultPorts {
            // What is started for a test or a measurement shares its machine with no browser, unless that is asked for.
            overrides[ServiceName.lifecycle.rawValue, default: [:]].merge(["CHROMIUM": "none"]) { given, _ in given }
        }
        return StackPlan(executables: executables, ports: ports, secrets: makeSecrets(), overrides: overrides, sandbox: sandbox)
    }

    private static let documentedPorts: [String: Int] = Dictionary(
        uniqueKeysWithValues: services.map { ($0.rawValue, $0.defaultPort) } + [
            ("postgres", 54329), ("nats", 42229), ("sandbox", 8090), ("smtp", 8025),
        ]
    )

    private static func makeSecrets() -> [String: String] {
        let names = natsUsers + ServiceName.allCases.map(owner) + ["link", "twilio", "recurrente-secret", "recurrente-public"]
        var secrets = Dictionary(uniqueKeysWithValues: names.map { ($0, randomToken()) })
        secrets["svix"] = "whsec_" + Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        return secrets
    }

    /// The plan of the stack whose data is kept in `directory`, with its secrets, to be started again by `executables`; nil when there
    /// is none. Ports that others have taken meanwhile are chosen anew.
    public static func kept(in directory: String, executables: String) throws -> StackPlan? {
        guard var plan = try StackDirectory(path: directory).readPlan() else { return nil }
        plan.executables = executables
        // An older version needed fewer.
        plan.secrets.merge(makeSecrets()) { kept, _ in kept }
        plan.ports.merge(documentedPorts) { kept, _ in kept }
        for (name, port) in plan.ports where !FreePort.isFree(port) { plan.ports[name] = try FreePort.choose() }
        return plan
    }

    static func randomToken() -> String {
        (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    }

    /// An older version had fewer services.
    public func port(of name: String) -> Int { ports[name] ?? Self.documentedPorts[name] ?? 0 }
    public func secret(of name: String) -> String { secrets[name] ?? "" }

    /// Where a service answers, without a slash at its end.
    public func url(of service: ServiceName) -> String { "http://127.0.0.1:\(port(of: service.rawValue))" }
    public var sandboxURL: String { "http://127.0.0.1:\(port(of: "sandbox"))" }
    /// NATS with the credentials for other people's programs in the address, as clients of all languages take it.
    public var subscriberNATSURL: String { "nats://subscriber:\(secret(of: "subscriber"))@127.0.0.1:\(port(of: "nats"))" }
    public var natsURL: String { "nats://127.0.0.1:\(port(of: "nats"))" }
}
