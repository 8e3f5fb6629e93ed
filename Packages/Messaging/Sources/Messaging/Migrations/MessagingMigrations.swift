public import Postgres

/// The tables that every service has in its own schema: outbox, inbox, retries, dead letters, idempotency keys, erasures.
public let messagingMigrations = MigrationSet(
    module: "messaging",
    migrations: [
        Migration(1, "messaging", PackageResources._001_messaging_sql),
        Migration(2, "erasures", PackageResources._002_erasures_sql),
    ]
)
