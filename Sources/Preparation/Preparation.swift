public import Corpora
import Samples
public import Shards
public import Workers

/// The main job: from the files of a corpus to a folder of leak-free shards.
public enum Preparation {
  /// What a run did.
  public struct Outcome: Sendable {
    /// Whether a finished, intact folder of the same configuration was already there.
    public let wasUpToDate: Bool
    /// The manifest of the folder.
    public let manifest: Manifest
    /// What was read, left out and warned about.
    public let report: PreparationReport
  }

  /// Prepares a corpus. An unfinished folder of the same configuration is resumed, a finished one verified.
  ///
  /// - Throws: `DataError`; what is on disk then resumes to the same bytes. 1 when one of `SealChecks` finds a leak that
  ///   the configuration does not allow: the folder stays unfinished.
  public static func run(
    _ configuration: PreparationConfiguration, indexer: CSDIndexer = .inProcess,
    progress: any ProgressSink = SilentProgress()
  ) throws -> Outcome {
    try PreparationRun(configuration, indexer: indexer, progress: progress).run()
  }

  /// Turns the opened corpus into another, once it is known which of its recordings are held out.
  package typealias Change = @Sendable (_ corpus: OpenedCorpus, _ heldOut: Set<String>) -> OpenedCorpus

  /// Prepares a corpus, or what `change` makes of it, as one of several runs.
  ///
  /// - Parameters:
  ///   - work: an existing folder for what the corpus keeps from its files: runs that share it read them once.
  ///   - change: changes values before they are used; nil for the corpus as it is.
  /// - Throws: as above.
  package static func run(
    _ configuration: PreparationConfiguration, indexer: CSDIndexer, progress: any ProgressSink,
    keepingWorkIn work: String, changing change: Change?
  ) throws -> Outcome {
    try PreparationRun(configuration, indexer: indexer, progress: progress, work: work, change: change).run()
  }

  /// The resolved configuration and the plan with counts and bytes; nothing is written.
  public static func plan(
    _ configuration: PreparationConfiguration, indexer: CSDIndexer = .inProcess
  ) throws -> PreparationOverview {
    let input = try PreparationInput(configuration, indexer: indexer)
    return PreparationOverview(
      try PreparationPlan(configuration, corpus: input.corpus.survey(), folds: input.folds))
  }
}
