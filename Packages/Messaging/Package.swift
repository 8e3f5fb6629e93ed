// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Messaging",
    products: [.library(name: "Messaging", targets: ["Messaging"])],
    dependencies: [
        .package(path: "../Contracts"),
        .package(path: "../LocalServers"),
        .package(path: "../Postgres"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .target(
            name: "Messaging",
            dependencies: [
                "CNATS",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Migrations/0001_messaging.sql"), .embedInCode("Migrations/0002_erasures.sql")],
            swiftSettings: .plumbline + [.strictMemorySafety()]
        ),
        .testTarget(
            name: "MessagingTests",
            dependencies: [
                "Messaging",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Postgres", package: "Postgres"),
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
