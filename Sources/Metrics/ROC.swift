/// The receiver operating characteristic of a score.
public enum ROC {
  /// The area under the curve, as `sklearn.metrics.roc_auc_score`: the chance that a positive sample scores above a
  /// negative one, ties counting half.
  ///
  /// NaN where one of the two kinds is missing or a score is NaN.
  /// - Precondition: one score a label.
  public static func area(scores: [Double], isPositive: [Bool]) -> Double {
    precondition(scores.count == isPositive.count, "one score a label")
    let positives = isPositive.count { $0 }
    let negatives = isPositive.count - positives
    if positives == 0 || negatives == 0 || scores.contains(where: \.isNaN) { return .nan }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    // Twice the sum of the positives' ranks: tied scores share the mean of their ranks, which may be a half.
    var doubledRanks = 0
    var start = 0
    while start < order.count {
      var end = start
      var tied = 0
      while end < order.count, scores[order[end]] == scores[order[start]] {
        if isPositive[order[end]] { tied += 1 }
        end += 1
      }
      doubledRanks += tied * (start + 1 + end)
      start = end
    }
    let doubledWins = doubledRanks - positives * (positives + 1)
    return Double(doubledWins) / (2 * Double(positives) * Double(negatives))
  }
}
