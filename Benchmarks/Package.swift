// swift-tools-version: 6.2
import PackageDescription

// What `make bench` measures. The services' executables are dependencies, so that they are built with it, as they are shipped.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(path: "../Packages/Contracts"),
        .package(path: "../Packages/LocalServers"),
        .package(path: "../Packages/LocalStack"),
        .package(path: "../Packages/Messaging"),
        .package(path: "../Packages/Outbound"),
        .package(path: "../Packages/Postgres"),
        .package(path: "../Packages/WebhookSignatures"),
        .package(path: "../Services/BillingWebhook"),
        .package(path: "../Services/Campaign"),
        .package(path: "../Services/Console"),
        .package(path: "../Services/LeadIntake"),
        .package(path: "../Services/Lifecycle"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    ],
    targets: [
        .target(name: "Measuring", swiftSettings: .plumbline),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Measuring",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "LocalStack", package: "LocalStack"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
                .product(name: "billing-webhook", package: "BillingWebhook"),
                .product(name: "campaign", package: "Campaign"),
                .product(name: "console", package: "Console"),
                .product(name: "lead-intake", package: "LeadIntake"),
                .product(name: "lifecycle", package: "Lifecycle"),
                .product(name: "sandbox", package: "LocalStack"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(name: "MeasuringTests", dependencies: ["Measuring"], swiftSettings: .plumbline),
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
