import Corpora
import Files
import Foundation
import Leaks
import Planting
import Preparation
import Samples
import Shards
import Text
import Workers

/// Prepares a folder again from its raw files, using the configuration recorded in its manifest.
struct PreparationRerun: Sendable {
  private let configuration: PreparationConfiguration
  /// Whether the original fold file was found; otherwise the lists of splits.json take its place, and files that
  /// contain its digest differ.
  let hasRecordedFolds: Bool
  private let scratch: String
  /// The folder in which the corpus caches its files, shared by all runs.
  private let work: String
  private let indexer: CSDIndexer
  private let progress: any ProgressSink

  /// Finds the raw files.
  ///
  /// - Throws: `RawFiles.Obstacle` if they are missing.
  init(_ dataset: AuditedDataset, _ subject: AuditSubject) throws {
    guard dataset.form == .prepared, let manifest = dataset.manifest else {
      throw RawFiles.Obstacle(
        reason: "\(dataset.name) is not a prepared folder, so nothing says how it was made.",
        advice: "Prepare the raw files with msa-prep and audit the result.")
    }
    guard let given = subject.sources else {
      throw RawFiles.Obstacle(
        reason: "Preparing the folder again requires the raw files.",
        advice: "Give the folder that holds them with --sources.")
    }
    let sources = given.count > 1 && given.hasSuffix("/") ? String(given.dropLast()) : given
    var configuration = try Self.configuration(of: manifest, sources: sources, subject)
    if dataset.isLikeAnother {
      guard let folder = try LikeSource.folder(of: dataset, subject) else {
        throw RawFiles.Obstacle(
          reason: "Preparing it again requires the folder that it was prepared like.",
          advice: "Give that folder too, with --shards.")
      }
      configuration.like = try LikeFolder(folder)
    }
    let files = try RawFiles(under: sources)
    try Self.locateInput(of: manifest, below: sources, in: files, subject.indexer, &configuration)
    if let digest = PreparationConfiguration.recordedFoldsDigest(manifest.config) {
      let paths = try Folder.entry(at: sources) == .folder ? [sources] + files.paths : files.paths
      let file = try Self.foldFile(of: digest, in: paths, hasValid: !configuration.hasNoValid)
      hasRecordedFolds = file != nil
      configuration.split = .folds(path: file ?? dataset.path + "/" + SplitsFile.name)
    } else {
      hasRecordedFolds = true
    }
    self.configuration = configuration
    scratch = subject.scratch
    work = subject.scratch + "/" + Self.folderPrefix + UUID().uuidString
    indexer = subject.indexer
    progress = subject.progress
  }

  private static let folderPrefix = ".msa-audit-rerun-"

  /// Removes what killed audits left behind in a folder.
  static func removeAbandoned(in folder: String) throws {
    for name in try Folder.names(in: folder) where name.hasPrefix(folderPrefix) {
      try Folder.remove(folder + "/" + name)
    }
  }

  /// Prepares into a new folder, which the caller must remove.
  ///
  /// - Parameter changesHeldOut: whether to change every value of valid and test as it is read.
  /// - Throws: errors from the preparation, which then leaves nothing behind.
  func prepare(changesHeldOut: Bool = false) throws -> String {
    // Concurrent audits may share the location; the name does not affect any finding.
    let folder = scratch + "/" + Self.folderPrefix + UUID().uuidString
    var configuration = configuration
    configuration.output = folder
    // A leak in the original folder recurs in this one; other checks report it.
    configuration.allowedLeaks = SealChecks.ids
    let pauses = configuration.corpus.pauses
    let perturb: Preparation.Change = { corpus, heldOut in corpus.perturbing(heldOut, pauses: pauses) }
    do {
      try Folder.make(work)
      _ = try Preparation.run(
        configuration, indexer: indexer, progress: progress, keepingWorkIn: work,
        changing: changesHeldOut ? perturb : nil)
    } catch {
      remove(folder)
      throw error
    }
    return folder
  }

  /// Removes the files shared by the runs.
  func end() { remove(work) }

  /// Removes a folder made by a run; if that fails, the audit continues with a warning.
  func remove(_ folder: String) {
    do { try Folder.removeOwn(folder) } catch { progress.warn("left behind: \(folder)") }
  }

  /// Returns the configuration recorded in a manifest.
  private static func configuration(
    of manifest: Manifest, sources: String, _ subject: AuditSubject
  ) throws -> PreparationConfiguration {
    let memory = try MachineMemory.quarter()
    do {
      return try PreparationConfiguration(
        recorded: manifest.config, corpora: subject.corpora, root: sources, output: "", threads: subject.threads,
        memory: memory)
    } catch let error as DataError where error.code == .badData || error.code == .usage {
      throw RawFiles.Obstacle(
        reason:
          "The manifest does not record how the folder was made as this version does: \(error.place ?? "config").",
        advice: "Use the version of msa-audit that belongs to the msa-prep that made the folder.")
    }
  }

  // MARK: - Finding files

  /// Finds the files named in the manifest by the rules of the corpus.
  private static func locateInput(
    of manifest: Manifest, below sources: String, in files: RawFiles, _ indexer: CSDIndexer,
    _ configuration: inout PreparationConfiguration
  ) throws {
    var inputs = manifest.sources.map { RecordedInput.File(name: $0.name, byteCount: $0.bytes) }
    if configuration.input.textFeatures != nil, let features = inputs.popLast() {
      let near = try files.adding(contentsOf: Folder.parent(of: sources))
      configuration.input.textFeatures = try near.fileOrFolder(features)
    }
    let recorded = RecordedInput(
      sources: inputs, widths: manifest.modalities.mapValues(\.dim), labelCount: manifest.labelNames.count,
      readModalities: configuration.readModalities, indexer: indexer)
    let located = try configuration.corpus.locate(recorded, below: sources, in: files)
    configuration.corpus = located.corpus
    configuration.roots = located.roots
    configuration.glove = located.glove
  }

  /// Returns the fold file with the recorded digest from among the candidates.
  private static func foldFile(of digest: String, in paths: [String], hasValid: Bool) throws -> String? {
    // A folder may hold one list for each split; the other endings belong to single-file forms.
    try paths.first { path in
      let isList = [".json", ".py", ".csv", ".tsv", ".txt"].contains(where: path.hasSuffix)
      guard try isList || Folder.entry(at: path) == .folder else { return false }
      do {
        return PreparationConfiguration.foldsDigest(of: try FoldFile.read(path, hasValid: hasValid)) == digest
      } catch let error as DataError where error.tellsOfInput || error.code == .usage {
        // Another kind of file: only the one with the right digest matters.
        return false
      }
    }
  }
}
