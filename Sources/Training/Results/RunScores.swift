public import Metrics
import Storage

/// The scores of predictions for one split, by task.
public enum RunScores: Hashable, Sendable {
  case sentiment(SentimentScores)
  case classes(ConfusionMatrix)

  /// Scores the predictions that have a label.
  ///
  /// - Parameter classCount: for classification: how many classes there are.
  init(_ predictions: [Prediction], task: TrainingTask, classCount: Int) {
    let scored = predictions.filter { !$0.label.isNaN }
    switch task {
    case .regression:
      self = .sentiment(
        SentimentScores(predictions: scored.map { Double($0.prediction) }, labels: scored.map { Double($0.label) }))
    case .classification:
      self = .classes(
        ConfusionMatrix(
          classCount: classCount, predictions: scored.map { Int($0.prediction) }, labels: scored.map { Int($0.label) }))
    }
  }

  /// The scores under the names that results.json uses, in the order of a table; `samples` is not among them.
  var named: [(name: String, value: Double)] {
    switch self {
    case .sentiment(let scores):
      [
        ("mae", scores.mae), ("correlation", scores.correlation), ("acc2_has0", scores.acc2HasZero),
        ("f1_has0", scores.f1HasZero), ("acc2_non0", scores.acc2NonZero), ("f1_non0", scores.f1NonZero),
        ("acc5", scores.acc5), ("acc7", scores.acc7), ("mse", scores.mse),
      ]
    case .classes(let matrix):
      [
        ("accuracy", matrix.accuracy), ("unweighted_accuracy", matrix.unweightedAccuracy), ("f1", matrix.weightedF1),
      ]
    }
  }

  /// The number of samples with a label.
  var sampleCount: Int {
    switch self {
    case .sentiment(let scores): scores.sampleCount
    case .classes(let matrix): matrix.sampleCount
    }
  }

  /// All scores and the number of samples; a score that is not defined is null.
  var json: [String: JSONValue] {
    var members: [String: JSONValue] = ["samples": .integer(sampleCount)]
    for (name, value) in named { members[name] = .number(value) }
    if case .classes(let matrix) = self {
      members["confusion_matrix"] = .array(matrix.counts.map { .array($0.map { .integer($0) }) })
    }
    return members
  }
}
