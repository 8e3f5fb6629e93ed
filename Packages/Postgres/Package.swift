// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Postgres",
    products: [.library(name: "Postgres", targets: ["Postgres"])],
    dependencies: [
        .package(path: "../Contracts"),
        .package(path: "../LocalServers"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Postgres",
            dependencies: ["CLibPQ", .product(name: "Contracts", package: "Contracts"), .product(name: "Logging", package: "swift-log")],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: [
                "Postgres", "LocalServers",
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Logging", package: "swift-log"),
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
