import Contracts
import Foundation
import LocalStack
import ProviderSandbox
import ServiceKit
import SettingsDocumentation
import Testing

/// docker/compose.yaml and what lies beside it agree with the code. No container engine is needed.
@Suite("docker/compose.yaml")
struct ComposeTests {
    private let names = StackPlan.services.map(\.rawValue)

    @Test func `has a container for each executable, its migrations before it, and what stands around`() async throws {
        let compose = try await ComposeFile.read()
        let expected = names + names.map { "\($0)-migrate" } + ["postgres", "nats", "edge", "sandbox", "plumbline"]
        #expect(Set(compose.services.keys) == Set(expected))
        for name in names {
            for container in [try compose.container(name), try compose.container("\(name)-migrate")] {
                #expect(container.image == "${IMAGES:-plumbline}/\(name):${VERSION:-latest}")
                #expect(container.build?.args == ["SERVICE": name])
                #expect(container.profiles == nil)
            }
            #expect(try compose.container(name).command == nil)
            #expect(try compose.container("\(name)-migrate").command == ["migrate"])
        }
        #expect(try compose.container("sandbox").profiles == ["sandbox"])
        #expect(try compose.container("plumbline").profiles == ["tools"])
        let dockerfile = try String(contentsOfFile: ComposeFile.directory + "/Dockerfile", encoding: .utf8)
        for name in names + ["sandbox", "plumbline"] { #expect(dockerfile.contains(" AS \(name)\n"), "\(name)") }
        #expect(dockerfile.contains(#"CMD ["service", "healthcheck"]"#))
        #expect(dockerfile.contains("ENV HTTP_HOST=0.0.0.0"))
    }

    @Test func `starts each when what it stands on is healthy, and stops it before that`() async throws {
        let compose = try await ComposeFile.read()
        for name in names {
            let needs = try compose.container(name).dependencies?.mapValues(\.condition)
            let servers = ["postgres": "service_healthy", "nats": "service_healthy"]
            #expect(needs == servers.merging(["\(name)-migrate": "service_completed_successfully"]) { $1 }, "\(name)")
            #expect(try compose.container("\(name)-migrate").dependencies?.mapValues(\.condition) == ["postgres": "service_healthy"])
            // The image's own.
            #expect(try compose.container(name).healthcheck == nil)
        }
        let edge = try compose.container("edge").dependencies ?? [:]
        #expect(edge.mapValues(\.condition) == Dictionary(uniqueKeysWithValues: names.map { ($0, "service_healthy") }))
        for name in ["postgres", "nats", "edge"] { #expect(try compose.container(name).healthcheck?.test?.isEmpty == false, "\(name)") }
    }

    @Test func `gives each service keys that it reads, all that it needs, and all that its owner may want`() async throws {
        let compose = try await ComposeFile.read()
        let declared = try await DeclaredSettings.ask(TestSystem.executables)
        for service in StackPlan.services {
            let settings = declared.settings(of: service)
            let known = Set(settings.map(\.key) + settings.filter(\.isSecret).map { "\($0.key)_FILE" })
            for name in [service.rawValue, "\(service.rawValue)-migrate"] {
                let given = try compose.container(name).keys
                #expect(given.isSubset(of: known), "\(name) is given \(given.subtracting(known)), which it doesn't know")
                for setting in settings where setting.defaultValue == nil && !setting.isOptional {
                    #expect(given.contains(setting.key) || given.contains("\(setting.key)_FILE"), "\(name) is not given \(setting.key)")
                }
                // By its name alone it would stand in .env, where no secret is.
                #expect(try compose.container(name).keysLeftToTheOwner.isDisjoint(with: settings.filter(\.isSecret).map(\.key)))
            }
            let given = try compose.container(service.rawValue).keys
            for setting in settings where !given.contains(setting.key) && !given.contains("\(setting.key)_FILE") {
                #expect(Self.leftOut.contains(setting.key), "\(setting.key) of \(service) can't be set; is that meant?")
            }
        }
        let sandbox = try compose.container("sandbox").keys.filter { $0.hasPrefix("SANDBOX_") }
        #expect(Set(sandbox.map { $0.hasSuffix("_FILE") ? String($0.dropLast(5)) : $0 }).isSubset(of: SandboxSettings.keys))
        let tools = SystemAddress.settings
        let known = Set(tools.map(\.key) + tools.filter(\.isSecret).map { "\($0.key)_FILE" })
        #expect(try compose.container("plumbline").keys.isSubset(of: known))
    }

    /// What an owner of this stack has no use for: it has a migration job, no TLS inside, one address for each service, no browser;
    /// and files of their own, which would have to be mounted too.
    private static let leftOut: Set<String> = [
        "CONFIG_FILE", "MIGRATION_DATABASE_URL", "DATABASE_CA_FILE", "NATS_CA_FILE", "NATS_CLIENT_CERT", "NATS_CLIENT_KEY",
        "NATS_CREDENTIALS", "HTTP_HOST", "HTTP_PORT", "STOP_PATIENCE", "SCORING_FILE", "SMTP_CA_FILE",
        "SCREENSHOT_CONCURRENCY",
    ]

    @Test func `lets each service log in as itself, with its own secrets and no other`() async throws {
        let compose = try await ComposeFile.read()
        for service in StackPlan.services {
            let name = service.rawValue
            let container = try compose.container(name)
            #expect(container.environment?["NATS_USER"] == name)
            let database = "\(service.schema)_database_url"
            let password = "nats_\(name.replacing("-", with: "_"))_password"
            #expect(container.environment?["DATABASE_URL_FILE"] == "/run/secrets/\(database)")
            #expect(container.environment?["NATS_PASSWORD_FILE"] == "/run/secrets/\(password)")
            let migrations = try compose.container("\(name)-migrate")
            #expect(migrations.environment?["DATABASE_URL_FILE"] == "/run/secrets/\(service.schema)_migration_database_url")
            let logins = (container.secrets ?? []).filter {
                $0.hasPrefix("nats_") || $0.hasPrefix("postgres_") || $0.hasSuffix("_database_url")
            }
            #expect(Set(logins) == [database, password], "the owner's password is for migrations alone")
        }
        for (name, container) in compose.services {
            #expect(Set(container.secrets ?? []) == container.secretsRead, "\(name)")
        }
        #expect(Set(compose.secrets.keys) == compose.services.values.reduce(into: []) { $0.formUnion($1.secrets ?? []) })
        for (name, secret) in compose.secrets { #expect(secret.file == "${SECRETS:-./secrets}/\(name)") }
    }

    @Test func `gives both servers the passwords that their configurations ask for`() async throws {
        let compose = try await ComposeFile.read()
        let nats = try String(contentsOfFile: ComposeFile.directory + "/nats/nats.conf", encoding: .utf8)
        let variables = nats.matches(of: #/password: \$([A-Z_]+)/#).map { String($0.1) }
        #expect(Set(try compose.container("nats").keys) == Set(variables.map { "\($0)_FILE" }))
        #expect(Set(nats.matches(of: #/user: "([a-z-]+)"/#).map { String($0.1) }) == Set(StackPlan.natsUsers))
        #expect(Set(variables) == Set(StackPlan.natsUsers.map { "NATS_\($0.uppercased().replacing("-", with: "_"))_PASSWORD" }))

        let script = try String(contentsOfFile: ComposeFile.directory + "/postgres/init.sql", encoding: .utf8)
        let asked = Set(script.matches(of: #/\$\{(POSTGRES_[A-Z_]+_PASSWORD_FILE)/#).map { String($0.1) })
        #expect(try compose.container("postgres").keys == asked.union(["POSTGRES_DB", "POSTGRES_PASSWORD_FILE"]))
        let roles = ServiceName.allCases.flatMap { [$0.schema, "\($0.schema)_owner"] }
        #expect(asked == Set(roles.map { "POSTGRES_\($0.uppercased())_PASSWORD_FILE" }))
        for role in ServiceName.allCases.map(\.schema) { #expect(script.contains("('\(role)', :'\(role)', :'\(role)_owner')"), "\(role)") }
        for name in ["postgres", "nats"] {
            for (key, value) in try compose.container(name).environment ?? [:] where key.hasSuffix("_FILE") {
                #expect(value == "/run/secrets/\(key.lowercased().dropLast(5))", "\(key)")
            }
        }
    }

    @Test func `shows the outside the edge alone, which finds each service on its port`() async throws {
        let compose = try await ComposeFile.read()
        let published = compose.services.filter { $0.value.ports != nil }
        #expect(Set(published.keys) == ["edge", "sandbox"])
        #expect(try compose.container("sandbox").ports?.allSatisfy { $0.hasPrefix("127.0.0.1:") } == true)
        #expect(try compose.container("edge").networks == ["web"])
        for name in ["postgres", "nats"] { #expect(try compose.container(name).networks == ["servers"]) }
        #expect(compose.text.contains("servers:\n    internal: true"))

        let caddy = try String(contentsOfFile: ComposeFile.directory + "/edge/Caddyfile", encoding: .utf8)
        let places = Set(caddy.matches(of: #/reverse_proxy ([a-z-]+:[0-9]+)/#).map { String($0.1) })
        #expect(places == Set(StackPlan.services.map { "\($0.rawValue):\($0.defaultPort)" }))
        let tools = try compose.container("plumbline").environment
        #expect(tools?["PLUMBLINE_LEAD_INTAKE_URL"] == "http://lead-intake:\(ServiceName.leadIntake.defaultPort)")
        for name in names { #expect(try compose.container(name).environment?["NATS_URL"] == "nats://nats:4222") }
        for (name, container) in compose.services {
            #expect(container.isReadOnly == true && container.droppedCapabilities == ["ALL"], "\(name)")
            #expect(container.securityOptions == ["no-new-privileges:true"], "\(name)")
        }
    }

    @Test func `gives the staff an origin of their own, which this machine alone reaches unless its owner says otherwise`() async throws {
        let compose = try await ComposeFile.read()
        let edge = try compose.container("edge")
        #expect(edge.ports?.filter { $0.contains("CONSOLE") } == ["127.0.0.1:${CONSOLE_PORT:-8085}:8080"])
        #expect(edge.environment?["CONSOLE_ADDRESS"] == "${CONSOLE_ADDRESS:-:8080}")
        #expect(try compose.container("console").environment?["PUBLIC_URL"] == "${CONSOLE_URL:-http://localhost:8085}")
        for name in names where name != "console" {
            #expect(try compose.container(name).environment?["PUBLIC_URL"] == .some(nil), "\(name)")
        }

        let caddy = try String(contentsOfFile: ComposeFile.directory + "/edge/Caddyfile", encoding: .utf8)
        let places = caddy.matches(of: #/(?m)^\{\$([A-Z_]+)\} \{\n((?:\t.*\n)*)\}/#)
        #expect(places.map { String($0.1) } == ["SITE_ADDRESS", "CONSOLE_ADDRESS"])
        #expect(places.map { $0.2.contains("console:") } == [false, true])
        let staff = try #require(places.last).2
        #expect(staff.matches(of: #/reverse_proxy ([a-z-]+)/#).map { String($0.1) } == ["console"])
        #expect(staff.contains("@inside path /health/* /metrics"))
    }

    @Test func `a trial has people called at once, by rules that lifecycle takes`() async throws {
        let compose = try await ComposeFile.read()
        let file = try #require(try EnvironmentFile("sandbox.env").values["FOLLOW_UPS_FILE"])
        let mounted = try #require(compose.container("lifecycle").volumes?.first { $0.hasSuffix(":/etc/plumbline:ro") })
        let directory = try #require(mounted.split(separator: ":").first)
        let rules = try String(
            contentsOfFile: "\(ComposeFile.directory)/\(directory)/\(URL(filePath: file).lastPathComponent)",
            encoding: .utf8
        )
        #expect(file.hasPrefix("/etc/plumbline/") && rules == StackPlan.followUpsOfTheDemo)
    }

    @Test func `.env.example explains each key that may be set, with the default that the code has`() async throws {
        let compose = try await ComposeFile.read()
        let example = try EnvironmentFile(".env.example").values
        let own: Set<String> = ["COMPOSE_PROJECT_NAME"]
        #expect(Set(example.keys) == compose.keysOfItsOwner.union(own))
        let trial = Set(try EnvironmentFile("sandbox.env").values.keys)
        #expect(trial.isSubset(of: compose.keysOfItsOwner.union(own).union(["COMPOSE_PROFILES"])))

        let declared = try await DeclaredSettings.ask(TestSystem.executables)
        for service in StackPlan.services {
            let left = try compose.container(service.rawValue).keysLeftToTheOwner
            for setting in declared.settings(of: service) where left.contains(setting.key) && setting.key != "PUBLIC_URL" {
                #expect(example[setting.key] == setting.defaultValue ?? "", "\(setting.key)")
            }
        }
    }
}
