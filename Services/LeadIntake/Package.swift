// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "LeadIntake",
    products: [
        .executable(name: "lead-intake", targets: ["lead-intake"]),
        .library(name: "LeadIntakeService", targets: ["LeadIntakeService"]),
    ],
    dependencies: [
        .package(path: "../../Packages/Contracts"),
        .package(path: "../../Packages/LocalServers"),
        .package(path: "../../Packages/Messaging"),
        .package(path: "../../Packages/Outbound"),
        .package(path: "../../Packages/Postgres"),
        .package(path: "../../Packages/ServiceKit"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "lead-intake",
            dependencies: ["LeadIntakeService", .product(name: "ServiceKit", package: "ServiceKit")],
            swiftSettings: .plumbline
        ),
        .target(
            name: "LeadIntakeService",
            dependencies: [
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Migrations/0001_leads.sql"),
                .embedInCode("Migrations/0003_lead_lists.sql"),
                .embedInCode("Migrations/0004_lead_editing.sql"),
                .embedInCode("Migrations/0005_lead_lists_work.sql"),
                .embedInCode("Migrations/0006_lead_merging.sql"),
                .embedInCode("Migrations/0007_lead_list_duplicates.sql"),
                .embedInCode("Migrations/0008_import_staging.sql"),
                .embedInCode("Migrations/0010_import_reading.sql"),
                .embedInCode("Migrations/0012_scoring.sql"),
                .embedInCode("Migrations/0013_rescorings.sql"),
                .embedInCode("Migrations/0014_api_key_limits.sql"),
                .embedInCode("Migrations/0015_web_forms.sql"),
                .embedInCode("Migrations/0016_lead_list_speed.sql"),
                .embedInCode("Migrations/0017_lead_statistics.sql"),
                .embedInCode("Migrations/0018_bulk_commands.sql"),
                .embedInCode("Migrations/0020_lead_list_slices.sql"),
                .embedInCode("Migrations/0021_adoption.sql"),
                .embedInCode("Migrations/0022_lead_list_time_ranges.sql"),
                .embedInCode("Migrations/0023_lead_search_numbers.sql"),
                .embedInCode("Migrations/0024_lead_list_indexes.sql"),
                .embedInCode("Migrations/0025_lead_search_stems.sql"),
                .embedInCode("Migrations/0026_lead_tag_months.sql"),
                .embedInCode("Migrations/0027_lead_search_weeks.sql"),
                .embedInCode("Migrations/0028_lead_list_city_category.sql"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "LeadIntakeServiceTests",
            dependencies: [
                "LeadIntakeService",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: .plumbline
        ),
    ]
)

extension [SwiftSetting] {
    static var plumbline: Self {
        [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
        ]
    }
}
