package import Postgres

/// The schema of lead-intake, in order. Edited migrations are refused: add one behind.
package let leadIntakeMigrations = MigrationSet(
    module: "lead-intake",
    migrations: [
        Migration(1, "leads", PackageResources._001_leads_sql),
        Migration(3, "lead_lists", PackageResources._003_lead_lists_sql),
        Migration(4, "lead_editing", PackageResources._004_lead_editing_sql),
        Migration(5, "lead_lists_work", PackageResources._005_lead_lists_work_sql),
        Migration(6, "lead_merging", PackageResources._006_lead_merging_sql),
        Migration(7, "lead_list_duplicates", PackageResources._007_lead_list_duplicates_sql),
        Migration(8, "import_staging", PackageResources._008_import_staging_sql),
        Migration(10, "import_reading", PackageResources._010_import_reading_sql),
        Migration(12, "scoring", PackageResources._012_scoring_sql),
        Migration(13, "rescorings", PackageResources._013_rescorings_sql),
        Migration(14, "api_key_limits", PackageResources._014_api_key_limits_sql),
        Migration(15, "web_forms", PackageResources._015_web_forms_sql),
        Migration(16, "lead_list_speed", PackageResources._016_lead_list_speed_sql),
        Migration(17, "lead_statistics", PackageResources._017_lead_statistics_sql),
        Migration(18, "bulk_commands", PackageResources._018_bulk_commands_sql),
        Migration(20, "lead_list_slices", PackageResources._020_lead_list_slices_sql),
        Migration(21, "adoption", PackageResources._021_adoption_sql),
        Migration(22, "lead_list_time_ranges", PackageResources._022_lead_list_time_ranges_sql),
        Migration(23, "lead_search_numbers", PackageResources._023_lead_search_numbers_sql),
        Migration(24, "lead_list_indexes", PackageResources._024_lead_list_indexes_sql),
        Migration(25, "lead_search_stems", PackageResources._025_lead_search_stems_sql),
        Migration(26, "lead_tag_months", PackageResources._026_lead_tag_months_sql),
        Migration(27, "lead_search_weeks", PackageResources._027_lead_search_weeks_sql),
        Migration(28, "lead_list_city_category", PackageResources._028_lead_list_city_category_sql),
    ]
)
