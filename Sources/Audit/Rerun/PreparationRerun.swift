import Corpora
import Foundation
import HDF5
import Leaks
import Preparation
import Samples
import Shards
import Storage
import Workers

/// Prepares a folder again from its raw files, with the configuration that its manifest records.
struct PreparationRerun: Sendable {
  /// Why that cannot be done: a finding's reason and advice.
  struct Obstacle: Error {
    let reason: String
    let advice: String
  }

  private let configuration: PreparationConfiguration
  /// Whether the very fold file was found; otherwise the lists of splits.json stand for it, and files that name its digest
  /// differ.
  let hasRecordedFolds: Bool
  private let scratch: String
  private let indexer: HDF5Indexer
  private let progress: any ProgressSink

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
    let files = try RawFiles(under: sources, indexer: subject.indexer)
    if configuration.iemocap != nil {
      try Self.name(inputsOfRelease: manifest, at: sources, in: files, &configuration)
    } else {
      try Self.name(inputsOf: manifest, in: files, &configuration)
    }
    if let digest = PreparationConfiguration.recordedFoldsDigest(manifest.config) {
      let paths = try Folder.entry(at: sources) == .folder ? [sources] + files.paths : files.paths
      let file = try Self.foldFile(of: digest, in: paths)
      hasRecordedFolds = file != nil
      configuration.split = .folds(path: file ?? dataset.path + "/" + SplitsFile.name)
    } else {
      hasRecordedFolds = true
    }
    self.configuration = configuration
    scratch = subject.scratch
    indexer = subject.indexer
    progress = subject.progress
  }

  private static let folderPrefix = ".msa-audit-rerun-"

  /// Removes what audits left in a folder that were killed.
  static func removeAbandoned(in folder: String) throws {
    for name in try Folder.names(in: folder) where name.hasPrefix(folderPrefix) {
      try Folder.remove(folder + "/" + name)
    }
  }

  /// Prepares into a new folder, which the caller removes.
  ///
  /// - Parameter change: changes the configuration, e.g. to other held-out values.
  /// - Throws: what preparation throws; nothing is left behind then.
  func prepare(_ change: (inout PreparationConfiguration) -> Void = { _ in }) throws -> String {
    // Audits at the same time may share the place; no byte of a finding depends on the name.
    let folder = scratch + "/" + Self.folderPrefix + UUID().uuidString
    var configuration = configuration
    configuration.output = folder
    // A leak that stands in the folder stands in this one too, and other checks speak of it.
    configuration.allowedLeaks = SealChecks.ids
    change(&configuration)
    do {
      _ = try Preparation.run(configuration, indexer: indexer, progress: progress)
    } catch {
      remove(folder)
      throw error
    }
    return folder
  }

  /// Removes a folder that was prepared; one that cannot be removed is named, and no reason to give up the audit.
  func remove(_ folder: String) {
    do { try Folder.remove(folder) } catch { progress.warn("left behind: \(folder)") }
  }

  /// The configuration that a manifest records.
  private static func configuration(
    of manifest: Manifest, sources: String, threads: Int
  ) throws -> PreparationConfiguration {
    let memory = try MachineMemory.quarter()
    do {
      return try PreparationConfiguration(
        recorded: manifest.config, root: sources, output: "", threads: threads, memory: memory)
    } catch let error as DataError where error.code == .badData || error.code == .usage {
      throw Obstacle(
        reason:
          "The manifest does not record how the folder was made as this version does: \(error.place ?? "config").",
        advice: "Use the version of msa-audit that belongs to the msa-prep that made the folder.")
    }
  }

  // MARK: - Finding files

  /// The manifest lists the sequences in the order of modalities, then the labels, then the word vectors.
  private static func name(
    inputsOf manifest: Manifest, in files: RawFiles, _ configuration: inout PreparationConfiguration
  ) throws {
    let records = manifest.sources
    var read = Set(configuration.modalities)
    if configuration.granularity == .word || configuration.granularity == .utterance { read.insert(.text) }
    let modalities = read.sorted()
    guard records.count > modalities.count else {
      throw Obstacle(
        reason: "The manifest names \(records.count) input files, fewer than there are modalities and labels.",
        advice: "Prepare the folder again.")
    }
    for (modality, record) in zip(modalities, records) {
      configuration.files[modality] = try files.path(
        record, sequence: (.features(modality), manifest.modalities[modality]?.dim))
    }
    configuration.labelFile = try files.path(
      records[modalities.count], sequence: (.labels, manifest.labelNames.count))
    if records.count > modalities.count + 1 { configuration.glove = try files.path(records[modalities.count + 1]) }
  }

  /// The manifest lists the release, then ready-made visual and audio features, then the word vectors. The release is under
  /// `--sources` by its name, or `--sources` itself; the others lie there or next to it.
  private static func name(
    inputsOfRelease manifest: Manifest, at sources: String, in files: RawFiles,
    _ configuration: inout PreparationConfiguration
  ) throws {
    var records = manifest.sources[...]
    let release = records.popFirst()?.name
    configuration.roots = release.flatMap { roots($0, in: files.paths) } ?? [sources]
    let files = try files.adding(contentsOf: Folder.parent(of: sources))
    if configuration.iemocap?.visualFeatures != nil, let record = records.popFirst() {
      configuration.iemocap?.visualFeatures = try files.path(record)
    }
    if configuration.iemocap?.audioFeatures != nil, let record = records.popFirst() {
      configuration.iemocap?.audioFeatures = try files.path(record)
    }
    if let record = records.popFirst() { configuration.glove = try files.path(record) }
  }

  /// Where a release is: at its name, or in pieces at several names.
  private static func roots(_ name: String, in paths: [String]) -> [String]? {
    if let path = paths.first(where: { Folder.name(of: $0) == name }) { return [path] }
    let names = name.split(separator: PreparationConfiguration.rootSeparator)
    let found = names.compactMap { name in paths.first { $0.hasSuffix("/" + name) } }
    return names.count > 1 && found.count == names.count ? found : nil
  }

  /// The fold file with the lists that the manifest records, among files that could be one.
  private static func foldFile(of digest: String, in paths: [String]) throws -> String? {
    // A folder may hold a list for each split; the others are the endings of the forms of one file.
    try paths.first { path in
      let isList = [".json", ".py", ".csv", ".tsv", ".txt"].contains(where: path.hasSuffix)
      guard try isList || Folder.entry(at: path) == .folder else { return false }
      do {
        return PreparationConfiguration.foldsDigest(of: try FoldFile.read(path)) == digest
      } catch let error as DataError where error.tellsOfInput || error.code == .usage {
        // Another kind of file: what is looked for has the digest, and anything else does not matter.
        return false
      }
    }
  }
}
