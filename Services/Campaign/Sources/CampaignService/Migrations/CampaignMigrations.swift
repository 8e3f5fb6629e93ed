package import Postgres

extension CampaignService {
    package static let migrations = MigrationSet(
        module: "campaign",
        migrations: [
            Migration(1, "audience", PackageResources._001_audience_sql),
            Migration(2, "campaigns", PackageResources._002_campaigns_sql),
            Migration(3, "engagement", PackageResources._003_engagement_sql),
            Migration(4, "once_per_address", PackageResources._004_once_per_address_sql),
            Migration(5, "out_since", PackageResources._005_out_since_sql),
            Migration(6, "hit_counts", PackageResources._006_hit_counts_sql),
            Migration(7, "lead_merges", PackageResources._007_lead_merges_sql),
            Migration(8, "site_screenshots", PackageResources._008_site_screenshots_sql),
            Migration(9, "sites", PackageResources._009_sites_sql),
            Migration(10, "notices", PackageResources._010_notices_sql),
            Migration(11, "chosen_sites", PackageResources._011_chosen_sites_sql),
        ]
    )
}
