public import Metrics
import Text

/// What predictions are scored as.
enum ScoreKind: Hashable {
  /// Numbers from −3 to 3 around a neutral 0.
  case sentiment
  /// Numbers on any other scale.
  case scale
  case classes(Int)
  case emotions(Int)

  /// - Parameters:
  ///   - labelNames: of the number, the classes or the emotions.
  ///   - labels: all that are known. CMU-MOSEI itself has a few sentiments beyond ±3; where more than a tenth are, they are
  ///     on another scale than that of the published accuracies.
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

/// The scores of predictions for one split, by task.
public enum RunScores: Hashable, Sendable {
  case sentiment(SentimentScores)
  /// Of numbers on another scale than sentiment from −3 to 3, for which no classes are published.
  case scale(ScaleScores)
  case classes(ConfusionMatrix)
  case emotions(EmotionScores)

  /// Scores the predictions that have a label. A label that is not one of the model's classes, as another corpus may have
  /// one, counts as missing.
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

  /// The scores under the names that results.json uses, in the order of a table; `samples` is not among them.
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

  /// All scores and the number of samples; a score that is not defined is null.
  ///
  /// - Parameter labelNames: of the emotions, which stand below `emotions` with their own scores.
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

/// How well each of several emotions was recognised, and the means over them.
public struct EmotionScores: Hashable, Sendable {
  /// One an emotion; class 1 is "it is there".
  public let emotions: [ConfusionMatrix]

  /// - Parameters:
  ///   - predictions: [samples, emotions]; whether each is predicted.
  ///   - labels: [samples, emotions]; above 0 where it is there. A sample with a missing label is left out.
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

  /// Samples with labels.
  public var sampleCount: Int { emotions.first?.sampleCount ?? 0 }
  /// The mean share of right answers.
  public var accuracy: Double { Regression.mean(emotions.map(\.accuracy)) }
  /// The mean of the recalls of "there" and "not there": "weighted accuracy" in papers on MOSEI's emotions.
  public var unweightedAccuracy: Double { Regression.mean(emotions.map(\.unweightedAccuracy)) }
  /// The mean F1 weighted by support.
  public var weightedF1: Double { Regression.mean(emotions.map(\.weightedF1)) }
}
