import Drawing
import Files
import Foundation
import Pictures
import Runs
import Text

/// Writes the files of a finished run.
enum RunFolder {
  /// Returns whether a run writes a file of that name, under a temporary name first.
  static func isOwn(_ name: String) -> Bool { RunFile(rawValue: name) != nil }

  /// Writes everything except last.safetensors and TensorBoard's log, which are written during training.
  ///
  /// - Parameter command: the command line of the run, for the report.
  /// - Throws: `DataError` 73 or 74 if a file cannot be written; those written earlier remain.
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
        ]), to: RunFile.onnx.path(in: folder))
    try AtomicFile.write(
      RunHistory(outcome.history, task: outcome.configuration.task).json.prettyText,
      to: RunFile.history.path(in: folder))
    try AtomicFile.write(
      PredictionsFile.csv(outcome.predictions, labelNames: outcome.labelNames, corpora: outcome.corpora),
      to: RunFile.predictions.path(in: folder))
    let figure = TrainingFigures.metrics(
      outcome.history, bestEpoch: outcome.bestEpoch, task: outcome.configuration.task)
    try AtomicFile.write(figure.svg, to: RunFile.figureSVG.path(in: folder))
    try write(figure.png(), to: RunFile.figurePNG.path(in: folder))
    try AtomicFile.write(RunReport(results: results, command: command).html(), to: RunFile.report.path(in: folder))
    try AtomicFile.write(results.json.prettyText, to: RunFile.results.path(in: folder))
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}

extension RunHistory {
  /// Converts the records of a run's epochs.
  init(_ history: [EpochRecord], task: TrainingTask) {
    var lists: [Figure: [Double]] = [
      .trainLoss: history.map(\.trainLoss), .validLoss: history.map(\.validLoss),
      .trainError: history.map(\.trainError),
      .validError: history.map(\.validError), .trainScore: history.map(\.trainScore),
      .validScore: history.map(\.validScore), .learningRate: history.map(\.learningRate),
      .seconds: history.map(\.seconds),
    ]
    if task == .regression {
      lists[.validConcordance] = history.map(\.validConcordance)
    } else {
      lists[.validUnweightedAccuracy] = history.map(\.validUnweightedAccuracy)
    }
    self.init(lists, isRegression: task == .regression)
  }
}
