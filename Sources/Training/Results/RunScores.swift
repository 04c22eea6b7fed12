public import Metrics
import Storage

/// The scores of predictions for one split, by task.
public enum RunScores: Hashable, Sendable {
  case sentiment(SentimentScores)
  case classes(ConfusionMatrix)
  case emotions(EmotionScores)

  /// Scores the predictions that have a label. A label that is none of the model's classes, as another corpus may have
  /// one, counts as missing.
  ///
  /// - Parameter classCount: how many classes or emotions there are.
  init(_ predictions: [Prediction], task: TrainingTask, classCount: Int) {
    let scored = predictions.filter { !$0.label.isNaN }
    switch task {
    case .regression:
      self = .sentiment(
        SentimentScores(predictions: scored.map { Double($0.prediction) }, labels: scored.map { Double($0.label) }))
    case .classification:
      let classes = scored.compactMap { item -> (prediction: Int, label: Int)? in
        guard let label = Int(exactly: item.label), (0..<classCount).contains(label) else { return nil }
        return (Int(item.prediction), label)
      }
      self = .classes(
        ConfusionMatrix(
          classCount: classCount, predictions: classes.map(\.prediction), labels: classes.map(\.label)))
    case .multilabel:
      self = .emotions(
        EmotionScores(
          predictions: scored.flatMap { $0.scores.map { $0 >= Prediction.threshold } },
          labels: scored.flatMap(\.labels), count: classCount))
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
    case .emotions(let scores):
      [
        ("accuracy", scores.accuracy), ("unweighted_accuracy", scores.unweightedAccuracy), ("f1", scores.weightedF1),
      ]
    }
  }

  /// The number of samples with a label.
  var sampleCount: Int {
    switch self {
    case .sentiment(let scores): scores.sampleCount
    case .classes(let matrix): matrix.sampleCount
    case .emotions(let scores): scores.sampleCount
    }
  }

  /// All scores and the number of samples; a score that is not defined is null.
  ///
  /// - Parameter labelNames: of the emotions, which stand below `emotions` with their own scores.
  func json(_ labelNames: [String]) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["samples": .integer(sampleCount)]
    for (name, value) in named { members[name] = .number(value) }
    if case .classes(let matrix) = self {
      members["confusion_matrix"] = Self.json(matrix)
    }
    if case .emotions(let scores) = self {
      let emotions = zip(labelNames, scores.emotions).map { name, matrix -> (String, JSONValue) in
        (
          name,
          [
            "accuracy": .number(matrix.accuracy), "unweighted_accuracy": .number(matrix.unweightedAccuracy),
            "f1": .number(matrix.weightedF1), "confusion_matrix": Self.json(matrix),
          ]
        )
      }
      members["emotions"] = .object(Dictionary(emotions) { first, _ in first })
    }
    return members
  }

  private static func json(_ matrix: ConfusionMatrix) -> JSONValue {
    .array(matrix.counts.map { .array($0.map { .integer($0) }) })
  }
}
