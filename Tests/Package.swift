// swift-tools-version: 6.2
import PackageDescription

// What crosses services. The executables are dependencies, so that `swift test` builds them.
let package = Package(
    name: "Tests",
    dependencies: [
        .package(path: "../Packages/Contracts"),
        .package(path: "../Packages/LocalServers"),
        .package(path: "../Packages/LocalStack"),
        .package(path: "../Packages/Messaging"),
        .package(path: "../Packages/Outbound"),
        .package(path: "../Packages/Postgres"),
        .package(path: "../Packages/ServiceKit"),
        .package(path: "../Packages/WebhookSignatures"),
        .package(path: "../Services/BillingWebhook"),
        .package(path: "../Services/Campaign"),
        .package(path: "../Services/Console"),
        .package(path: "../Services/LeadIntake"),
        .package(path: "../Services/Lifecycle"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .testTarget(
            name: "SystemTests",
            dependencies: [
                .product(name: "Adoption", package: "LocalStack"),
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "LocalStack", package: "LocalStack"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ProviderSandbox", package: "LocalStack"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "SettingsDocumentation", package: "LocalStack"),
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
                .product(name: "sandbox", package: "LocalStack"),
                .product(name: "plumbline", package: "LocalStack"),
                .product(name: "billing-webhook", package: "BillingWebhook"),
                .product(name: "campaign", package: "Campaign"),
                .product(name: "console", package: "Console"),
                .product(name: "lead-intake", package: "LeadIntake"),
                .product(name: "lifecycle", package: "Lifecycle"),
            ],
            swiftSettings: .plumbline
        )
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
