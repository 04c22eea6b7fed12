public import HDF5
import Samples
import Shards
public import Storage
public import Workers

/// The main job: from the files of a corpus to a folder of leak-free shards.
public enum Preparation {
  /// What a run did.
  public struct Outcome: Sendable {
    /// Whether a finished folder of the same configuration was already there, and is intact.
    public let wasUpToDate: Bool
    /// The manifest of the folder.
    public let manifest: JSONValue
    /// The contents of report.json.
    public let report: JSONValue
    /// What the user should know; also in the report.
    public let warnings: [String]
  }

  /// Prepares a corpus. An unfinished folder of the same configuration is resumed, a finished one verified.
  ///
  /// - Throws: `DataError`; what is on disk then resumes to the same bytes. 1 when one of `SealChecks` finds a leak that
  ///   the configuration does not allow: the folder stays unfinished.
  public static func run(
    _ configuration: PreparationConfiguration, indexer: HDF5Indexer, progress: any ProgressSink = SilentProgress()
  ) throws -> Outcome {
    try PreparationRun(configuration, indexer: indexer, progress: progress).run()
  }

  /// The resolved configuration and the plan with counts and bytes; nothing is written.
  public static func plan(
    _ configuration: PreparationConfiguration, indexer: HDF5Indexer
  ) throws -> JSONValue {
    let corpus = try PreparationRun.corpus(configuration, indexer: indexer)
    return try PreparationPlan(configuration, sources: corpus.survey()).json
  }
}
