public import Contracts
import Foundation

extension ServiceName {
    /// The PostgreSQL schema, and the role, of the service.
    public var schema: String {
        switch self {
        case .leadIntake: "lead_intake"
        case .billingWebhook: "billing"
        case .lifecycle, .campaign, .console: rawValue
        }
    }
}

extension StackPlan {
    /// The settings that a service of this stack is started with.
    ///
    /// lifecycle deploys sites into the stack's directory, unless they go to a bucket.
    func environment(of service: ServiceName, databaseURL: String, migrationURL: String, in directory: StackDirectory) -> [String: String] {
        var settings = [
            "DATABASE_URL": databaseURL,
            "MIGRATION_DATABASE_URL": migrationURL,
            "NATS_URL": natsURL,
            "NATS_USER": service.rawValue,
            "NATS_PASSWORD": secret(of: service.rawValue),
            "HTTP_PORT": "\(port(of: service.rawValue))",
            "PUBLIC_URL": url(of: service),
        ]
        settings.merge(own(of: service)) { $1 }
        if service == .lifecycle {
            if overrides[service.rawValue]?["SITES_S3_ENDPOINT"] == nil { settings["SITES_DIR"] = directory.sites }
            if followUps != nil { settings["FOLLOW_UPS_FILE"] = directory.followUps }
        }
        settings.merge(overrides[service.rawValue] ?? [:]) { $1 }
        // Swift's runtime wants little of the environment, but PATH and HOME keep libraries from guessing.
        for name in ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SWIFT_BACKTRACE"] {
            settings[name] = ProcessInfo.processInfo.environment[name]
        }
        return settings
    }

    private func own(of service: ServiceName) -> [String: String] {
        switch service {
        case .leadIntake, .console: [:]
        case .lifecycle: ["CHECKOUT_URL": url(of: .billingWebhook)]
        case .campaign:
            [
                "SMTP_URL": "smtp://127.0.0.1:\(port(of: "smtp"))",
                "MAIL_FROM": "hello@plumbline.example",
                "MAIL_FROM_NAME": "Plumbline Demo",
                "MAIL_POSTAL_ADDRESS": "1 Example Street, Springfield",
                "LINK_SECRETS": secret(of: "link"),
                "TWILIO_API_URL": sandboxURL,
                "TWILIO_ACCOUNT_SID": StackPlan.twilioAccount,
                "TWILIO_AUTH_TOKENS": secret(of: "twilio"),
                "TWILIO_FROM": StackPlan.twilioNumber,
                // Whatever the sandbox took twice it counts once, as mail servers do by Message-ID: the policy can be tried here.
                "UNKNOWN_POLICY": "retry",
                "UNKNOWN_AFTER": "3",
                "SEND_LEASE": "5",
            ]
        case .billingWebhook:
            [
                "RECURRENTE_API_URL": "\(sandboxURL)/api",
                "RECURRENTE_PUBLIC_KEY": "pk_test_\(secret(of: "recurrente-public"))",
                "RECURRENTE_SECRET_KEY": "sk_test_\(secret(of: "recurrente-secret"))",
                "RECURRENTE_WEBHOOK_SECRETS": secret(of: "svix"),
                "ACCEPT_TEST_MODE": "true",
            ]
        }
    }

    /// The settings that the provider sandbox is started with: the same secrets, the other way round.
    func sandboxEnvironment() -> [String: String] {
        [
            "SANDBOX_SMTP_PORT": "\(port(of: "smtp"))",
            "SANDBOX_HTTP_PORT": "\(port(of: "sandbox"))",
            "SANDBOX_SEED": "\(sandbox.seed)",
            "SANDBOX_TWILIO_ACCOUNT_SID": StackPlan.twilioAccount,
            "SANDBOX_TWILIO_AUTH_TOKEN": secret(of: "twilio"),
            "SANDBOX_TWILIO_INBOUND_URL": "\(url(of: .campaign))/webhooks/twilio/inbound",
            "SANDBOX_RECURRENTE_PUBLIC_KEY": "pk_test_\(secret(of: "recurrente-public"))",
            "SANDBOX_RECURRENTE_SECRET_KEY": "sk_test_\(secret(of: "recurrente-secret"))",
            "SANDBOX_RECURRENTE_WEBHOOK_URL": "\(url(of: .billingWebhook))/webhooks/recurrente",
            "SANDBOX_RECURRENTE_WEBHOOK_SECRET": secret(of: "svix"),
        ].merging(sandbox.settings) { $1 }
    }

    static let twilioAccount = "AC00000000000000000000000000000000"
    static let twilioNumber = "+15005550006"
}
