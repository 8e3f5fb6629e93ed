// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "BillingWebhook",
    products: [
        .executable(name: "billing-webhook", targets: ["billing-webhook"]),
        .library(name: "BillingWebhookService", targets: ["BillingWebhookService"]),
    ],
    dependencies: [
        .package(path: "../../Packages/Contracts"),
        .package(path: "../../Packages/LocalServers"),
        .package(path: "../../Packages/Messaging"),
        .package(path: "../../Packages/Outbound"),
        .package(path: "../../Packages/Postgres"),
        .package(path: "../../Packages/ServiceKit"),
        .package(path: "../../Packages/WebhookSignatures"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "billing-webhook",
            dependencies: ["BillingWebhookService", .product(name: "ServiceKit", package: "ServiceKit")],
            swiftSettings: .plumbline
        ),
        .target(
            name: "BillingWebhookService",
            dependencies: [
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
            ],
            resources: [
                .embedInCode("Migrations/0001_billing.sql"),
                .embedInCode("Migrations/0002_lead_merges.sql"),
                .embedInCode("Migrations/0003_lead_archived.sql"),
                .embedInCode("Migrations/0004_site_restored.sql"),
                .embedInCode("Migrations/0005_reactivated.sql"),
                .embedInCode("Migrations/0006_forgotten_deliveries.sql"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "BillingWebhookServiceTests",
            dependencies: [
                "BillingWebhookService",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
            ],
            resources: [.copy("Fixtures")],
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
