import Contracts
import Foundation

/// What PostgreSQL and NATS need to know before the services come.
struct Provisioning {
    let plan: StackPlan

    static let database = "plumbline"

    /// One role and one schema for each service; a role reaches its own schema and no other.
    /// Run again on a database that has them, it changes nothing but the passwords.
    func postgresStatements() -> String {
        var statements = ["REVOKE ALL ON SCHEMA public FROM PUBLIC", "REVOKE ALL ON DATABASE \(Self.database) FROM PUBLIC"]
        for service in StackPlan.services {
            let role = service.schema
            statements += [
                """
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN CREATE ROLE \(role); END IF;
                END $$
                """,
                "ALTER ROLE \(role) LOGIN PASSWORD '\(plan.secret(of: service.rawValue))'",
                "GRANT CONNECT ON DATABASE \(Self.database) TO \(role)",
                "CREATE SCHEMA IF NOT EXISTS \(role) AUTHORIZATION \(role)",
                "ALTER ROLE \(role) SET search_path = \(role)",
            ]
        }
        // Trusted, but it takes CREATE on the database, which no service has. In the schema of who uses it: the search of leads.
        statements.append("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA \(ServiceName.leadIntake.schema)")
        return statements.map { $0 + ";" }.joined(separator: "\n")
    }

    /// A user for each service, and one for the command line; and room for a command that names 100,000 leads, where 1 MiB is usual.
    func natsConfiguration() -> String {
        let users = StackPlan.services.map { ($0.rawValue, plan.secret(of: $0.rawValue)) } + [("operator", plan.secret(of: "operator"))]
        let lines = users.map { "    { user: \"\($0.0)\", password: \"\($0.1)\" }" }
        return "max_payload: 8MB\nauthorization {\n  users: [\n\(lines.joined(separator: "\n"))\n  ]\n}\n"
    }
}
