/// The published scores of CMU-MOSI and CMU-MOSEI sentiment, a number on −3 … 3.
///
/// A score over no samples is NaN: `acc2NonZero` if every label is 0, all of them if there are no samples.
public struct SentimentScores: Hashable, Sendable {
  /// What numbers on any scale are measured by.
  public let scale: ScaleScores
  /// Negative against non-negative, over all samples.
  public let hasZero: ConfusionMatrix
  /// Negative against positive, over the samples whose label is not 0; a prediction of exactly 0 counts as negative.
  public let nonZero: ConfusionMatrix
  /// Seven classes: values clipped to −3 … 3 and rounded, halves to the even neighbour as `numpy.round` does.
  public let sevenClasses: ConfusionMatrix
  /// Five classes: the same with −2 … 2.
  public let fiveClasses: ConfusionMatrix

  /// Scores predictions.
  ///
  /// - Precondition: one prediction per label, and no NaN in either.
  public init(predictions: [Double], labels: [Double]) {
    scale = ScaleScores(predictions: predictions, labels: labels)
    hasZero = ConfusionMatrix(predictions: predictions.map { $0 >= 0 }, labels: labels.map { $0 >= 0 })
    let pairs = zip(predictions, labels).filter { $0.1 != 0 }
    nonZero = ConfusionMatrix(predictions: pairs.map { $0.0 > 0 }, labels: pairs.map { $0.1 > 0 })
    sevenClasses = Self.classes(predictions, labels, limit: 3)
    fiveClasses = Self.classes(predictions, labels, limit: 2)
  }

  /// The number of samples.
  public var sampleCount: Int { scale.sampleCount }
  /// Mean absolute error.
  public var mae: Double { scale.mae }
  /// Mean squared error.
  public var mse: Double { scale.mse }
  /// Pearson's r; NaN where either side is constant.
  public var correlation: Double { scale.correlation }
  /// Lin's concordance; see `Regression.concordance`.
  public var concordance: Double { scale.concordance }
  /// Accuracy of negative against non-negative.
  public var acc2HasZero: Double { hasZero.accuracy }
  /// Support-weighted F1 of negative against non-negative.
  public var f1HasZero: Double { hasZero.weightedF1 }
  /// Accuracy of negative against positive, labels of 0 left out.
  public var acc2NonZero: Double { nonZero.accuracy }
  /// Support-weighted F1 of negative against positive, labels of 0 left out.
  public var f1NonZero: Double { nonZero.weightedF1 }
  /// Accuracy over seven classes.
  public var acc7: Double { sevenClasses.accuracy }
  /// Accuracy over five classes.
  public var acc5: Double { fiveClasses.accuracy }

  /// The class of a value among `2 · limit + 1`, from 0.
  static func classIndex(_ value: Double, limit: Int) -> Int {
    Int(max(-Double(limit), min(Double(limit), value)).rounded(.toNearestOrEven)) + limit
  }

  private static func classes(_ predictions: [Double], _ labels: [Double], limit: Int) -> ConfusionMatrix {
    ConfusionMatrix(
      classCount: 2 * limit + 1, predictions: predictions.map { classIndex($0, limit: limit) },
      labels: labels.map { classIndex($0, limit: limit) })
  }
}

/// The scores of predicted numbers on any scale: valence from 1 to 5, the strength of an emotion from 0 to 3.
///
/// Unlike `SentimentScores`, they assume neither a zero in the middle nor whole numbers as classes.
public struct ScaleScores: Hashable, Sendable {
  /// The number of samples.
  public let sampleCount: Int
  /// Mean absolute error.
  public let mae: Double
  /// Mean squared error.
  public let mse: Double
  /// Pearson's r; NaN if either side is constant.
  public let correlation: Double
  /// Lin's concordance; see `Regression.concordance`.
  public let concordance: Double

  /// Scores predictions.
  ///
  /// - Precondition: one prediction per label.
  public init(predictions: [Double], labels: [Double]) {
    sampleCount = labels.count
    mae = Regression.meanAbsoluteError(predictions, labels)
    mse = Regression.meanSquaredError(predictions, labels)
    correlation = Regression.correlation(predictions, labels)
    concordance = Regression.concordance(predictions, labels)
  }
}
