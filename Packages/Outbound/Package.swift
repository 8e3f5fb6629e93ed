// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Outbound",
    products: [.library(name: "Outbound", targets: ["Outbound"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2")
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // curl_easy_setopt and its kin are variadic, and Swift doesn't call variadic C functions.
        .target(name: "CCurlShims", dependencies: ["CCurl"]),
        .target(
            name: "Outbound",
            dependencies: ["CCurl", "CCurlShims", .product(name: "Logging", package: "swift-log")],
            swiftSettings: .plumbline + [.strictMemorySafety()]
        ),
        .testTarget(
            name: "OutboundTests",
            dependencies: ["Outbound", .product(name: "Logging", package: "swift-log")],
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
