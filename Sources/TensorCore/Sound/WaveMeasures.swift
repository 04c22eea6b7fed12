import CTensorCore

/// Sums over stretches of a sound.
public enum WaveMeasures {
  /// Σ x².
  public static func energy(_ x: UnsafeBufferPointer<Float>) -> Float {
    x.isEmpty ? 0 : msa_energy(x.start, x.count)
  }

  /// How often the sign changes from one value to the next; values within ±1e-10 count as positive (librosa 0.11's
  /// `zero_crossings`).
  public static func crossings(_ x: UnsafeBufferPointer<Float>) -> Int {
    x.isEmpty ? 0 : Int(msa_sign_changes(x.start, x.count, -1e-10))
  }

  /// Pearson's correlation of `x[0 ..< count]` with the same stretch `lag` samples later, −1 … 1; 0 if one of them is
  /// constant.
  public static func correlation(_ x: UnsafeBufferPointer<Float>, lag: Int, count: Int) -> Float {
    require(count > 0 && checkedCount(1, lag, plus: count) <= x.count, "both stretches lie in the sound")
    let sums = msa_moments(x.start, x.start + lag, count)
    let n = Float(count / 8 * 8)
    let (meanA, meanB) = (sums.a / n, sums.b / n)
    let (varianceA, varianceB) = (sums.aa - n * meanA * meanA, sums.bb - n * meanB * meanB)
    let covariance = sums.ab - n * meanA * meanB
    guard varianceA > 0, varianceB > 0 else { return 0 }
    let bound = varianceA.squareRoot() * varianceB.squareRoot()
    return bound > 0 ? max(-1, min(1, covariance / bound)) : 0
  }
}
