/// Difference functions for pitch: how much a signal differs from itself some samples later.
///
/// YIN (de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music", 2002), equations 6 and 8.
public enum LagDifferences {
  /// Lags of one call, 1 … 256.
  public static let lagCount = 256

  /// `output[τ − 1] = Σ (x[j] − x[j + τ])²` over the first `count` samples j, for each lag τ in 1 … 256.
  ///
  /// Readable must be `count` + 256 samples. A window of several blocks is the sum of their outputs.
  public static func block(_ x: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) {
    // Eight sums of eight lags stay in registers.
    for first in stride(from: 1, through: lagCount, by: 64) {
      var (s0, s1, s2, s3) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
      var (s4, s5, s6, s7) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
      for j in 0..<count {
        let value = SIMD8(repeating: x[j])
        let later = x + j + first
        add(value, later, &s0)
        add(value, later + 8, &s1)
        add(value, later + 16, &s2)
        add(value, later + 24, &s3)
        add(value, later + 32, &s4)
        add(value, later + 40, &s5)
        add(value, later + 48, &s6)
        add(value, later + 56, &s7)
      }
      let sums = UnsafeMutableRawPointer(output + first - 1)
      sums.storeBytes(of: s0, as: SIMD8<Float>.self)
      sums.storeBytes(of: s1, toByteOffset: 32, as: SIMD8<Float>.self)
      sums.storeBytes(of: s2, toByteOffset: 64, as: SIMD8<Float>.self)
      sums.storeBytes(of: s3, toByteOffset: 96, as: SIMD8<Float>.self)
      sums.storeBytes(of: s4, toByteOffset: 128, as: SIMD8<Float>.self)
      sums.storeBytes(of: s5, toByteOffset: 160, as: SIMD8<Float>.self)
      sums.storeBytes(of: s6, toByteOffset: 192, as: SIMD8<Float>.self)
      sums.storeBytes(of: s7, toByteOffset: 224, as: SIMD8<Float>.self)
    }
  }

  @inline(__always)
  private static func add(_ value: SIMD8<Float>, _ later: UnsafePointer<Float>, _ sum: inout SIMD8<Float>) {
    let difference = UnsafeRawPointer(later).loadUnaligned(as: SIMD8<Float>.self) - value
    sum = sum.addingProduct(difference, difference)
  }

  /// The cumulative mean normalised difference d′(τ) = d(τ)·τ / Σ d(1…τ) of the sum d of several blocks; 1 where all is 0.
  ///
  /// - Parameters:
  ///   - blocks: `count` outputs of `block`, one after the other.
  ///   - sum: gets the running sums of d, [256].
  ///   - output: [256]
  public static func normalised(
    _ blocks: UnsafePointer<Float>, count: Int, sum: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    for lag in 0..<lagCount { output[lag] = blocks[lag] }
    for block in 1..<count {
      let differences = blocks + block * lagCount
      for lag in 0..<lagCount { output[lag] += differences[lag] }
    }
    // Four stretches side by side: one running sum would wait for each of 256 additions.
    let part = lagCount / 4
    var (r0, r1, r2, r3): (Float, Float, Float, Float) = (0, 0, 0, 0)
    for lag in 0..<part {
      r0 += output[lag]
      r1 += output[lag + part]
      r2 += output[lag + 2 * part]
      r3 += output[lag + 3 * part]
      sum[lag] = r0
      sum[lag + part] = r1
      sum[lag + 2 * part] = r2
      sum[lag + 3 * part] = r3
    }
    var before: Float = 0
    for quarter in 0..<4 {
      for lag in quarter * part..<(quarter + 1) * part {
        let running = sum[lag] + before
        let tau = Float(Int32(truncatingIfNeeded: lag) &+ 1)
        output[lag] = running > 0 ? output[lag] * tau / running : 1
      }
      before += sum[(quarter + 1) * part - 1]
    }
  }
}
