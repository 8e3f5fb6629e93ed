import ArgumentParser
import Contracts
import Hummingbird
import Messaging
import Postgres
import ServiceKit

/// The smallest whole service: the tests run it as an operator would.
struct ExampleService: PlumblineService {
    static let name = ServiceName.console
    static let schema = "example"
    static let settings = [
        Setting.required("GREETING_URL", .url, "Where greetings go."),
        Setting("GREETINGS", .integer, default: "1", "How many."),
    ]
    static let migrations = MigrationSet(
        module: "example",
        migrations: [Migration(1, "greetings", Array("CREATE TABLE greetings (lead_id uuid NOT NULL)".utf8))]
    )

    static let operatorCommands: [any OperatorCommand.Type] = [CountGreetings.self]

    private let database: Database

    init(_ context: ServiceContext) throws {
        database = context.database
    }

    var consumes: [EventHandler] {
        [
            .on(LeadCreated.self) { received, transaction in
                try await transaction.execute("INSERT INTO greetings VALUES (\(received.fact.leadID.rawValue))")
                return .done
            }
        ]
    }

    var answers: [CommandHandler] { [] }

    func addRoutes(to router: Router<ServiceRequestContext>) {
        router.get("greetings") { _, _ in
            let row = try await database.row("SELECT count(*) AS greetings FROM greetings")
            return JSONResponse(["greetings": try row?.decode("greetings", as: Int.self) ?? 0])
        }
        // Takes its time in the database, so that a shutdown finds it in hand.
        router.get("slow") { _, _ in
            try await database.execute("SELECT pg_sleep(1)")
            return JSONResponse(["slow": "done"])
        }
    }
}

/// What an operator asks of it beside running.
struct CountGreetings: OperatorCommand {
    static let configuration = CommandConfiguration(commandName: "count-greetings", abstract: "Says how many greetings there are.")

    @Option(help: "How many there are at least.") var atLeast = 0

    func run(_ context: OperatorContext) async throws -> String {
        let row = try await context.database.row("SELECT count(*) AS greetings FROM greetings")
        let count = try row?.decode("greetings", as: Int.self) ?? 0
        guard count >= atLeast else { throw OperatorError("there are only \(count) greetings") }
        return "greetings: \(count)"
    }
}
