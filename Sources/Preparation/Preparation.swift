public import Corpora
import Samples
public import Shards
import Storage
public import Workers

/// The main job: from the files of a corpus to a folder of leak-free shards.
public enum Preparation {
  /// What a run did.
  public struct Outcome: Sendable {
    /// Whether a finished folder of the same configuration was already there, and is intact.
    public let wasUpToDate: Bool
    /// The manifest of the folder.
    public let manifest: Manifest
    /// What was read, left out and warned of.
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

  /// The resolved configuration and the plan with counts and bytes; nothing is written.
  public static func plan(
    _ configuration: PreparationConfiguration, indexer: CSDIndexer = .inProcess
  ) throws -> PreparationOverview {
    let input = try PreparationInput(configuration, indexer: indexer)
    return PreparationOverview(
      try PreparationPlan(configuration, corpus: input.corpus.survey(), folds: input.folds))
  }
}
