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

/// What every library's interface uses: samples, tensors in files, buffers, errors, threads.
let foundation = ["ArrayFiles", "Digests", "Files", "Samples", "Signals", "TensorCore", "Text", "Workers"]

let package = Package(
  name: "msa",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "msa-prep", targets: ["msa-prep"]),
    .executable(name: "msa-audit", targets: ["msa-audit"]),
    .executable(name: "msa-train", targets: ["msa-train"]),
    // Each with the targets whose types are part of its interface.
    .library(name: "Shards", targets: ["Shards"] + foundation),
    .library(
      name: "Corpora",
      targets: ["Corpora", "HDF5", "Options", "SoundFiles", "SplitArrays", "SyntheticCorpora"] + foundation),
    .library(
      name: "Preparation",
      targets: ["Preparation", "Corpora", "Leaks", "Options", "Shards", "SplitArrays"] + foundation),
    .library(name: "Training", targets: ["Training", "Metrics", "Shards"] + foundation),
    .library(name: "Audit", targets: ["Audit", "Leaks", "Planting", "Shards", "SplitArrays"] + foundation),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: C libraries, one module map and one shim each; the file system is part of libc. The processor's features
    // are our own C in a header; the loops that need vectors, and what runs in signal handlers, are our own C files.
    .systemLibrary(name: "CFileSystem"),
    .systemLibrary(name: "CIconv"),
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
    library("Processor", ["CProcessor", "Text"]),
    library("TensorCore", ["CTensorCore", "Files", "Processor", "Workers"]),
    library("Workers", ["Files", "Signals", "Text"]),
    library("Options", ["Text"]),

    // Floor 2: the domain's words and the file formats.
    library("Samples", ["Options", "TensorCore", "Text"]),
    library("HDF5", ["CDeflate", "CHDF5", "Digests", "Files", "Signals", "Text"]),
    library("Archives", ["CArchive", "Files", "Signals", "Text"]),
    library("SoundFiles", ["CSoundFile", "Files", "TensorCore", "Text"]),
    library("ArrayFiles", ["Digests", "Files", "TensorCore", "Text"]),
    library("Pickles", ["ArrayFiles", "Files", "Text"]),
    library("SplitArrays", ["Archives", "ArrayFiles", "Files", "Pickles", "Samples", "Text", "Workers"]),
    library("Metrics"),
    library("Tables", ["Text"]),
    library("Drawing", ["Text"]),
    library("Pictures", ["CCairo", "Drawing", "Text"]),
    library("Reports", ["Drawing", "Text"]),

    // Floor 3: corpora in, shards out; synthetic corpora.
    library(
      "Corpora",
      [
        "Archives", "ArrayFiles", "Digests", "Files", "HDF5", "Options", "Samples", "SoundFiles", "SplitArrays",
        "Tables", "TensorCore", "Text", "Workers",
      ]),
    library(
      "SyntheticCorpora",
      [
        "Archives", "Corpora", "Digests", "Files", "HDF5", "Samples", "Signals", "Tables", "TensorCore", "Text",
        "Workers",
      ]),
    library(
      "Shards", ["ArrayFiles", "Digests", "Files", "Processor", "Samples", "Signals", "TensorCore", "Text", "Workers"]),

    // Floors 3 and 4: what makes a score untrue, found in names and times; what a training run leaves behind.
    library("Runs", ["ArrayFiles", "Files", "Metrics", "Samples", "Tables", "Text"]),
    library("Leaks", ["ArrayFiles", "Files", "Reports", "Samples", "Shards", "Signals", "SplitArrays", "Text"]),

    // Lists of samples by split, as others publish them. What converts text is part of libc, but on macOS.
    .target(
      name: "SplitLists",
      dependencies: [
        "Archives", "ArrayFiles", "CIconv", "Corpora", "Files", "Leaks", "Pickles", "Samples", "Tables", "Text",
      ],
      swiftSettings: language, linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]),

    // Floor 4: the job.
    library(
      "Preparation",
      [
        "Archives", "ArrayFiles", "Corpora", "Digests", "Drawing", "Files", "Leaks", "Options", "Pickles", "Reports",
        "Samples", "Shards", "Signals", "TensorCore", "Text", "Workers",
      ]),

    library(
      "Training",
      [
        "ArrayFiles", "Digests", "Drawing", "Files", "Metrics", "Options", "Pictures", "Processor", "Reports", "Runs",
        "Samples", "Shards", "Signals", "Tables", "TensorCore", "Text", "Workers",
      ]),

    // Floor 4: what puts the proof to the test.
    library(
      "Planting",
      [
        "ArrayFiles", "Corpora", "Digests", "Files", "Leaks", "Runs", "Samples", "Shards", "Signals", "TensorCore",
        "Text", "Workers",
      ]),

    // Floor 5: the proof.
    library(
      "Audit",
      [
        "Archives", "ArrayFiles", "Corpora", "Digests", "Files", "Leaks", "Metrics", "Planting",
        "Preparation", "Processor", "Reports", "Runs", "Samples", "Shards", "Signals", "SoundFiles", "SplitArrays",
        "Tables", "TensorCore", "Text", "Workers",
      ]),

    // Floor 6: the programs.
    library("Console", ["Files", "Options", "Processor", "Signals", "Text", "Workers", argumentParser, yams]),
    .executableTarget(
      name: "msa-prep",
      dependencies: [
        "ArrayFiles", "Console", "Corpora", "Files", "Leaks", "Options", "Preparation", "Samples", "Shards",
        "SyntheticCorpora", "Tables", "Text", "Workers", argumentParser,
      ],
      swiftSettings: language),
    .executableTarget(
      name: "msa-audit",
      dependencies: [
        "Audit", "Console", "Corpora", "Leaks", "Planting", "Samples", "Shards", "SplitArrays", "SplitLists", "Text",
        "Workers", argumentParser,
      ],
      swiftSettings: language),
    .executableTarget(
      name: "msa-train",
      dependencies: [
        "Console", "Files", "Metrics", "Options", "Runs", "Samples", "Shards", "Signals", "Training", "Workers",
        argumentParser,
      ],
      swiftSettings: language),

    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    // What several test targets share: temporary folders, committed fixtures, a tiny corpus, a small prepared folder.
    .target(
      name: "TestSupport",
      dependencies: ["Archives", "ArrayFiles", "Digests", "Files", "HDF5", "Samples", "Shards", "Text"],
      path: "Tests/TestSupport", swiftSettings: language),

    // Every reader against mutated files.
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Archives", "ArrayFiles", "Audit", "Console", "Corpora", "Digests", "Files", "HDF5", "Leaks", "Options",
        "Pickles", "Planting", "Preparation", "Runs", "Samples", "Shards", "SoundFiles", "SplitLists", "TensorCore",
        "TestSupport", "Text", "Training", "Workers",
      ],
      path: "tools/fuzz",
      exclude: ["all"],
      swiftSettings: language),

    tests("TextTests", ["Text"]),
    tests("SignalsTests", ["Files", "Signals", "Text"]),
    tests("FilesTests", ["Files", "TestSupport", "Text"]),
    tests("DigestsTests", ["Digests", "Files", "TestSupport"]),
    tests("ProcessorTests", ["Processor", "Text"]),
    tests("TensorCoreTests", ["Processor", "TensorCore", "Workers"]),
    tests("WorkersTests", ["Files", "Text", "Workers"]),
    tests("OptionsTests", ["Options", "Text"]),
    tests("SamplesTests", ["Samples", "Text"]),
    tests("HDF5Tests", ["Digests", "Files", "HDF5", "HDF5IndexChild", "TestSupport", "Text"]),
    .executableTarget(
      name: "HDF5IndexChild", dependencies: ["HDF5"], path: "Tests/HDF5IndexChild", swiftSettings: language),
    tests("ArchivesTests", ["Archives", "Files", "TestSupport", "Text"]),
    tests("ArrayFilesTests", ["ArrayFiles", "Digests", "Files", "TensorCore", "TestSupport", "Text"]),
    tests("PicklesTests", ["Files", "Pickles", "TestSupport", "Text"]),
    tests("SplitArraysTests", ["Archives", "Samples", "SplitArrays", "TestSupport", "Text"]),
    tests("SoundFilesTests", ["Files", "SoundFiles", "TestSupport", "Text"]),
    tests("MetricsTests", ["Files", "Metrics", "Text"]),
    tests("TablesTests", ["Tables", "Text"]),
    tests("RunsTests", ["Files", "Runs", "Samples", "TestSupport", "Text"]),
    tests("DrawingTests", ["Drawing"]),
    tests("PicturesTests", ["Drawing", "Pictures"]),
    tests(
      "ReportsTests", ["Drawing", "Files", "Preparation", "Reports", "TestSupport", "Text"], exclude: ["Snapshots"]),
    tests(
      "CorporaTests",
      [
        "AllocationCounter", "Archives", "ArrayFiles", "Corpora", "Files", "HDF5", "Samples", "SoundFiles",
        "SyntheticCorpora", "TensorCore", "TestSupport", "Text", "Workers",
      ]),
    tests(
      "SyntheticCorporaTests",
      [
        "Archives", "Corpora", "Digests", "Files", "Samples", "SoundFiles", "SyntheticCorpora", "TensorCore",
        "TestSupport",
        "Text",
      ]),
    tests(
      "ToyCorpusTests",
      [
        "ArrayFiles", "Audit", "Corpora", "Digests", "Files", "Leaks", "Options", "Preparation", "Samples", "Shards",
        "TestSupport", "Text",
      ]),
    tests("ShardsTests", ["ArrayFiles", "Digests", "Files", "Samples", "Shards", "TestSupport", "Text", "Workers"]),
    tests(
      "PreparationTests",
      [
        "Archives", "ArrayFiles", "Corpora", "Digests", "Files", "Leaks", "Options", "Preparation", "Samples", "Shards",
        "SplitArrays", "SyntheticCorpora", "TensorCore", "TestSupport", "Text", "Workers",
      ]),
    // What the tests of leaks, planting and the audit share: data sets in memory, prepared corpora, small run folders.
    .target(
      name: "AuditSupport",
      dependencies: [
        "ArrayFiles", "Audit", "Corpora", "Digests", "Files", "Leaks", "Planting", "Preparation", "Samples", "Shards",
        "SyntheticCorpora", "TensorCore", "TestSupport", "Text",
      ],
      path: "Tests/AuditSupport", swiftSettings: language),
    tests(
      "LeaksTests",
      ["Audit", "AuditSupport", "Leaks", "Reports", "Samples", "Shards", "TensorCore", "TestSupport", "Text"]),
    tests(
      "SplitListsTests",
      ["Audit", "Corpora", "Leaks", "Samples", "SplitLists", "TestSupport", "Text"]),
    tests(
      "PlantingTests",
      [
        "ArrayFiles", "Audit", "AuditSupport", "Digests", "Files", "Leaks", "Planting", "Preparation", "Samples",
        "Shards", "TestSupport", "Text", "Workers",
      ]),
    tests(
      "AuditTests",
      [
        "ArrayFiles", "Audit", "AuditSupport", "Corpora", "Digests", "Files", "Leaks", "Metrics", "Planting",
        "Preparation", "Reports", "Samples", "Shards", "SplitArrays", "SplitLists", "TensorCore", "TestSupport", "Text",
        "Workers",
      ], exclude: ["Snapshots"]),
    tests(
      "TrainingTests",
      [
        "AllocationCounter", "ArrayFiles", "Digests", "Drawing", "Files", "Metrics", "Options", "Runs", "Samples",
        "Shards", "TensorCore", "TestSupport", "Text", "Training", "Workers",
      ]),
    tests(
      "ConsoleTests",
      [
        "ArrayFiles", "Audit", "Console", "Corpora", "Leaks", "msa-audit", "msa-prep", "msa-train", "Options",
        "Preparation", "Samples", "TestSupport", "Text", "Training", "Workers", argumentParser,
      ],
      exclude: ["Snapshots"]),
    tests(
      "EndToEndTests",
      [
        "Archives", "ArrayFiles", "Digests", "Files", "HDF5", "msa-audit", "msa-prep", "msa-train", "Samples", "Shards",
        "TestSupport", "Text",
      ]),
    tests("CrashTests", ["Digests", "Files", "msa-audit", "msa-prep", "msa-train", "TestSupport", "Text"]),
    // What CONTRIBUTING.md promises.
    tests("PackageTests", []),
    tests("CompileFailTests", ["Preparation", "Samples", "TensorCore", "Workers"]),
  ],
  swiftLanguageModes: [.v6]
)
