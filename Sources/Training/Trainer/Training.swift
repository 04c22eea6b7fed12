public import Samples
import Storage
public import Workers

/// The entry points of the target.
public enum Training {
  /// Trains one model and tests it once with the weights of the best epoch.
  ///
  /// Writes `last.safetensors` into the run folder after each epoch and nothing else; the caller writes the rest.
  /// - Parameter onEpoch: called after each epoch, when it can be resumed from; also, in order, for the epochs that a
  ///   resumed run finds done.
  /// - Throws: `DataError` 64 for a configuration that cannot be, 65 for bad shards, missing labels, a loss that is no
  ///   number, or a checkpoint of another run; 66 when a folder is missing; 73 and 74 when writing fails; 130 when the
  ///   user interrupts, after the checkpoint was written.
  public static func run(
    _ configuration: TrainingConfiguration, progress: any ProgressSink,
    onEpoch: (EpochRecord) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    throw DataError(.internalBug, "training is not built yet")
  }

  /// Predicts with given weights.
  ///
  /// - Parameters:
  ///   - parameters: a state dict of `configuration`'s model.
  ///   - configuration: the model's; `shards` are the folders to predict for, `threads` is used.
  /// - Throws: `DataError` 65 when names or shapes do not fit the model or the folders.
  public static func predict(
    _ parameters: [NamedTensor], configuration: TrainingConfiguration, splits: [Split], progress: any ProgressSink
  ) throws -> (predictions: [Prediction], corpora: [CorpusRecord]) {
    throw DataError(.internalBug, "prediction is not built yet")
  }
}
