package import Postgres

extension LifecycleService {
    package static let migrations = MigrationSet(
        module: "lifecycle",
        migrations: [
            Migration(1, "lifecycle", PackageResources._001_lifecycle_sql),
            Migration(2, "follow_ups", PackageResources._002_follow_ups_sql),
            Migration(4, "merged_leads", PackageResources._004_merged_leads_sql),
            Migration(5, "site_versions", PackageResources._005_site_versions_sql),
            Migration(6, "site_deployments", PackageResources._006_site_deployments_sql),
            Migration(7, "generation_jobs", PackageResources._007_generation_jobs_sql),
            Migration(9, "site_visits", PackageResources._009_site_visits_sql),
            Migration(10, "adoption", PackageResources._010_adoption_sql),
            Migration(11, "screenshots", PackageResources._011_screenshots_sql),
            Migration(12, "deployment_rechecks", PackageResources._012_deployment_rechecks_sql),
            Migration(15, "history_keys", PackageResources._015_history_keys_sql),
            Migration(16, "true_ends", PackageResources._016_true_ends_sql),
        ]
    )
}
