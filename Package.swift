// swift-tools-version: 6.1
import PackageDescription

let language: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: language)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: language)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// What every library's interface speaks of: samples, tensors in files, buffers, errors, threads.
let foundation = ["ArrayFiles", "Samples", "Storage", "TensorCore", "Workers"]

let package = Package(
  name: "msa",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "msa-prep", targets: ["msa-prep"]),
    .executable(name: "msa-audit", targets: ["msa-audit"]),
    .executable(name: "msa-train", targets: ["msa-train"]),
    // Each with the targets whose types are part of what it offers.
    .library(name: "Shards", targets: ["Shards"] + foundation),
    .library(
      name: "Corpora", targets: ["Corpora", "HDF5", "Options", "SoundFiles", "SyntheticCorpora"] + foundation),
    .library(name: "Preparation", targets: ["Preparation", "Corpora", "Leaks", "Options", "Shards"] + foundation),
    .library(name: "Training", targets: ["Training", "Metrics", "Shards"] + foundation),
    .library(name: "Audit", targets: ["Audit", "Leaks", "Planting", "Shards"] + foundation),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: C libraries, one module map and one shim each; the file system is part of libc. The processor's features
    // are C of ours in a header; the loops that need vectors, and what runs in signal handlers, are C of ours in files.
    .systemLibrary(name: "CFileSystem"),
    .target(name: "CSignals"),
    .systemLibrary(name: "CProcessor"),
    .target(name: "CTensorCore"),
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
    library("TensorCore", ["CTensorCore", "Processor", "Storage", "Workers"]),
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

    // Floor 3: corpora in, shards out; made-up corpora.
    library(
      "Corpora",
      [
        "HDF5", "Archives", "SoundFiles", "ArrayFiles", "Options", "Samples", "Storage", "Tables", "TensorCore", "Text",
        "Workers",
      ]),
    library("SyntheticCorpora", ["Corpora", "HDF5", "Archives", "Samples", "Storage", "TensorCore", "Workers"]),
    library("Shards", ["ArrayFiles", "Processor", "Samples", "Storage", "TensorCore", "Workers"]),

    // Floor 4: what makes a score untrue, found in names and times; what a training run leaves behind.
    library("Runs", ["Metrics", "Samples", "Storage", "Tables"]),
    library("Leaks", ["ArrayFiles", "Reports", "Samples", "Shards", "Storage"]),

    // Floor 5: the job.
    library(
      "Preparation",
      [
        "Corpora", "Leaks", "Shards", "Archives", "ArrayFiles", "Options", "Workers", "Reports", "Samples", "Storage",
        "Drawing", "TensorCore",
      ]),

    library(
      "Training",
      [
        "Shards", "Metrics", "Options", "Processor", "Runs", "Workers", "Reports", "Drawing", "Tables", "TensorCore",
        "Samples", "Storage", "ArrayFiles", "Pictures",
      ]),

    // Floor 6: what puts the proof to the test.
    library(
      "Planting",
      ["ArrayFiles", "Corpora", "Leaks", "Runs", "Samples", "Shards", "Storage", "TensorCore", "Workers"]),

    // Floor 7: the proof.
    library(
      "Audit",
      [
        "Preparation", "Corpora", "Leaks", "Planting", "Runs", "Shards", "Metrics", "Processor", "Reports", "Workers",
        "ArrayFiles", "Archives", "Samples", "Storage", "TensorCore",
      ]),

    // Floor 8: the programs.
    library("Console", ["Options", "Processor", "Storage", "Workers", argumentParser, yams]),
    .executableTarget(
      name: "msa-prep",
      dependencies: [
        "ArrayFiles", "Console", "Corpora", "Leaks", "Options", "Preparation", "Samples", "Shards", "Storage",
        "SyntheticCorpora", "Tables", "Workers", argumentParser,
      ],
      swiftSettings: language),
    .executableTarget(
      name: "msa-audit",
      dependencies: [
        "Audit", "Console", "Corpora", "Leaks", "Planting", "Samples", "Shards", "Storage", "Workers", argumentParser,
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
    tests("TensorCoreTests", ["Processor", "TensorCore", "Workers"]),
    tests("WorkersTests", ["Workers", "Storage"]),
    tests("OptionsTests", ["Options", "Storage"]),
    tests("SamplesTests", ["Samples", "Storage"]),
    tests("HDF5Tests", ["HDF5", "Storage", "TestSupport", "HDF5IndexChild"]),
    .executableTarget(
      name: "HDF5IndexChild", dependencies: ["HDF5"], path: "Tests/HDF5IndexChild", swiftSettings: language),
    tests("ArchivesTests", ["Archives", "Storage", "TestSupport"]),
    tests("ArrayFilesTests", ["ArrayFiles", "Storage", "TensorCore", "TestSupport"]),
    tests("SoundFilesTests", ["SoundFiles", "Storage", "TestSupport"]),
    tests("MetricsTests", ["Metrics", "Storage"]),
    tests("TablesTests", ["Tables", "Storage"]),
    tests("RunsTests", ["Runs", "Samples", "Storage", "TestSupport"]),
    tests("DrawingTests", ["Drawing", "Storage"]),
    tests("PicturesTests", ["Drawing", "Pictures"]),
    tests("ReportsTests", ["Drawing", "Reports", "Preparation", "Storage", "TestSupport"], exclude: ["Snapshots"]),
    tests(
      "CorporaTests",
      [
        "Corpora", "HDF5", "Archives", "ArrayFiles", "SoundFiles", "Samples", "Storage", "SyntheticCorpora",
        "TensorCore", "Workers", "TestSupport", "AllocationCounter",
      ]),
    tests(
      "SyntheticCorporaTests",
      ["SyntheticCorpora", "Corpora", "Archives", "Samples", "SoundFiles", "Storage", "TensorCore", "TestSupport"]),
    tests(
      "ToyCorpusTests",
      [
        "ArrayFiles", "Audit", "Corpora", "Leaks", "Options", "Preparation", "Samples", "Shards", "Storage",
        "TestSupport",
      ]),
    tests("ShardsTests", ["Shards", "ArrayFiles", "Samples", "Storage", "Workers", "TestSupport"]),
    tests(
      "PreparationTests",
      [
        "Preparation", "Corpora", "Archives", "Leaks", "Shards", "ArrayFiles", "Options", "Samples", "Storage",
        "SyntheticCorpora", "TensorCore", "Workers", "TestSupport",
      ]),
    // What the tests of leaks, planting and the audit share: data sets in memory, prepared corpora, small run folders.
    .target(
      name: "AuditSupport",
      dependencies: [
        "ArrayFiles", "Audit", "Corpora", "Leaks", "Planting", "Preparation", "Samples", "Shards", "Storage",
        "SyntheticCorpora", "TensorCore", "TestSupport",
      ],
      path: "Tests/AuditSupport", swiftSettings: language),
    tests(
      "LeaksTests", ["Leaks", "AuditSupport", "Audit", "Reports", "Samples", "Shards", "Storage", "TestSupport"]),
    tests(
      "PlantingTests",
      [
        "Planting", "ArrayFiles", "Audit", "AuditSupport", "Leaks", "Preparation", "Samples", "Shards", "Storage",
        "TestSupport", "Workers",
      ]),
    tests(
      "AuditTests",
      [
        "Audit", "AuditSupport", "Leaks", "Planting", "Preparation", "Corpora", "Shards", "Metrics", "Reports",
        "ArrayFiles", "Samples", "Storage", "TensorCore", "Workers", "TestSupport",
      ], exclude: ["Snapshots"]),
    tests(
      "TrainingTests",
      [
        "Training", "Runs", "Shards", "Metrics", "ArrayFiles", "Options", "Samples", "Storage", "TensorCore", "Workers",
        "TestSupport", "AllocationCounter", "Drawing",
      ]),
    tests(
      "ConsoleTests",
      [
        "ArrayFiles", "Audit", "Console", "Corpora", "Leaks", "msa-audit", "msa-prep", "msa-train", "Options",
        "Preparation", "Samples", "Storage", "Training", "Workers", "TestSupport", argumentParser,
      ],
      exclude: ["Snapshots"]),
    tests(
      "EndToEndTests",
      [
        "Archives", "Storage", "ArrayFiles", "HDF5", "Samples", "Shards", "TestSupport", "msa-audit", "msa-prep",
        "msa-train",
      ]),
    tests("CrashTests", ["Storage", "TestSupport", "msa-audit", "msa-prep", "msa-train"]),
    // What CONTRIBUTING.md and the plan of the house promise.
    tests("PackageTests", []),
    tests("CompileFailTests", ["Preparation", "Samples", "TensorCore", "Workers"]),
  ],
  swiftLanguageModes: [.v6]
)
