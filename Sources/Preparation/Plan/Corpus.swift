import Corpora
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
}

/// Computational sequences: opening them is cheap, and features are read in place.
struct CSDCorpus: Corpus {
  let sources: CorpusSources

  var inputs: [SourceInput] { sources.inputs }
  var folds: FoldFile? { sources.folds }
  var isStaged: Bool { false }

  func open(in output: OutputFolder, progress: any ProgressSink) throws -> CorpusSources { sources }
  func survey() throws -> CorpusSources { sources }
}
