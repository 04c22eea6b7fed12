// swift-tools-version: 6.1
import PackageDescription

// AVX2 and F16C for the hot loops; every x86-64 machine since 2013 has them. arm64 has its vectors by default.
#if arch(x86_64)
  let vectorFlags = ["-Xcc", "-march=x86-64-v3"]
#else
  let vectorFlags: [String] = []
#endif

let language: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Without -fno-math-errno every square root is a branch and a call, and nothing around it vectorises.
let hotLoops: [SwiftSetting] = [
  .unsafeFlags(["-Ounchecked", "-Xcc", "-fno-math-errno"] + vectorFlags, .when(configuration: .release))
]

// Without optimisation a vector operation is a call, and a test run would spend most of its time here; checks stay on.
let optimisedTests: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: language + optimisedTests + settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: language)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "msa",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "msa-prep", targets: ["msa-prep"]),
    .executable(name: "msa-audit", targets: ["msa-audit"]),
    .executable(name: "msa-train", targets: ["msa-train"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: C libraries, one module map and one shim each; the file system is part of libc. The processor's features
    // and the products are C of ours, in headers; what runs in signal handlers is C of ours, in a file.
    .systemLibrary(name: "CFileSystem"),
    .target(name: "CSignals"),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CProducts"),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev", "libxxhash-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev", "fonts-dejavu-core"])]),
    .systemLibrary(name: "CSoundFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),

    // Floor 1: the machine.
    library("Text"),
    library("Signals", ["CSignals", "Text"]),
    library("Files", ["CFileSystem", "Signals", "Text"]),
    library("Digests", ["CCrypto", "Files", "Text"]),
    library("Storage", ["Digests", "Files", "Signals", "Text"]),
    library("Processor", ["CProcessor", "Storage"]),
    library("TensorCore", ["CProducts", "Processor"], settings: hotLoops),
    library("Workers", ["Storage"]),
    library("Options", ["Storage"]),

    // Floor 2: the domain's words and the file formats.
    library("Samples", ["Options", "TensorCore", "Storage"]),
    library("HDF5", ["CHDF5", "CDeflate", "Storage"]),
    library("Archives", ["CArchive", "Storage"]),
    library("SoundFiles", ["CSoundFile", "Storage", "TensorCore"]),
    library("ArrayFiles", ["Storage", "TensorCore"]),
    library("Metrics"),
    library("Tables", ["Storage"]),
    library("Drawing", ["Storage"]),
    library("Pictures", ["CCairo", "Drawing", "Storage"]),
    library("Reports", ["Drawing", "Storage"]),

    // Floor 3: corpora in, shards out.
    library(
      "Corpora",
      [
        "HDF5", "Archives", "SoundFiles", "ArrayFiles", "Samples", "Storage", "Tables", "TensorCore", "Text", "Workers",
      ]),
    library("Shards", ["ArrayFiles", "Processor", "Samples", "Storage", "TensorCore", "Workers"]),

    // Floor 4: what makes a score untrue, found in names and times; what a training run leaves behind.
    library("Runs", ["Metrics", "Samples", "Storage", "Tables"]),
    library("Leaks", ["ArrayFiles", "Reports", "Samples", "Shards", "Storage"]),

    // Floor 5: the job.
    library(
      "Preparation",
      [
        "Corpora", "Leaks", "Shards", "Archives", "ArrayFiles", "Options", "Workers", "Reports", "Samples", "Storage", "Drawing",
        "TensorCore", "HDF5",
      ]),

    library(
      "Training",
      [
        "Shards", "Metrics", "Options", "Processor", "Runs", "Workers", "Reports", "Drawing", "Tables", "TensorCore", "Samples", "Storage", "ArrayFiles", "Pictures",
      ]),

    // Floor 6: what puts the proof to the test.
    library(
      "Planting",
      ["ArrayFiles", "Corpora", "Leaks", "Runs", "Samples", "Shards", "Storage", "TensorCore", "Workers"]),

    // Floor 7: the proof.
    library(
      "Audit",
      [
        "Preparation", "Corpora", "Leaks", "Runs", "Shards", "Metrics", "Processor", "Reports", "Workers",
        "ArrayFiles", "Archives", "HDF5", "Samples", "Storage", "TensorCore",
      ]),

    // Floor 8: the programs.
    library("Console", ["Options", "Processor", "Storage", "Workers", argumentParser, yams]),
    .executableTarget(
      name: "msa-prep",
      dependencies: [
        "ArrayFiles", "Console", "Corpora", "HDF5", "Leaks", "Options", "Preparation", "Samples", "Shards", "Storage",
        "Tables",
        "Workers", argumentParser,
      ],
      swiftSettings: language),
    .executableTarget(
      name: "msa-audit",
      dependencies: [
        "Audit", "Console", "HDF5", "Leaks", "Planting", "Samples", "Shards", "Storage", "Workers", argumentParser,
      ],
      swiftSettings: language),
    .executableTarget(
      name: "msa-train",
      dependencies: [
        "Console", "Options", "Training", "Metrics", "Runs", "Samples", "Shards", "Storage", "Workers", argumentParser,
      ],
      swiftSettings: language),

    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    // What several test targets share: temporary folders, committed fixtures, a tiny corpus, a small prepared folder.
    .target(
      name: "TestSupport", dependencies: ["Shards", "Archives", "ArrayFiles", "Samples", "HDF5", "Storage"],
      path: "Tests/TestSupport", swiftSettings: language),

    // Benchmarks.
    .executableTarget(
      name: "bench-scaler",
      dependencies: ["Preparation", "Samples", "Storage", "TensorCore", "Workers"],
      path: "tools/bench/scaler",
      swiftSettings: language),
    // The table of leaks planted and found, of clean corpora passed, and the audit's time on a large folder.
    .executableTarget(
      name: "audit-table",
      dependencies: [
        "Audit", "Planting", "Preparation", "Corpora", "HDF5", "Leaks", "ArrayFiles", "Samples", "Shards", "Storage",
        "Workers",
      ],
      path: "tools/audit",
      exclude: ["table", "clean", "epochs", "README.md"],
      swiftSettings: language),
    .executableTarget(
      name: "bench-sound",
      dependencies: ["ArrayFiles", "Corpora", "SoundFiles", "Storage", "Workers"],
      path: "tools/bench/sound",
      swiftSettings: language),

    // Every reader against mutated files.
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Archives", "ArrayFiles", "Audit", "Console", "Corpora", "HDF5", "Options", "Leaks", "Planting", "Preparation",
        "Samples", "Shards", "SoundFiles", "Storage", "TensorCore", "TestSupport", "Training", "Workers", "Runs",
      ],
      path: "tools/fuzz",
      exclude: ["all"],
      swiftSettings: language),

    tests("TextTests", ["Text"]),
    tests("SignalsTests", ["Files", "Signals", "Text"]),
    tests("FilesTests", ["Files", "Signals", "TestSupport", "Text"]),
    tests("DigestsTests", ["Digests", "Files", "TestSupport"]),
    tests("ProcessorTests", ["Processor", "Storage"]),
    tests("TensorCoreTests", ["Processor", "TensorCore"]),
    tests("WorkersTests", ["Workers", "Storage"]),
    tests("OptionsTests", ["Options", "Storage"]),
    tests("SamplesTests", ["Samples", "Storage"]),
    tests("HDF5Tests", ["HDF5", "Storage", "HDF5IndexChild"]),
    .executableTarget(
      name: "HDF5IndexChild", dependencies: ["HDF5"], path: "Tests/HDF5IndexChild", swiftSettings: language),
    tests("ArchivesTests", ["Archives", "Storage", "TestSupport"]),
    tests("ArrayFilesTests", ["ArrayFiles", "Storage", "TensorCore", "TestSupport"]),
    tests("SoundFilesTests", ["SoundFiles", "Storage", "TestSupport"]),
    tests("MetricsTests", ["Metrics", "Storage"]),
    tests("TablesTests", ["Tables", "Storage"]),
    tests("RunsTests", ["Runs", "Metrics", "Samples", "Storage", "TestSupport"]),
    tests("DrawingTests", ["Drawing", "Storage"]),
    tests("PicturesTests", ["Drawing", "Pictures"]),
    tests("ReportsTests", ["Drawing", "Reports", "Preparation", "Storage", "TestSupport"], exclude: ["Snapshots"]),
    tests(
      "CorporaTests",
      [
        "Corpora", "HDF5", "Archives", "ArrayFiles", "SoundFiles", "Samples", "Storage", "TensorCore", "Workers",
        "TestSupport", "AllocationCounter",
      ]),
    tests("ShardsTests", ["Shards", "ArrayFiles", "Samples", "Storage", "Workers", "TestSupport"]),
    tests(
      "PreparationTests",
      [
        "Preparation", "Corpora", "Archives", "HDF5", "Leaks", "Shards", "ArrayFiles", "Options", "Samples", "Storage",
        "TensorCore", "Workers", "TestSupport",
      ]),
    // What the tests of leaks, planting and the audit share: data sets in memory, prepared corpora, small run folders.
    .target(
      name: "AuditSupport",
      dependencies: [
        "ArrayFiles", "Audit", "Corpora", "HDF5", "Leaks", "Planting", "Preparation", "Samples", "Shards", "Storage",
        "TensorCore", "TestSupport",
      ],
      path: "Tests/AuditSupport", swiftSettings: language),
    tests(
      "LeaksTests", ["Leaks", "ArrayFiles", "AuditSupport", "Audit", "Samples", "Shards", "Storage", "TestSupport"]),
    tests(
      "PlantingTests",
      [
        "Planting", "Audit", "AuditSupport", "Leaks", "Preparation", "Samples", "Shards", "Storage", "TestSupport",
        "TensorCore", "Workers",
      ]),
    tests(
      "AuditTests",
      [
        "Audit", "AuditSupport", "Leaks", "Planting", "Preparation", "Corpora", "Shards", "Metrics", "Reports",
        "ArrayFiles", "Samples", "Storage", "TensorCore", "Workers", "HDF5", "TestSupport",
      ], exclude: ["Snapshots"]),
    tests(
      "TrainingTests",
      [
        "Training", "Runs", "Shards", "Metrics", "ArrayFiles", "Options", "Samples", "Storage", "TensorCore", "Workers", "TestSupport", "AllocationCounter", "Drawing",
      ]),
    tests(
      "ConsoleTests",
      [
        "ArrayFiles", "Audit", "Console", "msa-audit", "msa-prep", "msa-train", "Options", "Preparation", "Samples",
        "Storage",
        "Training", "Workers",
        "TestSupport", argumentParser,
      ],
      exclude: ["Snapshots"]),
    tests(
      "EndToEndTests",
      [
        "Archives", "Storage", "ArrayFiles", "HDF5", "Samples", "Shards", "TestSupport", "msa-audit", "msa-prep",
        "msa-train",
      ]),
    tests("CrashTests", ["Storage", "TestSupport", "msa-audit", "msa-prep", "msa-train"]),
    tests("CompileFailTests", ["Preparation", "Samples", "TensorCore", "Workers"]),
  ],
  swiftLanguageModes: [.v6]
)
