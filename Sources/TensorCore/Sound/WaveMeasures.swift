/// Sums over stretches of a sound.
public enum WaveMeasures {
  /// Σ x².
  public static func energy(_ x: UnsafeBufferPointer<Float>) -> Float {
    let (x, count) = (x.start, x.count)
    var sum = SIMD8<Float>.zero
    var index = 0
    while index + 8 <= count {
      let value = lanes(x + index)
      sum = sum.addingProduct(value, value)
      index += 8
    }
    var total = sum.sum()
    while index < count {
      total += x[index] * x[index]
      index += 1
    }
    return total
  }

  /// How often the sign changes from one value to the next; what is within ±1e-10 counts as positive (librosa 0.11's
  /// `zero_crossings`).
  public static func crossings(_ x: UnsafeBufferPointer<Float>) -> Int {
    if x.isEmpty { return 0 }
    let (x, count) = (x.start, x.count - 1)
    var total: Int32 = 0
    let threshold: Float = -1e-10
    for index in 0..<count {
      let (before, after): (Int32, Int32) = (x[index] < threshold ? 1 : 0, x[index + 1] < threshold ? 1 : 0)
      total &+= before ^ after
    }
    return Int(total)
  }

  /// Pearson's correlation of `x[0 ..< count]` with the same stretch `lag` samples later, −1 … 1; 0 where one of them is
  /// constant.
  public static func correlation(_ x: UnsafeBufferPointer<Float>, lag: Int, count: Int) -> Float {
    require(count > 0 && checkedCount(1, lag, plus: count) <= x.count, "both stretches lie in the sound")
    let x = x.start
    let (a, b) = (x, x + lag)
    // Around a value of their own, constant parts do not eat up the digits.
    let (originA, originB) = (SIMD8(repeating: a[0]), SIMD8(repeating: b[0]))
    var (sa, sb, saa, sbb, sab) = (
      SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero
    )
    for index in stride(from: 0, to: count / 8 * 8, by: 8) {
      let (u, v) = (lanes(a + index) - originA, lanes(b + index) - originB)
      sa += u
      sb += v
      saa = saa.addingProduct(u, u)
      sbb = sbb.addingProduct(v, v)
      sab = sab.addingProduct(u, v)
    }
    let n = Float(count / 8 * 8)
    let (meanA, meanB) = (sa.sum() / n, sb.sum() / n)
    let (varianceA, varianceB) = (saa.sum() - n * meanA * meanA, sbb.sum() - n * meanB * meanB)
    let covariance = sab.sum() - n * meanA * meanB
    guard varianceA > 0, varianceB > 0 else { return 0 }
    let bound = varianceA.squareRoot() * varianceB.squareRoot()
    return bound > 0 ? max(-1, min(1, covariance / bound)) : 0
  }

  @inline(__always)
  private static func lanes(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }
}
