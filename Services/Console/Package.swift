// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Console",
    products: [
        .executable(name: "console", targets: ["console"]),
        .library(name: "ConsoleService", targets: ["ConsoleService"]),
    ],
    dependencies: [
        .package(path: "../../Packages/Contracts"),
        .package(path: "../../Packages/LocalServers"),
        .package(path: "../../Packages/Messaging"),
        .package(path: "../../Packages/Outbound"),
        .package(path: "../../Packages/Postgres"),
        .package(path: "../../Packages/ServiceKit"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "console",
            dependencies: ["ConsoleService", .product(name: "ServiceKit", package: "ServiceKit")],
            swiftSettings: .plumbline
        ),
        .target(
            name: "ConsoleService",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Messaging", package: "Messaging"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Postgres", package: "Postgres"),
                .product(name: "ServiceKit", package: "ServiceKit"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Migrations/0001_console.sql"),
                .embedInCode("Pages/Templates/console.css"),
                .embedInCode("Pages/Templates/layout.mustache"),
                .embedInCode("Pages/Templates/notice.mustache"),
                .embedInCode("Pages/Templates/sign-in.mustache"),
                .embedInCode("Pages/Templates/tasks.mustache"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "ConsoleServiceTests",
            dependencies: [
                "ConsoleService",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
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
