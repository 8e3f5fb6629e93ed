import Contracts
import Foundation

/// What PostgreSQL and NATS need to know before the services come: the files of docker/, as they are.
struct Provisioning {
    let plan: StackPlan

    static let database = "plumbline"

    /// docker/postgres/init.sql. Run again on a database that has all of it, it changes nothing but the passwords.
    static let postgresScript = String(decoding: PackageResources.init_sql, as: UTF8.self)

    /// The environment of that script.
    func postgresPasswords() -> [String: String] {
        var passwords: [String: String] = [:]
        for service in ServiceName.allCases {
            let name = "POSTGRES_\(service.schema.uppercased())"
            passwords["\(name)_PASSWORD"] = plan.secret(of: service.rawValue)
            passwords["\(name)_OWNER_PASSWORD"] = plan.secret(of: StackPlan.owner(of: service))
        }
        return passwords
    }

    /// docker/nats/nats.conf behind the passwords that it takes from its environment elsewhere.
    func natsConfiguration() -> String {
        let passwords = StackPlan.natsUsers.map { user in
            "NATS_\(user.uppercased().replacing("-", with: "_"))_PASSWORD: \"\(plan.secret(of: user))\"\n"
        }
        return passwords.joined() + String(decoding: PackageResources.nats_conf, as: UTF8.self)
    }
}
