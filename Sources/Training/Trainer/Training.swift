public import Samples
import Shards
import Text
public import Workers

/// The entry points of the module.
public enum Training {
  /// Trains one model and tests it once, with the weights of the best epoch.
  ///
  /// Writes only `last.safetensors` into the run folder, after each epoch; the caller writes the rest.
  /// - Parameter onEpoch: called after each epoch, once the run can be resumed from it; also called, in order, for the
  ///   epochs that a resumed run finds already done.
  /// - Throws: `DataError` 64 for an impossible configuration, or one with which training diverges; 65 for bad shards,
  ///   missing labels, features that are not finite, or a checkpoint of another run; 66 if a folder is missing; 73 and
  ///   74 if writing fails; 130 if the user interrupts, in which case the checkpoint has been written.
  public static func run(
    _ configuration: TrainingConfiguration, progress: any ProgressSink,
    onEpoch: (EpochRecord) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    try Trainer(configuration, progress: progress).run(progress: progress, onEpoch: onEpoch)
  }

  /// Makes predictions with a trained model.
  ///
  /// - Parameters:
  ///   - shards: the prepared folders to predict for.
  ///   - threads: the number of cores to use, which has no effect on the results.
  /// - Throws: `DataError` 65 if names or shapes do not fit the model or the folders.
  public static func predict(
    _ model: TrainedModel, shards: [String], threads: Int, splits: [Split], progress: any ProgressSink
  ) throws -> (predictions: [Prediction], corpora: [CorpusRecord]) {
    var configuration = model.configuration
    (configuration.shards, configuration.threads) = (shards, threads)
    let parameters = model.parameters
    let source = WeightsSource.model(model.file ?? "the model")
    try configuration.check()
    let folders = try configuration.shards.map { try MappedFolder($0, splits: splits, progress: progress) }
    let team = try LaneTeam(threads: configuration.threads)
    defer { team.stop() }
    let widths = Network.inputWidths(of: parameters) ?? MappedFolder.widths(folders)
    if let width = widths.first(where: { !(1...ShardReader.largestWidth).contains($0) }) {
      throw DataError(
        .badData, file: source.file, "has weights for \(width) columns",
        expected: "1 to \(ShardReader.largestWidth) columns per modality", advice: "The file is damaged.")
    }
    let outputs = model.labelNames.count
    let network = try Network.make(
      configuration.model, configuration.shape(widths, outputs: outputs),
      capacity: configuration.model.evaluationBatch, seed: configuration.seed, team: team, fitting: (parameters, source)
    )
    try network.load(parameters, source: source)
    for folder in folders {
      for (modality, width) in zip(Modality.allCases, widths) where folder.record.widths[modality] ?? 0 > width {
        throw DataError(
          .badData, file: folder.path, place: modality.rawValue, "has \(folder.record.widths[modality] ?? 0) columns",
          expected: "at most \(width), as the model was trained with")
      }
    }
    let gatherer = BatchGatherer(network: network, modalities: configuration.modalities)
    let evaluator = Evaluator(network: network, gatherer: gatherer)
    let target = LabelTarget(model)
    let predictions = try splits.flatMap { split in
      let set = try SampleSet(
        folders, split: split, widths: widths, target: target, needsLabels: false, maxRows: configuration.sequenceRows)
      return set.answers(try evaluator.predictions(for: set), outputs: outputs, task: configuration.task)
    }
    return (predictions, folders.map(\.record))
  }
}

extension Network {
  /// Returns the numbers of visual, audio and text columns that weights were trained with; nil if the tensors have
  /// unknown names.
  static func inputWidths(of parameters: [NamedTensor]) -> [Int]? {
    let widths = Modality.allCases.compactMap { modality in
      let names = ["\(modality)_encoder.0.weight", "\(modality)_projection.weight"]
      return parameters.first { names.contains($0.name) && $0.shape.count == 2 }?.shape[1]
    }
    return widths.count == Modality.allCases.count ? widths : nil
  }
}
