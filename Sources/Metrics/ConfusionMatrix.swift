/// How often each true class was predicted as each class, and the scores that follow from it.
public struct ConfusionMatrix: Hashable, Sendable {
  /// Samples by [true class][predicted class].
  public let counts: [[Int]]

  /// Counts classes `0 ..< classCount`.
  ///
  /// - Precondition: one prediction per label, all of them below `classCount`.
  public init(classCount: Int, predictions: [Int], labels: [Int]) {
    precondition(predictions.count == labels.count, "one prediction a label")
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for (prediction, label) in zip(predictions, labels) { counts[label][prediction] += 1 }
    self.counts = counts
  }

  /// Counts a binary task: class 1 is the positive one.
  ///
  /// - Precondition: one prediction per label.
  public init(predictions: [Bool], labels: [Bool]) {
    self.init(classCount: 2, predictions: predictions.map { $0 ? 1 : 0 }, labels: labels.map { $0 ? 1 : 0 })
  }

  /// The scores of one class.
  public struct ClassScores: Hashable, Sendable {
    /// The number of samples of the class.
    public let support: Int
    /// The share of the samples predicted as the class that belong to it; 0 if none was predicted.
    public let precision: Double
    /// The share of the class's samples that were predicted as it; 0 if there is none.
    public let recall: Double
    /// The harmonic mean of precision and recall; 0 if both are 0.
    public let f1: Double
  }

  /// The number of samples.
  public var sampleCount: Int { counts.joined().reduce(0, +) }

  /// The scores of each class, as `sklearn.metrics.precision_recall_fscore_support` with `zero_division=0`.
  public var classes: [ClassScores] {
    counts.indices.map { index in
      let hits = counts[index][index]
      let support = counts[index].reduce(0, +)
      let predicted = counts.reduce(0) { $0 + $1[index] }
      return ClassScores(
        support: support, precision: Self.ratio(hits, predicted), recall: Self.ratio(hits, support),
        f1: Self.ratio(2 * hits, support + predicted))
    }
  }

  /// The share of samples that were predicted correctly, "weighted accuracy" in the emotion literature; NaN without
  /// samples.
  public var accuracy: Double {
    let hits = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return sampleCount == 0 ? .nan : Double(hits) / Double(sampleCount)
  }

  /// The mean recall over the classes that occur, "unweighted accuracy" in the emotion literature, as
  /// `sklearn.metrics.balanced_accuracy_score`; NaN without samples.
  public var unweightedAccuracy: Double {
    Regression.mean(classes.filter { $0.support > 0 }.map(\.recall))
  }

  /// The mean F1 of the classes weighted by support, as `sklearn.metrics.f1_score(average="weighted", zero_division=0)`;
  /// NaN without samples.
  public var weightedF1: Double {
    let total = sampleCount
    return total == 0 ? .nan : classes.reduce(0) { $0 + $1.f1 * Double($1.support) } / Double(total)
  }

  /// The mean F1 of the classes that occur among labels or predictions, as
  /// `sklearn.metrics.f1_score(average="macro", zero_division=0)`; NaN without samples.
  public var macroF1: Double {
    let predicted = counts.indices.map { column in counts.reduce(0) { $0 + $1[column] } }
    return Regression.mean(zip(classes, predicted).filter { $0.support > 0 || $1 > 0 }.map(\.0.f1))
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
