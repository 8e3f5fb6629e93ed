// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Campaign",
    products: [
        .executable(name: "campaign", targets: ["campaign"]),
        .library(name: "CampaignService", targets: ["CampaignService"]),
    ],
    dependencies: [
        .package(path: "../../Packages/Contracts"),
        .package(path: "../../Packages/LocalServers"),
        .package(path: "../../Packages/Messaging"),
        .package(path: "../../Packages/Outbound"),
        .package(path: "../../Packages/Postgres"),
        .package(path: "../../Packages/ServiceKit"),
        .package(path: "../../Packages/WebhookSignatures"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "campaign",
            dependencies: ["CampaignService", .product(name: "ServiceKit", package: "ServiceKit")],
            swiftSettings: .plumbline
        ),
        .target(
            name: "CampaignService",
            dependencies: [
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
            ],
            resources: [
                .embedInCode("Migrations/0001_audience.sql"),
                .embedInCode("Migrations/0002_campaigns.sql"),
                .embedInCode("Migrations/0003_engagement.sql"),
                .embedInCode("Migrations/0004_once_per_address.sql"),
                .embedInCode("Migrations/0005_out_since.sql"),
                .embedInCode("Migrations/0006_hit_counts.sql"),
                .embedInCode("Migrations/0007_lead_merges.sql"),
                .embedInCode("Migrations/0008_site_screenshots.sql"),
                .embedInCode("Migrations/0009_sites.sql"),
                .embedInCode("Migrations/0010_notices.sql"),
                .embedInCode("Migrations/0011_chosen_sites.sql"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "CampaignServiceTests",
            dependencies: [
                "CampaignService",
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
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
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
