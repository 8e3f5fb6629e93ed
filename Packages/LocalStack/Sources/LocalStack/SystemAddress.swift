import Contracts
public import Foundation
public import ServiceKit

/// Where a running system is for those who look after it, whoever started it: this machine's stack, or containers.
public struct SystemAddress: Sendable {
    public var natsURL: String
    /// The password of NATS's user `operator`.
    public var operatorPassword: String
    /// The certificate authority of NATS, where it has TLS.
    public var natsCAFile: String?
    /// lead-intake, for files of leads.
    public var leadIntakeURL: String
    /// The provider sandbox, for the demo.
    public var sandboxURL: String

    public static let settings: [Setting] = [
        .required("PLUMBLINE_NATS_URL", "Where NATS is; the command line then speaks to the system there, not to a stack of its own."),
        .required("PLUMBLINE_NATS_PASSWORD", secret: true, "The password of NATS's user operator."),
        .optional("PLUMBLINE_NATS_CA_FILE", "The certificate authority that NATS's certificate is checked against."),
        Setting("PLUMBLINE_LEAD_INTAKE_URL", .url, default: "http://127.0.0.1:8081", "Where lead-intake is, for files of leads."),
        Setting("PLUMBLINE_SANDBOX_URL", .url, default: "http://127.0.0.1:8090", "Where the provider sandbox is, for the demo."),
    ]

    /// The system that the environment names; nil when it names none.
    ///
    /// - Throws: a `SettingsError` for what is missing or wrong.
    public static func inEnvironment(_ environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> Self? {
        guard environment["PLUMBLINE_NATS_URL"]?.isEmpty == false else { return nil }
        let settings = try await SettingsSource.read(settings, environment: environment)
        return Self(
            natsURL: settings.string("PLUMBLINE_NATS_URL"),
            operatorPassword: settings.string("PLUMBLINE_NATS_PASSWORD"),
            natsCAFile: settings.optionalString("PLUMBLINE_NATS_CA_FILE"),
            leadIntakeURL: settings.url("PLUMBLINE_LEAD_INTAKE_URL"),
            sandboxURL: settings.url("PLUMBLINE_SANDBOX_URL")
        )
    }
}

extension StackPlan {
    public var address: SystemAddress {
        SystemAddress(
            natsURL: natsURL,
            operatorPassword: secret(of: "operator"),
            leadIntakeURL: url(of: .leadIntake),
            sandboxURL: sandboxURL
        )
    }
}
