import Corpora
import Foundation
import Preparation
import Samples
import Shards
import Storage
import Workers

/// Prepares a folder again from its raw files, with the configuration that its manifest records.
struct PreparationRerun {
  /// Why that cannot be done: a finding's reason and advice.
  struct Obstacle: Error {
    let reason: String
    let advice: String
  }

  private let configuration: PreparationConfiguration
  /// Whether the very fold file was found; otherwise the lists of splits.json stand for it, and files that name its digest
  /// differ.
  let hasRecordedFolds: Bool
  private let subject: AuditSubject

  /// Names of input files are looked for this deep under `--sources`.
  private static let depth = 3
  /// A folder with more entries is not a corpus.
  private static let nameLimit = 100_000

  /// Finds the raw files.
  ///
  /// - Throws: `Obstacle` when they are not there.
  init(_ dataset: AuditedDataset, _ subject: AuditSubject) throws {
    guard dataset.form == .prepared, let manifest = dataset.manifest else {
      throw Obstacle(
        reason: "\(dataset.name) is no prepared folder, so nothing says how it was made.",
        advice: "Prepare the raw files with msa-prep and audit that.")
    }
    guard let given = subject.sources else {
      throw Obstacle(
        reason: "It takes the raw files to prepare the folder again.",
        advice: "Give the folder that holds them with --sources.")
    }
    let sources = given.count > 1 && given.hasSuffix("/") ? String(given.dropLast()) : given
    var configuration = try Self.configuration(of: manifest, sources: sources, threads: subject.threads)
    let paths = try Self.paths(in: sources)
    if configuration.iemocap != nil {
      try Self.name(inputsOfRelease: manifest, at: sources, in: paths, &configuration)
    } else {
      try Self.name(inputsOf: manifest, in: paths, &configuration)
    }
    if let digest = PreparationConfiguration.recordedFoldsDigest(manifest.config) {
      let file = Self.foldFile(of: digest, in: Folder.isFolder(sources) ? [sources] + paths : paths)
      hasRecordedFolds = file != nil
      configuration.split = .folds(path: file ?? dataset.path + "/" + SplitsFile.name)
    } else {
      hasRecordedFolds = true
    }
    self.configuration = configuration
    self.subject = subject
  }

  /// Prepares into a new folder and hands it to `body`; it is removed afterwards.
  ///
  /// - Parameter change: changes the configuration, e.g. to other input files.
  func run<Result>(
    _ change: (inout PreparationConfiguration) throws -> Void = { _ in }, _ body: (String) throws -> Result
  ) throws -> Result {
    // Audits at the same time may share the place; no byte of a finding depends on the name.
    let folder = subject.scratch + "/.msa-audit-rerun-" + UUID().uuidString
    var configuration = configuration
    configuration.output = folder
    try change(&configuration)
    defer {
      do { try Folder.remove(folder) } catch { subject.progress.warn("left behind: \(folder)") }
    }
    _ = try Preparation.run(configuration, indexer: subject.indexer, progress: subject.progress)
    return try body(folder)
  }

  /// The configuration that a manifest records.
  private static func configuration(
    of manifest: Manifest, sources: String, threads: Int
  ) throws -> PreparationConfiguration {
    do {
      return try PreparationConfiguration(
        recorded: manifest.config, root: sources, output: "", threads: threads,
        memory: Int(ProcessInfo.processInfo.physicalMemory / 4))
    } catch let error as DataError {
      throw Obstacle(
        reason:
          "The manifest does not record how the folder was made as this version does: \(error.place ?? "config").",
        advice: "Use the version of msa-audit that belongs to the msa-prep that made the folder.")
    }
  }

  // MARK: - Finding files

  /// The manifest lists the sequences in the order of modalities, then the labels, then the word vectors.
  private static func name(
    inputsOf manifest: Manifest, in paths: [String], _ configuration: inout PreparationConfiguration
  ) throws {
    func path(_ name: String) throws -> String { try Self.path(name, in: paths) }
    let names = manifest.sources.map(\.name)
    var read = Set(configuration.modalities)
    if configuration.granularity == .word || configuration.granularity == .utterance { read.insert(.text) }
    let modalities = read.sorted()
    guard names.count > modalities.count else {
      throw Obstacle(
        reason: "The manifest names \(names.count) input files, fewer than there are modalities and labels.",
        advice: "Prepare the folder again.")
    }
    for (modality, name) in zip(modalities, names) { configuration.files[modality] = try path(name) }
    configuration.labelFile = try path(names[modalities.count])
    if names.count > modalities.count + 1 { configuration.glove = try path(names[modalities.count + 1]) }
  }

  /// The manifest lists the release, then ready-made visual and audio features, then the word vectors. The release is under
  /// `--sources` by its name, or `--sources` itself; the others lie there or next to it.
  private static func name(
    inputsOfRelease manifest: Manifest, at sources: String, in paths: [String],
    _ configuration: inout PreparationConfiguration
  ) throws {
    var names = manifest.sources.map(\.name)[...]
    let release = names.popFirst()
    configuration.root = paths.first { Folder.name(of: $0) == release } ?? sources
    let paths = try paths + Folder.names(in: Folder.parent(of: sources)).map { Folder.parent(of: sources) + "/" + $0 }
    if configuration.iemocap?.visualFeatures != nil, let name = names.popFirst() {
      configuration.iemocap?.visualFeatures = try path(name, in: paths)
    }
    if configuration.iemocap?.audioFeatures != nil, let name = names.popFirst() {
      configuration.iemocap?.audioFeatures = try path(name, in: paths)
    }
    if let name = names.popFirst() { configuration.glove = try path(name, in: paths) }
  }

  private static func path(_ name: String, in paths: [String]) throws -> String {
    guard let path = paths.first(where: { Folder.name(of: $0) == name }) else {
      throw Obstacle(
        reason: "\(name), which the folder was made from, is not under --sources.",
        advice: "Give the folder that holds all raw files.")
    }
    return path
  }

  /// The fold file with the lists that the manifest records, among files that could be one.
  private static func foldFile(of digest: String, in paths: [String]) -> String? {
    // A folder may hold a list for each split; the others are the endings of the forms of one file.
    paths.first { path in
      guard [".json", ".py", ".csv", ".tsv", ".txt"].contains(where: path.hasSuffix) || Folder.isFolder(path) else {
        return false
      }
      do {
        return PreparationConfiguration.foldsDigest(of: try FoldFile.read(path)) == digest
      } catch {
        // Another kind of file: what is looked for has the digest, and anything else does not matter.
        return false
      }
    }
  }

  /// What is under a folder, sorted, the nearest first; nothing under an archive.
  private static func paths(in root: String) throws -> [String] {
    var paths: [String] = []
    var folders = Folder.isFolder(root) ? [root] : []
    for _ in 0...depth {
      var inner: [String] = []
      for folder in folders {
        for name in try Folder.names(in: folder) where !name.hasPrefix(".") {
          let path = folder + "/" + name
          paths.append(path)
          if Folder.isFolder(path) { inner.append(path) }
          if paths.count > nameLimit { return paths }
        }
      }
      folders = inner
    }
    return paths
  }
}
