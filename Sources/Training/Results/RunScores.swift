public import Metrics
import Text

/// The kind of value that predictions are scored as.
enum ScoreKind: Hashable {
  /// Numbers from −3 to 3 around a neutral 0.
  case sentiment
  /// Numbers on any other scale.
  case scale
  case classes(Int)
  case emotions(Int)

  /// - Parameters:
  ///   - labelNames: the name of the number, or the names of the classes or emotions.
  ///   - labels: all known labels. CMU-MOSEI itself has a few sentiments beyond ±3; if more than a tenth are, they are
  ///     not on the scale of the published accuracies.
  init(_ task: TrainingTask, labelNames: [String], labels: some Sequence<Float>) {
    switch task {
    case .regression:
      let (beyond, count) = labels.reduce(into: (0, 0)) { counts, label in
        counts.0 += abs(label) > 3 ? 1 : 0
        counts.1 += 1
      }
      self = labelNames == [LabelColumns.sentiment] && 10 * beyond <= count ? .sentiment : .scale
    case .classification: self = .classes(labelNames.count)
    case .multilabel: self = .emotions(labelNames.count)
    }
  }
}

/// The scores of predictions for one split, depending on the task.
public enum RunScores: Hashable, Sendable {
  case sentiment(SentimentScores)
  /// Scores of numbers on a scale other than sentiment from −3 to 3, for which no classes are published.
  case scale(ScaleScores)
  case classes(ConfusionMatrix)
  case emotions(EmotionScores)

  /// Scores the predictions that have a label. A label that is not one of the model's classes, which can happen with
  /// another corpus, counts as missing.
  init(_ predictions: [Prediction], _ kind: ScoreKind) {
    let scored = predictions.filter { !$0.label.isNaN }
    switch kind {
    case .sentiment:
      self = .sentiment(
        SentimentScores(predictions: scored.map { Double($0.prediction) }, labels: scored.map { Double($0.label) }))
    case .scale:
      self = .scale(
        ScaleScores(predictions: scored.map { Double($0.prediction) }, labels: scored.map { Double($0.label) }))
    case .classes(let classCount):
      let classes = scored.compactMap { item -> (prediction: Int, label: Int)? in
        guard let label = Int(exactly: item.label), (0..<classCount).contains(label) else { return nil }
        return (Int(item.prediction), label)
      }
      self = .classes(
        ConfusionMatrix(
          classCount: classCount, predictions: classes.map(\.prediction), labels: classes.map(\.label)))
    case .emotions(let classCount):
      self = .emotions(
        EmotionScores(
          predictions: scored.flatMap { $0.scores.map { $0 >= Prediction.threshold } },
          labels: scored.flatMap(\.labels), count: classCount))
    }
  }

  /// The scores under the names used in results.json, in the order of a table, without `samples`.
  var named: [(name: String, value: Double)] {
    switch self {
    case .sentiment(let scores):
      [
        ("mae", scores.mae), ("correlation", scores.correlation), ("acc2_has0", scores.acc2HasZero),
        ("f1_has0", scores.f1HasZero), ("acc2_non0", scores.acc2NonZero), ("f1_non0", scores.f1NonZero),
        ("acc5", scores.acc5), ("acc7", scores.acc7), ("mse", scores.mse),
      ]
    case .scale(let scores):
      [
        ("mae", scores.mae), ("correlation", scores.correlation), ("ccc", scores.concordance), ("mse", scores.mse),
      ]
    case .classes(let matrix):
      [
        ("accuracy", matrix.accuracy), ("unweighted_accuracy", matrix.unweightedAccuracy), ("f1", matrix.weightedF1),
        ("f1_macro", matrix.macroF1),
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
    case .scale(let scores): scores.sampleCount
    case .classes(let matrix): matrix.sampleCount
    case .emotions(let scores): scores.sampleCount
    }
  }

  /// Returns all scores and the number of samples as JSON; an undefined score is null.
  ///
  /// - Parameter labelNames: the names of the emotions, whose own scores are listed under `emotions`.
  func json(_ labelNames: [String]) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["samples": .integer(sampleCount)]
    for (name, value) in named { members[name] = .number(value) }
    // Published tables of sentiment have no column for it.
    if case .sentiment(let scores) = self { members["ccc"] = .number(scores.concordance) }
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

/// How well each of several emotions is recognised, and the means over them.
public struct EmotionScores: Hashable, Sendable {
  /// One matrix per emotion; class 1 means that it is present.
  public let emotions: [ConfusionMatrix]

  /// - Parameters:
  ///   - predictions: [samples, emotions]; whether each emotion is predicted.
  ///   - labels: [samples, emotions]; above 0 if the emotion is present. Samples with a missing label are left out.
  init(predictions: [Bool], labels: [Float], count: Int) {
    let known = (0..<labels.count / max(count, 1)).filter { sample in
      labels[sample * count..<(sample + 1) * count].allSatisfy(\.isFinite)
    }
    emotions = (0..<count).map { emotion in
      ConfusionMatrix(
        predictions: known.map { predictions[$0 * count + emotion] },
        labels: known.map { labels[$0 * count + emotion] > 0 })
    }
  }

  /// The number of samples with labels.
  public var sampleCount: Int { emotions.first?.sampleCount ?? 0 }
  /// The mean share of correct predictions.
  public var accuracy: Double { Regression.mean(emotions.map(\.accuracy)) }
  /// The mean of the recalls of "present" and "absent", called "weighted accuracy" in papers on MOSEI's emotions.
  public var unweightedAccuracy: Double { Regression.mean(emotions.map(\.unweightedAccuracy)) }
  /// The mean of the F1 weighted by support.
  public var weightedF1: Double { Regression.mean(emotions.map(\.weightedF1)) }
}
