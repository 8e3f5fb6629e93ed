public import Contracts

extension Setting {
    /// The settings that every service has, beside its own.
    public static func common(to service: ServiceName) -> [Setting] {
        let port = service.defaultPort
        return [
            .required(
                "DATABASE_URL",
                secret: true,
                "Where PostgreSQL is and how to log in, in libpq's notation: postgres://user:password@host/database?sslmode=verify-full."
            ),
            Setting("DATABASE_CONNECTIONS", .integer, default: "10", "How many connections to PostgreSQL this service holds at most."),
            Setting(
                "NATS_URL",
                .list,
                default: "nats://127.0.0.1:4222",
                "Where NATS is; several servers of one cluster with commas between."
            ),
            .optional("NATS_USER", "The user that this service logs in to NATS as."),
            .optional("NATS_PASSWORD", secret: true, "That user's password."),
            .optional("NATS_CREDENTIALS", "A file of NATS credentials, instead of user and password."),
            .optional(
                "NATS_CA_FILE",
                "The certificate authority that NATS's certificate is checked against; TLS is required when it is set."
            ),
            Setting("HTTP_HOST", default: "127.0.0.1", "The address that the service listens on; 0.0.0.0 in a container."),
            Setting("HTTP_PORT", .integer, default: "\(port)", "The port that the service listens on."),
            Setting(
                "PUBLIC_URL",
                .url,
                default: "http://127.0.0.1:\(port)",
                "How the outside reaches this service: it stands in links, and providers sign it."
            ),
            Setting("LOG_LEVEL", default: "info", "trace, debug, info, notice, warning, error or critical."),
        ]
    }
}

extension ServiceName {
    /// The port that the service listens on when nothing else is said.
    public var defaultPort: Int {
        switch self {
        case .console: 8080
        case .leadIntake: 8081
        case .lifecycle: 8082
        case .campaign: 8083
        case .billingWebhook: 8084
        }
    }
}
