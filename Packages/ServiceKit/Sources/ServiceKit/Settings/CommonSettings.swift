public import Contracts
import Logging

extension Setting {
    /// The settings that every service has, beside its own.
    public static func common(to service: ServiceName) -> [Setting] {
        let port = service.defaultPort
        return [
            .optional(
                "CONFIG_FILE",
                "A file with these settings, JSON with the keys in lower case or lines of KEY=value; the environment goes before it."
            ),
            .required(
                "DATABASE_URL",
                secret: true,
                "Where PostgreSQL is and how to log in, in libpq's notation: postgres://user:password@host/database."
            ),
            .optional(
                "MIGRATION_DATABASE_URL",
                secret: true,
                "How the owner of the tables logs in, who migrates them. Without it DATABASE_URL must do, or `migrate` must have been run."
            ),
            .optional(
                "DATABASE_CA_FILE",
                "The certificate authority that PostgreSQL's certificate is checked against, and its host name; TLS is required when it is set."
            ),
            Setting("DATABASE_CONNECTIONS", .integer, default: "10", "How many connections to PostgreSQL this service holds at most."),
            Setting(
                "NATS_URL",
                .list,
                default: "nats://127.0.0.1:4222",
                "Where NATS is, tls:// where TLS is required; several servers of one cluster with commas between."
            ),
            .optional("NATS_USER", "The user that this service logs in to NATS as."),
            .optional("NATS_PASSWORD", secret: true, "That user's password."),
            .optional("NATS_CREDENTIALS", "A file of NATS credentials, instead of user and password."),
            .optional(
                "NATS_CA_FILE",
                "The certificate authority that NATS's certificate is checked against, and its host name; TLS is required when it is set."
            ),
            .optional("NATS_CLIENT_CERT", "A file with the certificate that this service shows NATS, where it asks for one."),
            .optional("NATS_CLIENT_KEY", "The file with that certificate's key."),
            Setting("HTTP_HOST", default: "127.0.0.1", "The address that the service listens on; 0.0.0.0 in a container."),
            Setting("HTTP_PORT", .integer, default: "\(port)", "The port that the service listens on."),
            .optional(
                "PUBLIC_URL",
                .url,
                "How the outside reaches this service: it stands in links, and providers sign it. Without it http://127.0.0.1 and HTTP_PORT."
            ),
            Setting("STOP_PATIENCE", .seconds, default: "20", "How long a stop waits for the requests in hand, before it cuts them off."),
            Setting("LOG_LEVEL", default: "info", "trace, debug, info, notice, warning, error or critical."),
        ]
    }
}

extension Settings {
    /// How the outside reaches this service, without a slash at its end.
    public var publicURL: String { optionalURL("PUBLIC_URL") ?? "http://127.0.0.1:\(int("HTTP_PORT"))" }

    /// What is wrong with the common settings beyond their kinds.
    var commonFaults: [String] {
        var faults: [String] = []
        if Logger.Level(rawValue: string("LOG_LEVEL")) == nil {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append("LOG_LEVEL is \"\(string("LOG_LEVEL"))\"; it must be one of \(levels)")
        }
        if !(1...65_535).contains(int("HTTP_PORT")) {
            faults.append("HTTP_PORT is \"\(int("HTTP_PORT"))\"; it must be a port, from 1 to 65535")
        }
        if int("DATABASE_CONNECTIONS") < 1 {
            faults.append("DATABASE_CONNECTIONS is \"\(int("DATABASE_CONNECTIONS"))\"; it must be 1 or more")
        }
        if (optionalString("NATS_CLIENT_CERT") == nil) != (optionalString("NATS_CLIENT_KEY") == nil) {
            faults.append("NATS_CLIENT_CERT and NATS_CLIENT_KEY are of use only together")
        }
        return faults
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
