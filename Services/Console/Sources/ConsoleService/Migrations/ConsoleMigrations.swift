package import Postgres

extension ConsoleService {
    package static let migrations = MigrationSet(
        module: "console",
        migrations: [
            Migration(1, "console", PackageResources._001_console_sql)
        ]
    )
}
