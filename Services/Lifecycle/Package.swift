// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Lifecycle",
    dependencies: [
        .package(path: "../../Packages/Contracts"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    ],
    targets: [
        .target(
            name: "LifecycleService",
            dependencies: [
                .product(name: "Contracts", package: "Contracts"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [
                .embedInCode("Pages/Templates/bar.mustache"),
                .embedInCode("Pages/Templates/notice.mustache"),
                .embedInCode("Pages/Templates/site.css"),
                .embedInCode("Pages/Templates/site.mustache"),
            ],
            swiftSettings: .plumbline
        ),
        .testTarget(
            name: "LifecycleServiceTests",
            dependencies: ["LifecycleService", .product(name: "Contracts", package: "Contracts")],
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
