// swift-tools-version: 6.2
import PackageDescription

// The floors of the house (Sources/ARCHITECTURE.md): imports point down only, and a target that
// imports what it does not declare here fails the build of CI
// (`--explicit-target-dependency-import-check error`).

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
    // Without it a call or a generic container that crosses a module border costs up to ten times
    // as much. Legal because this is a root package.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)

let package = Package(
    name: "QuesQuant",
    products: [
        .executable(name: "quesquant", targets: ["quesquant"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Floor 0: C, as it comes from Debian.
        .systemLibrary(
            name: "CUV",
            path: "CSupport/CUV",
            pkgConfig: "libuv",
            providers: [.apt(["libuv1-dev"])]
        ),
        .systemLibrary(
            name: "COpenSSL",
            path: "CSupport/COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CSecp256k1",
            path: "CSupport/CSecp256k1",
            pkgConfig: "libsecp256k1",
            providers: [.apt(["libsecp256k1-dev"])]
        ),
        .systemLibrary(
            name: "CSQLite",
            path: "CSupport/CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(
            name: "CDashboard",
            path: "CSupport/CDashboard",
            exclude: ["dashboard.html", "docs.html", "openapi.json", "screenshot.png"]
        ),

        // Floor 1: pure. No I/O, no clock.
        .target(
            name: "Crypto",
            dependencies: ["COpenSSL", "CSecp256k1"],
            swiftSettings: settings
        ),
        .target(name: "Wire", dependencies: ["Crypto"], swiftSettings: settings),
        .target(name: "Trading", swiftSettings: settings),

        // Floor 2: none of these imports another.
        .target(name: "Journal", dependencies: ["Wire", "Trading"], swiftSettings: settings),
        .target(name: "Ledger", dependencies: ["Trading", "CSQLite"], swiftSettings: settings),
        .target(
            name: "Venues",
            dependencies: ["Wire", "Trading", "Crypto"],
            swiftSettings: settings
        ),
        .target(name: "Reactor", dependencies: ["Wire", "Crypto", "CUV"], swiftSettings: settings),

        // Floor 3.
        .target(
            name: "Server",
            dependencies: ["Wire", "Trading", "Reactor", "Crypto", "CDashboard"],
            swiftSettings: settings
        ),

        // Floor 4.
        .executableTarget(
            name: "quesquant",
            dependencies: [
                "Crypto", "Wire", "Trading", "Journal", "Ledger", "Venues", "Reactor", "Server",
                argumentParser, .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),

        // With the tests, not installed.
        .target(
            name: "TestSupport",
            dependencies: ["Wire"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "net-probe",
            dependencies: ["Wire", "Crypto", "Reactor", argumentParser],
            path: "Tests/net-probe",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "fake-venue",
            dependencies: ["Crypto", "Wire", "Trading", "Venues", "Reactor", argumentParser],
            path: "Tests/fake-venue",
            swiftSettings: settings
        ),
        .testTarget(
            name: "CryptoTests",
            dependencies: ["Crypto", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WireTests",
            dependencies: ["Wire", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TradingTests",
            dependencies: ["Trading", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "JournalTests",
            dependencies: ["Journal", "Wire", "Trading", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Ledger", "Trading", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VenuesTests",
            dependencies: ["Venues", "Wire", "Trading", "Crypto", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReactorTests",
            dependencies: ["Reactor", "Wire", "Crypto", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: ["Server", "Wire", "Trading", "Reactor", "Crypto", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: ["Wire", "Reactor", "TestSupport"],
            swiftSettings: settings
        ),

        // Benches: `make bench`. The counter stands in front of malloc in this program alone.
        .target(name: "CAllocationCounter", path: "CSupport/CAllocationCounter"),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Crypto", "Wire", "Trading", "Venues", "Reactor", "Server", "CAllocationCounter",
                "TestSupport",
            ],
            path: "perf/bench",
            swiftSettings: settings
        ),
    ],
    cLanguageStandard: .c2x
)
