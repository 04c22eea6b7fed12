public import Corpora
import Digests
import Files
import Foundation
public import Leaks
import Runs
import Shards
import Text
public import Workers

/// What is audited: one or more data sets that are used together, and what is known of their making and use.
public struct AuditSubject: Sendable {
  /// The data sets; at least one.
  public var datasets: [AuditedDataset]
  /// The folder with the raw files that a prepared folder can be made again from.
  public var sources: String?
  /// The folder of a training run on the data sets.
  public var run: String?
  /// What the protocol lets splits share.
  public var promises = Promises()
  /// How many threads may work; no finding depends on it.
  public var threads: Int
  /// Where a folder is prepared again for comparison; it is removed afterwards.
  public var scratch = NSTemporaryDirectory() + "msa-audit-\(getpid())"
  /// How raw .csd files are indexed.
  public var indexer = CSDIndexer.inProcess
  /// The corpora that folders may have been made of.
  public var corpora = CorpusRegistry.shipped
  /// Where the audit says how far it is.
  public var progress: any ProgressSink

  /// What is prepared again from `sources`, shared by the checks.
  let reruns = Reruns()
  private let pooled = PooledStore()

  /// Gathers what is audited.
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

  /// The means of a data set's samples: they are taken once for all checks.
  ///
  /// - Throws: what reading rows throws; `DataError` 130 when the user interrupts.
  func pooledFeatures(of dataset: AuditedDataset) throws -> PooledFeatures {
    try pooled.features(of: dataset, threads: threads)
  }

  /// Gives back what the checks shared, and removes what was prepared again.
  func end() {
    reruns.end()
    pooled.end()
  }

  /// Looks whether what was named is there, before anything takes long.
  ///
  /// - Throws: `DataError` 66; 65 when it is of another kind; 64 when the run is one on other data.
  func requireInputs() throws {
    if let sources, try Folder.entry(at: sources) == nil {
      throw DataError(
        .inputMissing, file: sources, "does not exist", expected: "the folder with the raw files",
        advice: "Check the path given with --sources.")
    }
    if let sources {
      try NodeKind.requireFileOrFolder(
        sources, expected: "the folder with the raw files", advice: "Check the path given with --sources.")
    }
    if let run {
      try RunRecord.requireRun(run)
      try requireSameData(as: run)
    }
  }

  /// Refuses a run on other data: nothing that is found in it says anything of these.
  ///
  /// - Throws: `DataError` 64 when a run names other manifests than those of the data sets; 65 when its results cannot be
  ///   read.
  private func requireSameData(as folder: String) throws {
    guard datasets.allSatisfy({ $0.form == .prepared }) else {
      throw DataError(
        .usage, file: folder, "--run judges a run on prepared folders, and other data are given",
        expected: "--run beside --shards", advice: "Leave out --run, or give the folders that it was trained on.")
    }
    // What cannot be read any more is a matter of `integrity`.
    if datasets.contains(where: { $0.damage != nil }) { return }
    let found = Set(try datasets.map { try SHA256.hexDigest(ofFile: $0.path + "/" + Manifest.name).digest })
    for run in try RunRecord.read(folder) {
      guard let stated = run.manifestDigests, !stated.isEmpty, Set(stated) != found else { continue }
      let (missing, more) = (Set(stated).subtracting(found).count, found.subtracting(stated).count)
      let parts = [
        missing == 0
          ? nil : "\(Phrase.count(missing, "folder")) of the run \(missing == 1 ? "is" : "are") not among --shards",
        more == 0 ? nil : "\(Phrase.count(more, "folder")) of --shards \(more == 1 ? "is" : "are") not of the run",
      ]
      throw DataError(
        .usage, file: run.name.isEmpty ? folder : folder + "/" + run.name,
        "the run was trained on other data than \(Phrase.list(datasets.map(\.path))): "
          + parts.compactMap(\.self).joined(separator: ", "),
        expected: "--shards with exactly the folders that it was trained on, unchanged since",
        advice: "Name those folders with --shards, or another run with --run.")
    }
  }
}
