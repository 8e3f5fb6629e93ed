import Contracts
import Messaging

extension Settings {
    func nats(as service: ServiceName) -> NATSConfiguration {
        let authentication: NATSConfiguration.Authentication =
            if let file = optionalString("NATS_CREDENTIALS") {
                .credentialsFile(file)
            } else if let user = optionalString("NATS_USER") {
                .user(user, password: optionalString("NATS_PASSWORD") ?? "")
            } else {
                .none
            }
        return NATSConfiguration(servers: list("NATS_URL"), authentication: authentication, tls: natsTLS, name: service.rawValue)
    }

    private var natsTLS: NATSConfiguration.TLS? {
        let files = ["NATS_CA_FILE", "NATS_CLIENT_CERT", "NATS_CLIENT_KEY"].map { optionalString($0) }
        if files.allSatisfy({ $0 == nil }) { return nil }
        return NATSConfiguration.TLS(caFile: files[0], certificateFile: files[1], keyFile: files[2])
    }
}
