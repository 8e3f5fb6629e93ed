// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Lifecycle",
    products: [
        .executable(name: "lifecycle", targets: ["lifecycle"]),
        .library(name: "LifecycleService", targets: ["LifecycleService"]),
    ],
    dependencies: [
        .package(path: "../../Packages/Contracts"),
        .package(path: "../../Packages/LocalServers"),
        .package(path: "../../Packages/Messaging"),
        .package(path: "../../Packages/Outbound"),
        .package(path: "../../Packages/Postgres"),
        .package(path: "../../Packages/ServiceKit"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "lifecycle",
            dependencies: ["LifecycleService", .product(name: "ServiceKit", package: "ServiceKit")],
            swiftSettings: .plumbline
        ),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: .plumbline + [.strictMemorySafety()]),
        .target(
            name: "LifecycleService",
            dependencies: [
                "Gzip",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Migrations/0001_lifecycle.sql"),
                .embedInCode("Migrations/0002_follow_ups.sql"),
                .embedInCode("Migrations/0004_merged_leads.sql"),
                .embedInCode("Migrations/0005_site_versions.sql"),
                .embedInCode("Migrations/0006_site_deployments.sql"),
                .embedInCode("Migrations/0007_generation_jobs.sql"),
                .embedInCode("Migrations/0009_site_visits.sql"),
                .embedInCode("Migrations/0010_adoption.sql"),
                .embedInCode("Migrations/0011_screenshots.sql"),
                .embedInCode("Migrations/0012_deployment_rechecks.sql"),
                .embedInCode("Migrations/0015_history_keys.sql"),
                .embedInCode("Migrations/0016_true_ends.sql"),
                .embedInCode("Pages/Templates/adopted-bar.mustache"),
                .embedInCode("Pages/Templates/atelier.css"),
                .embedInCode("Pages/Templates/atelier.mustache"),
                .embedInCode("Pages/Templates/bar.mustache"),
                .embedInCode("Pages/Templates/base.css"),
                .embedInCode("Pages/Templates/bistro.css"),
                .embedInCode("Pages/Templates/bistro.mustache"),
                .embedInCode("Pages/Templates/chambers.css"),
                .embedInCode("Pages/Templates/chambers.mustache"),
                .embedInCode("Pages/Templates/daylight.css"),
                .embedInCode("Pages/Templates/daylight.mustache"),
                .embedInCode("Pages/Templates/main-street.css"),
                .embedInCode("Pages/Templates/main-street.mustache"),
                .embedInCode("Pages/Templates/notice.css"),
                .embedInCode("Pages/Templates/notice.mustache"),
                .embedInCode("Pages/Templates/page.mustache"),
                .embedInCode("Pages/Templates/workshop.css"),
                .embedInCode("Pages/Templates/workshop.mustache"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "LifecycleServiceTests",
            dependencies: [
                "Gzip",
                "LifecycleService",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
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
