// swift-tools-version: 6.1
import PackageDescription

// Benchmarks and tables: programs on top of the libraries that users of msa do not need. `swift build --package-path
// tools` builds them into tools/.build.

let language: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func program(_ name: String, _ products: [String], path: String, exclude: [String] = []) -> Target {
  .executableTarget(
    name: name, dependencies: products.map { .product(name: $0, package: "msa") }, path: path, exclude: exclude,
    swiftSettings: language)
}

let package = Package(
  name: "msa-tools",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "msa", path: "..")],
  targets: [
    program("bench-scaler", ["Preparation"], path: "bench/scaler"),
    program("bench-sound", ["Corpora"], path: "bench/sound"),
    // The table of leaks planted and found, of clean corpora passed, and the audit's time on a large folder.
    program(
      "audit-table", ["Audit", "Corpora", "Preparation"], path: "audit",
      exclude: ["table", "clean", "effect", "epochs", "public", "README.md"]),
  ],
  swiftLanguageModes: [.v6]
)
