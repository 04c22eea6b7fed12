/// The scores of predicted numbers on any scale: valence from 1 to 5, the strength of an emotion from 0 to 3.
///
/// Unlike `SentimentScores` they suppose no zero in the middle and no whole numbers as classes.
public struct ScaleScores: Hashable, Sendable {
  /// The number of samples.
  public let sampleCount: Int
  /// Mean absolute error.
  public let mae: Double
  /// Mean squared error.
  public let mse: Double
  /// Pearson's r; NaN where either side is constant.
  public let correlation: Double
  /// Lin's concordance; see `Regression.concordance`.
  public let concordance: Double

  /// Scores predictions.
  ///
  /// - Precondition: one prediction a label.
  public init(predictions: [Double], labels: [Double]) {
    sampleCount = labels.count
    mae = Regression.meanAbsoluteError(predictions, labels)
    mse = Regression.meanSquaredError(predictions, labels)
    correlation = Regression.correlation(predictions, labels)
    concordance = Regression.concordance(predictions, labels)
  }
}
