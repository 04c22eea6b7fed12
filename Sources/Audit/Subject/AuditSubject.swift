import Foundation
public import Corpora
public import Leaks
import Runs
import Storage
public import Workers

/// What is audited: one or more data sets that are used together, and what is known of their making and use.
public struct AuditSubject: Sendable {
  /// The data sets; at least one.
  public var datasets: [AuditedDataset]
  /// The folder with the raw files that a prepared folder can be made again from.
  public var sources: String?
  /// The folder of a training run on the data sets.
  public var run: String?
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
      try RunData.require(run, of: datasets)
    }
  }
}
