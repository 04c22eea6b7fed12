import Corpora
import HDF5
import Storage
import Workers

/// A corpus on disk that was found but not read.
protocol Corpus {
  /// What is read: enough to tell whether a finished folder is up to date.
  var inputs: [SourceInput] { get }
  /// The fold file's lists, where the division is by one.
  var folds: FoldFile? { get }
  /// Whether `open` keeps something in the folder of what is not finished.
  var isStaged: Bool { get }

  /// Reads what it takes to plan a run and to read features.
  ///
  /// - Throws: `DataError` when the input cannot be used, or the output folder cannot be made.
  func open(in output: OutputFolder, progress: any ProgressSink) throws -> CorpusSources

  /// The same for a plan alone: nothing is written, and sizes may be estimates.
  func survey() throws -> CorpusSources

  /// The label columns' names, where the input decides them.
  var labelNames: [String]? { get }

  /// Names, sizes and times of each of `inputs` as they are now, whatever they were when the corpus was opened.
  ///
  /// - Throws: `DataError` 66 when one is gone.
  func currentInputs() throws -> [SourceInput]

  /// The corpus as it is now: nothing of what was opened before is read again.
  ///
  /// - Throws: `DataError` when it cannot be opened.
  func reopened() throws -> any Corpus

  /// Reads all that a run reads and gives the fingerprint of each of `inputs`, as a manifest records it.
  ///
  /// - Throws: `DataError` when the input cannot be used.
  func fingerprints(progress: any ProgressSink) throws -> [String?]
}

/// Computational sequences: opening them is cheap, and features are read in place.
struct CSDCorpus: Corpus {
  let configuration: PreparationConfiguration
  let sources: CorpusSources
  let indexer: HDF5Indexer

  var inputs: [SourceInput] { sources.inputs }
  var folds: FoldFile? { sources.folds }
  var isStaged: Bool { false }

  func open(in output: OutputFolder, progress: any ProgressSink) throws -> CorpusSources { sources }
  func survey() throws -> CorpusSources { sources }

  var labelNames: [String]? { sources.labels.columns.names }

  func currentInputs() throws -> [SourceInput] { try inputs.map { try SourceInput(role: $0.role, path: $0.path) } }

  func reopened() throws -> any Corpus {
    CSDCorpus(
      configuration: configuration, sources: try CorpusSources(configuration, indexer: indexer), indexer: indexer)
  }

  func fingerprints(progress: any ProgressSink) throws -> [String?] {
    let plan = try PreparationPlan(configuration, sources: sources)
    let threads = try plan.memoryNeed.workerCount(threads: configuration.threads, memory: configuration.memory)
    var summaries: [BlockSummary] = []
    progress.begin("Compare", total: plan.recordings.count, unit: "recordings")
    defer { progress.end() }
    try OrderedWorkers(threadCount: threads).forEach(count: plan.blocks.count, state: { RecordingWorker(plan: plan) }) {
      number, worker -> BlockSummary in
      let block = plan.blocks[number]
      let summary = try worker.prepare(block) { summary, _ in summary }
      progress.advance(by: block.recordings.count)
      return summary
    } consume: { _, summary in
      var digests = BlockSummary()
      digests.fingerprints = summary.fingerprints
      summaries.append(digests)
    }
    return inputs.map { $0.fingerprint(in: plan, summaries) }
  }
}
