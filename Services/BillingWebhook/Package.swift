// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "BillingWebhook",
    dependencies: [
        .package(path: "../../Packages/Contracts")
    ],
    targets: [
        .target(
            name: "BillingWebhookService",
            dependencies: [.product(name: "Contracts", package: "Contracts")],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "BillingWebhookServiceTests",
            dependencies: ["BillingWebhookService", .product(name: "Contracts", package: "Contracts")],
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
