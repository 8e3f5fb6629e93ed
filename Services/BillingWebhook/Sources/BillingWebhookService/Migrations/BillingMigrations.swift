package import Postgres

extension BillingWebhookService {
    package static let migrations = MigrationSet(
        module: "billing",
        migrations: [
            Migration(1, "billing", PackageResources._001_billing_sql),
            Migration(2, "lead_merges", PackageResources._002_lead_merges_sql),
            Migration(3, "lead_archived", PackageResources._003_lead_archived_sql),
            Migration(4, "site_restored", PackageResources._004_site_restored_sql),
            Migration(5, "reactivated", PackageResources._005_reactivated_sql),
            Migration(6, "forgotten_deliveries", PackageResources._006_forgotten_deliveries_sql),
        ]
    )
}
