package import Postgres

extension CampaignService {
    package static let migrations = MigrationSet(
        module: "campaign",
        migrations: [
            Migration(1, "audience", PackageResources._001_audience_sql),
            Migration(2, "campaigns", PackageResources._002_campaigns_sql),
            Migration(3, "engagement", PackageResources._003_engagement_sql),
        ]
    )
}
