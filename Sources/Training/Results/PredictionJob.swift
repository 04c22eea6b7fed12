import Runs
public import Samples
import Shards
public import Text
public import Workers

/// The work of `msa-train predict`: a trained model's predictions for prepared folders.
public struct PredictionJob: Sendable {
  /// A run folder, or its best.safetensors.
  public var model: String
  /// The prepared folders.
  public var shards: [String]
  /// The splits to predict for.
  public var splits = Split.inFolders
  /// Whether to accept folders that were scaled with other scalers than the training data.
  public var allowsOtherScalers = false
  /// The number of cores to use, which has no effect on the results.
  public var threads = 1

  /// Creates a job that predicts for all splits of the folders.
  public init(model: String, shards: [String]) {
    self.model = model
    self.shards = shards
  }

  /// The outcome of a job.
  public struct Outcome: Sendable {
    let predictions: [Prediction]
    let model: TrainedModel
    let corpora: [CorpusRecord]

    /// The scores of each split that has labels, in the order of splits.
    private var scores: [(split: Split, scores: RunScores)] {
      let kind = ScoreKind(model.configuration.task, labelNames: model.labelNames, labels: predictions.map(\.label))
      return Split.inFolders.compactMap { split in
        let scores = RunScores(predictions.filter { $0.split == split }, kind)
        return scores.sampleCount == 0 ? nil : (split, scores)
      }
    }

    /// The predictions as CSV, for a file.
    public var csv: String {
      PredictionsFile.csv(predictions, labelNames: model.labelNames, corpora: corpora)
    }

    /// The predictions as CSV for standard output, with anything that could harm a terminal shown as escapes.
    public var printableCSV: String {
      PredictionsFile.csv(predictions, labelNames: model.labelNames, corpora: corpora, isForTerminal: true)
    }

    /// The scores as readable text.
    public var text: String {
      var table = ScoreTable(predictions.count.counted("prediction"))
      for (split, scores) in scores { table.add(split.rawValue, scores) }
      return table.rows.isEmpty
        ? "\(predictions.count.counted("prediction")); the folder has no labels to score them by.\n" : table.text
    }

    /// The predictions and scores as JSON.
    public var json: JSONValue {
      [
        "predictions": PredictionsFile.json(predictions, labelNames: model.labelNames, corpora: corpora),
        "scores": .object(
          Dictionary(
            uniqueKeysWithValues: scores.map { ($0.split.rawValue, .object($0.scores.json(model.labelNames))) })),
        "corpora": .array(corpora.map { .object($0.json) }),
      ]
    }
  }

  /// Makes the predictions.
  ///
  /// - Throws: `DataError` 66 if the model or a folder is missing, 64 if a folder is given twice, 65 if one is damaged,
  ///   does not fit the model, or was scaled with other scalers.
  public func run(progress: any ProgressSink) throws -> Outcome {
    let trained = try TrainedModel.read(model)
    try PreparedFolder.refuseRepeated(shards)
    for folder in shards {
      let manifest = try Manifest.read(folder)
      try requireLabels(of: trained, in: folder, manifest)
      let found = manifest.scalers.sha256
      if trained.corpora.contains(where: { $0.scalersSHA256 == found }) { continue }
      let problem = "these are not the scalers that the model was trained with (SHA-256 \(found.prefix(16))…)"
      let expected = trained.corpora.map { "\($0.scalersSHA256.prefix(16))… (\($0.dataset))" }.joined(separator: " or ")
      if allowsOtherScalers {
        progress.warn(
          "\(folder)/\(ScalersFile.name): \(problem), expected \(expected). Predictions may be meaningless.")
      } else {
        throw DataError(
          .badData, file: folder + "/" + ScalersFile.name, problem, expected: expected,
          advice:
            "Predict for a folder that was scaled like the training data, or accept it with --allow-other-scalers.")
      }
    }
    let (predictions, corpora) = try Training.predict(
      trained, shards: shards, threads: threads, splits: splits, progress: progress)
    return Outcome(predictions: predictions, model: trained, corpora: corpora)
  }

  /// Refuses a folder that was prepared like another than the model's: its labels have another meaning. Any other folder
  /// may have other labels, which then score nothing.
  private func requireLabels(of model: TrainedModel, in folder: String, _ manifest: Manifest) throws {
    let names = LabelTarget(model).names
    if manifest.likeSHA256 == nil || names.allSatisfy(manifest.labelNames.contains) { return }
    throw DataError(
      .badData, file: folder, "has the labels \(manifest.labelNames.joined(separator: ", "))",
      expected: "\(names.joined(separator: ", ")), which the model was trained on",
      advice: "Prepare the data like the folder that the model was trained on: --like.")
  }
}
