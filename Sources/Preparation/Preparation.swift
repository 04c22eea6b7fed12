public import Corpora
import Samples
public import Shards
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

  /// Makes another corpus of the one that was opened, once it is known which of its recordings are held out.
  package typealias Change = @Sendable (_ corpus: OpenedCorpus, _ heldOut: Set<String>) -> OpenedCorpus

  /// Prepares a corpus, or what `change` makes of it, one of several times.
  ///
  /// - Parameters:
  ///   - work: a folder that exists, for what the corpus keeps of its files: runs that share it read them once.
  ///   - change: changes values before anything is made of them; nil for the corpus as it is.
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
