package import Contracts
package import Hummingbird
package import Messaging
package import ServiceKit

/// What the staff see and do: the read model behind their pages, their accounts, and the one staff API.
package struct ConsoleService: PlumblineService {
    package static let name = ServiceName.console
    package static let schema = "console"
    package static let settings = ConsoleSettings.declared
    package static let operatorCommands: [any OperatorCommand.Type] = [
        AddAccount.self, ListAccounts.self, SetPassword.self, DisableAccount.self, EnableAccount.self,
        AddToken.self, ListTokens.self, RevokeToken.self,
    ]

    private let projections = ProjectionHandlers()
    private let signIn: SignInRoutes
    private let tasks: TaskRoutes
    private let api: TaskAPI

    package init(_ context: ServiceContext) throws {
        try self.init(context, passwords: try PasswordDesk())
    }

    /// With passwords that cost less: for tests.
    package init(_ context: ServiceContext, passwords: PasswordDesk) throws {
        let settings = try ConsoleSettings(context.settings)
        let doorkeeper = Doorkeeper(
            database: context.database,
            cookie: SessionCookie(publicURL: context.publicURL),
            rules: settings.sessions
        )
        let desk = TaskDesk(database: context.database, commands: context.commands)
        signIn = SignInRoutes(database: context.database, doorkeeper: doorkeeper, passwords: passwords, proxies: settings.proxies)
        tasks = TaskRoutes(database: context.database, doorkeeper: doorkeeper, desk: desk)
        api = TaskAPI(database: context.database, doorkeeper: doorkeeper, desk: desk)
    }

    package var consumes: [EventHandler] { projections.handlers }

    /// It owns nothing that another service may ask for.
    package var answers: [CommandHandler] { [] }

    package func addRoutes(to router: Router<ServiceRequestContext>) {
        AssetRoutes().add(to: router)
        signIn.add(to: router)
        tasks.add(to: router)
        api.add(to: router)
    }
}
