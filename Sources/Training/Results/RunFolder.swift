import Drawing
import Foundation
import Storage

/// The files that a finished run leaves behind. results.json is written last: where it stands, the run is complete.
public enum RunFolder {
  /// The file's name inside a run folder.
  public static let resultsName = "results.json"
  private static let modelName = "model.onnx"
  private static let figureNames = ["training_metrics.svg", "training_metrics.png"]

  /// What a run writes under a temporary name first.
  static let ownNames =
    [
      Checkpoint.name, TrainedModel.name, modelName, MetricsHistory.name, PredictionsFile.name, RunReport.name,
      resultsName,
    ] + figureNames

  /// Whether a run writes a file of that name under a temporary name first.
  static func isOwn(_ name: String) -> Bool { ownNames.contains(name) }

  /// Writes everything but last.safetensors and TensorBoard's log, which training writes as it goes.
  ///
  /// - Parameter command: the command line that made the run, for the report.
  /// - Throws: `DataError` 73 or 74 when a file cannot be written; earlier ones stay.
  static func write(_ results: RunResults, command: String, to folder: String) throws {
    let outcome = results.outcome
    let model = TrainedModel(outcome)
    try model.write(to: folder)
    try write(
      ONNXModel.bytes(
        outcome.graph, parameters: outcome.parameters,
        metadata: [
          "label_names": outcome.labelNames.joined(separator: ","), "model": outcome.configuration.model.rawValue,
          "scalers_sha256": outcome.corpora.map(\.scalersSHA256).joined(separator: ","),
        ]), to: folder + "/" + modelName)
    try AtomicFile.write(
      MetricsHistory.json(outcome.history, task: outcome.configuration.task).prettyText,
      to: folder + "/" + MetricsHistory.name)
    try AtomicFile.write(
      PredictionsFile.csv(outcome.predictions, labelNames: outcome.labelNames, corpora: outcome.corpora),
      to: folder + "/" + PredictionsFile.name)
    let figure = TrainingFigures.metrics(
      outcome.history, bestEpoch: outcome.bestEpoch, task: outcome.configuration.task)
    try AtomicFile.write(figure.svg(), to: folder + "/" + figureNames[0])
    try write(figure.png(), to: folder + "/" + figureNames[1])
    try AtomicFile.write(RunReport(results: results, command: command).html(), to: folder + "/" + RunReport.name)
    try AtomicFile.write(results.json.prettyText, to: folder + "/" + resultsName)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}
