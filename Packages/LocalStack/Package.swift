// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "LocalStack",
    products: [
        .library(name: "LocalStack", targets: ["LocalStack"]),
        .library(name: "Adoption", targets: ["Adoption"]),
        .library(name: "ProviderSandbox", targets: ["ProviderSandbox"]),
        .library(name: "SettingsDocumentation", targets: ["SettingsDocumentation"]),
        .executable(name: "plumbline", targets: ["plumbline"]),
        .executable(name: "sandbox", targets: ["sandbox"]),
        .executable(name: "settings-docs", targets: ["settings-docs"]),
    ],
    dependencies: [
        .package(path: "../Contracts"),
        .package(path: "../LocalServers"),
        .package(path: "../Messaging"),
        .package(path: "../Outbound"),
        .package(path: "../Postgres"),
        .package(path: "../ServiceKit"),
        .package(path: "../WebhookSignatures"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "LocalStack",
            dependencies: [
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "ServiceKit", package: "ServiceKit"),
            ],
            // Links to the files in docker/: what is tried here is what users start.
            resources: [
                .embedInCode("Servers/nats.conf"), .embedInCode("Servers/init.sql"), .embedInCode("Servers/follow-ups-demo.json"),
            ],
            swiftSettings: .plumbline
        ),
        .target(
            name: "Adoption",
            dependencies: [
                "LocalStack",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Postgres", package: "Postgres"),
            ],
            swiftSettings: .plumbline
        ),
        .executableTarget(
            name: "plumbline",
            dependencies: [
                "Adoption",
                "LocalStack",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "LocalServers", package: "LocalServers"),
            ],
            swiftSettings: .plumbline
        ),
        .target(
            name: "SettingsDocumentation",
            dependencies: [
                "LocalStack",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "ServiceKit", package: "ServiceKit"),
            ],
            swiftSettings: .plumbline
        ),
        .executableTarget(name: "settings-docs", dependencies: ["SettingsDocumentation"], swiftSettings: .plumbline),
        .target(
            name: "ProviderSandbox",
            dependencies: [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Outbound", package: "Outbound"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "WebhookSignatures", package: "WebhookSignatures"),
            ],
            swiftSettings: .plumbline
        ),
        .executableTarget(
            name: "sandbox",
            dependencies: [
                "ProviderSandbox",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "AdoptionTests",
            dependencies: [
                "Adoption",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "LocalServers", package: "LocalServers"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(name: "LocalStackTests", dependencies: ["LocalStack"], swiftSettings: .plumbline),
        .testTarget(
            name: "ProviderSandboxTests",
            dependencies: [
                "ProviderSandbox",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "LocalServers", package: "LocalServers"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Outbound", package: "Outbound"),
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
