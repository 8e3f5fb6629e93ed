// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "LocalServers",
    products: [.library(name: "LocalServers", targets: ["LocalServers"])],
    targets: [
        .target(name: "CProcessSpawn"),
        .target(name: "LocalServers", dependencies: ["CProcessSpawn"], swiftSettings: .plumbline),
        .executableTarget(name: "orphan-maker", dependencies: ["LocalServers"], path: "Tests/OrphanMaker", swiftSettings: .plumbline),
        .testTarget(name: "LocalServersTests", dependencies: ["LocalServers", "orphan-maker"], swiftSettings: .plumbline),
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
