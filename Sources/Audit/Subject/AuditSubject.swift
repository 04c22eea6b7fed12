public import Corpora
import Digests
import Files
import Foundation
public import Leaks
import Runs
public import Samples
import Shards
import Text
public import Workers

/// The subject of an audit: one or more data sets that are used together, and what is known about their origin and use.
public struct AuditSubject: Sendable {
  /// The data sets; one or more.
  public var datasets: [AuditedDataset]
  /// The folder with the raw files from which a prepared folder can be made again.
  public var sources: String?
  /// The folder with the sounds of the samples, named after them.
  public var media: String?
  /// The folder of a training run on the data sets.
  public var run: String?
  /// What the protocol allows splits to share.
  public var promises = Promises()
  /// What the features were made with, as far as the user of the audit declares it.
  public private(set) var extractors: [DeclaredExtractor] = []
  /// Whether it is measured how much each leak that is found moves a score.
  public var measuresEffects = false
  /// The number of threads to use; no finding depends on it.
  public var threads: Int
  /// Where a folder is prepared again for comparison; it is removed afterwards.
  public var scratch = NSTemporaryDirectory() + "msa-audit-\(getpid())"
  /// How raw .csd files are indexed.
  public var indexer = CSDIndexer.inProcess
  /// The corpora that folders may have been made from.
  public var corpora = CorpusRegistry.shipped
  /// Receives reports of the audit's progress.
  public var progress: any ProgressSink

  /// Folders prepared again from `sources`, shared by the checks.
  let reruns = Reruns()
  private let pooled = PooledStore()
  private let wholes = WholeContentsStore()

  /// Creates a subject.
  public init(
    datasets: [AuditedDataset], sources: String? = nil, run: String? = nil,
    threads: Int = OrderedWorkers.availableCores, progress: any ProgressSink = SilentProgress()
  ) {
    self.datasets = datasets
    self.sources = sources
    self.run = run
    self.threads = threads
    self.progress = progress
  }

  /// Declares what the features were made with, besides what prepared folders say about theirs.
  ///
  /// - Throws: `DataError` 64 where a modality would have two extractors.
  public mutating func declare(_ extractors: [DeclaredExtractor]) throws {
    self.extractors = extractors
    let declared = try DeclaredExtractor.extractors(extractors)
    for dataset in datasets {
      for own in dataset.declaredExtractors {
        guard let other = declared[own.modality], other != own.extractor else { continue }
        throw DataError(
          .usage, file: dataset.path,
          "was prepared with \(own.modality) features of \(own.title), but --extractor says \(other.title)",
          expected: "one extractor for a modality",
          advice: "Leave --extractor out: the folder's own declaration counts.")
      }
    }
  }

  /// What made the features of a data set: as its own manifest says, or else as the user does.
  func extractors(of dataset: AuditedDataset) -> [DeclaredExtractor] {
    let own = dataset.declaredExtractors
    let others = extractors.filter { one in
      dataset.modalities.contains(one.modality) && !own.contains { $0.modality == one.modality }
    }
    return (own + others).sorted { $0.modality < $1.modality }
  }

  /// What is declared about any of the data sets, each once.
  var allExtractors: [DeclaredExtractor] {
    let all = extractors + datasets.flatMap(\.declaredExtractors)
    return Set(all).sorted { ($0.modality, $0.title) < ($1.modality, $1.title) }
  }

  /// Whether the data sets are the folds of a cross-validation: nothing is wrong if one trains on what another tests.
  var areFolds: Bool { datasets.count > 1 && datasets.allSatisfy { $0.list?.fold != nil } }

  /// The same subject with one of its data sets alone.
  func alone(_ dataset: AuditedDataset) -> AuditSubject {
    var subject = self
    subject.datasets = [dataset]
    return subject
  }

  /// Returns the means of a data set's samples, computed once for all checks.
  ///
  /// - Throws: errors from reading rows; `DataError` 130 if the user interrupts.
  func pooledFeatures(of dataset: AuditedDataset) throws -> PooledFeatures {
    try pooled.features(of: dataset, threads: threads)
  }

  /// Keeps the fingerprints of whole samples for later checks.
  func keep(_ contents: WholeContents) { wholes.keep(contents, of: datasets) }

  /// The fingerprints of whole samples; rows are read once for all checks.
  ///
  /// - Throws: what reading rows throws; `DataError` 130 when the user interrupts.
  func wholeContents() throws -> WholeContents {
    if datasets.allSatisfy(\.modalities.isEmpty) { return WholeContents(datasets) }
    if let known = wholes.contents(of: datasets) { return known }
    let found = try ContentIndex(self).wholes
    keep(found)
    return found
  }

  /// Releases what the checks shared, and removes folders that were prepared again.
  func end() {
    reruns.end()
    pooled.end()
    wholes.end()
  }

  /// Verifies that the named inputs exist, before any lengthy work.
  ///
  /// - Throws: `DataError` 66 if an input is missing; 65 if it is of the wrong kind; 64 if the training run used other
  ///   data.
  func requireInputs() throws {
    if measuresEffects, let list = datasets.first(where: { $0.form == .list }) {
      throw DataError(
        .usage, file: list.path, "--measure trains a model on features, and lists have none",
        expected: "--measure beside --shards, --arrays or --csd",
        advice: "Leave out --measure, or give the features of these samples.")
    }
    if let sources, try Folder.entry(at: sources) == nil {
      throw DataError(
        .inputMissing, file: sources, "does not exist", expected: "the folder with the raw files",
        advice: "Check the path given with --sources.")
    }
    if let sources {
      try NodeKind.requireFileOrFolder(
        sources, expected: "the folder with the raw files", advice: "Check the path given with --sources.")
    }
    if let media {
      if try Folder.entry(at: media) == nil {
        throw DataError(
          .inputMissing, file: media, "does not exist", expected: "the folder with the sounds of the samples",
          advice: "Check the path given with --media.")
      }
      try NodeKind.requireFileOrFolder(
        media, expected: "the folder with the sounds of the samples", advice: "Check the path given with --media.")
    }
    if let run {
      try RunRecord.requireRun(run)
      try requireSameData(as: run)
    }
  }

  /// Rejects a run on other data, since its findings would say nothing about these.
  ///
  /// - Throws: `DataError` 64 if a run names manifests other than those of the data sets; 65 if its results cannot be
  ///   read.
  private func requireSameData(as folder: String) throws {
    guard datasets.allSatisfy({ $0.form == .prepared }) else {
      throw DataError(
        .usage, file: folder, "--run judges a run on prepared folders, but other data are given",
        expected: "--run with --shards", advice: "Leave out --run, or give the folders that it was trained on.")
    }
    // Unreadable files are reported by `integrity`.
    if datasets.contains(where: { $0.damage != nil }) { return }
    let found = Set(try datasets.map { try SHA256.hexDigest(ofFile: $0.path + "/" + Manifest.name).digest })
    for run in try RunRecord.read(folder) {
      guard let stated = run.manifestDigests, !stated.isEmpty, Set(stated) != found else { continue }
      let (missing, more) = (Set(stated).subtracting(found).count, found.subtracting(stated).count)
      let parts = [
        missing == 0
          ? nil : "\(Phrase.count(missing, "folder")) of the run \(missing == 1 ? "is" : "are") not among --shards",
        more == 0 ? nil : "\(Phrase.count(more, "folder")) of --shards \(more == 1 ? "is" : "are") not part of the run",
      ]
      throw DataError(
        .usage, file: run.name.isEmpty ? folder : folder + "/" + run.name,
        "the run was trained on data other than \(Phrase.list(datasets.map(\.path))): "
          + parts.compactMap(\.self).joined(separator: ", "),
        expected: "--shards with exactly the folders that it was trained on, unchanged since",
        advice: "Name those folders with --shards, or another run with --run.")
    }
  }
}

extension AuditedDataset {
  /// What made its features, as the manifest of a prepared folder says.
  var declaredExtractors: [DeclaredExtractor] {
    modalities.compactMap { modality in
      manifest?.modalities[modality]?.extractor.map { DeclaredExtractor(modality: modality, extractor: $0) }
    }
  }
}
