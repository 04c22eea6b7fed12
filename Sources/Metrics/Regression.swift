/// How far predicted numbers are from true ones. Sums run in float64, in the order of the samples.
///
/// No samples give NaN everywhere, where scikit-learn refuses; a NaN among the values gives NaN.
public enum Regression {
  /// Mean |prediction − label|, as `sklearn.metrics.mean_absolute_error`.
  ///
  /// - Precondition: one prediction per label.
  public static func meanAbsoluteError(_ predictions: [Double], _ labels: [Double]) -> Double {
    precondition(predictions.count == labels.count, "one prediction a label")
    return mean(zip(predictions, labels).map { abs($0 - $1) })
  }

  /// Mean (prediction − label)², as `sklearn.metrics.mean_squared_error`.
  ///
  /// - Precondition: one prediction per label.
  public static func meanSquaredError(_ predictions: [Double], _ labels: [Double]) -> Double {
    precondition(predictions.count == labels.count, "one prediction a label")
    return mean(zip(predictions, labels).map { ($0 - $1) * ($0 - $1) })
  }

  /// Pearson's r, as `scipy.stats.pearsonr`: NaN if either side is constant or there are fewer than two samples, never
  /// outside −1 … 1.
  ///
  /// - Precondition: one prediction per label.
  public static func correlation(_ predictions: [Double], _ labels: [Double]) -> Double {
    precondition(predictions.count == labels.count, "one prediction a label")
    guard let first = predictions.first, let firstLabel = labels.first else { return .nan }
    // Rounding of the mean would leave a constant with a tiny variance, so constants are recognised by their values.
    if predictions.allSatisfy({ $0 == first }) || labels.allSatisfy({ $0 == firstLabel }) { return .nan }
    let deviations = unitDeviations(predictions)
    let labelDeviations = unitDeviations(labels)
    let r = zip(deviations, labelDeviations).reduce(0) { $0 + $1.0 * $1.1 }
    return r.isNaN ? .nan : max(-1, min(1, r))
  }

  /// Lin's concordance correlation coefficient (1989, Biometrics 45): 2·cov(x, y) ÷ (var x + var y + (x̄ − ȳ)²), with
  /// the divisor n, as emotion challenges score it. It equals r if both sides agree in mean and spread, and is
  /// otherwise nearer to 0.
  ///
  /// 0 if one side is constant; NaN if both are the same constant or there is no sample.
  /// - Precondition: one prediction per label.
  public static func concordance(_ predictions: [Double], _ labels: [Double]) -> Double {
    precondition(predictions.count == labels.count, "one prediction a label")
    guard let first = predictions.first, let firstLabel = labels.first else { return .nan }
    // Constants are recognised by their values, as for r: then there is no covariance to divide.
    let isConstant = predictions.allSatisfy { $0 == first }
    let hasConstantLabels = labels.allSatisfy { $0 == firstLabel }
    if isConstant || hasConstantLabels {
      return isConstant && hasConstantLabels && first == firstLabel ? .nan : 0
    }
    let (center, labelCenter) = (mean(predictions), mean(labels))
    // The largest is factored out first, so that squares neither overflow nor underflow.
    let largest = zip(predictions, labels).reduce(abs(center - labelCenter)) {
      max($0, abs($1.0 - center), abs($1.1 - labelCenter))
    }
    var (covariance, spread) = (0.0, 0.0)
    for (prediction, label) in zip(predictions, labels) {
      let (x, y) = ((prediction - center) / largest, (label - labelCenter) / largest)
      covariance += x * y
      spread += x * x + y * y
    }
    let shift = (center - labelCenter) / largest
    let concordance = 2 * covariance / (spread + Double(labels.count) * shift * shift)
    return concordance.isNaN ? .nan : max(-1, min(1, concordance))
  }

  /// The arithmetic mean; NaN of nothing.
  public static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }

  /// The sample standard deviation (divisor n − 1, `statistics.stdev`); NaN below two values.
  public static func standardDeviation(_ values: [Double]) -> Double {
    if values.count < 2 { return .nan }
    let center = mean(values)
    return (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)).squareRoot()
  }

  /// Deviations from the mean divided by their norm; the largest is factored out first, so that squares neither
  /// overflow nor underflow.
  private static func unitDeviations(_ values: [Double]) -> [Double] {
    let center = mean(values)
    let deviations = values.map { $0 - center }
    let largest = deviations.reduce(0) { max($0, abs($1)) }
    if largest == 0 { return deviations.map { _ in .nan } }
    let scaled = deviations.map { $0 / largest }
    let norm = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return scaled.map { $0 / norm }
  }
}
