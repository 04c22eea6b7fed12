import TensorCore

/// Changes the sample rate by a Kaiser-windowed sinc in polyphase form; the same bits on every run.
///
/// With L/M the ratio of the rates in lowest terms, output m stands at input time m·M/L, between whole samples at one
/// of L phases, and is a dot product of the samples around it with that phase's coefficients. Nothing is delayed:
/// output 0 is input 0. Outside the sound is silence. J. O. Smith, "Digital Audio Resampling", 2002; Kaiser's window as
/// in Oppenheim and Schafer, "Discrete-Time Signal Processing", 7.5.3.
struct Resampler {
  private let up: Int
  private let down: Int
  /// The passband edge as a fraction of the input's Nyquist frequency.
  private let cutoff: Double
  /// Samples on either side of an output that contribute to it.
  private let reach: Int

  /// Zero crossings of the sinc on either side, counted at the lower of the rates.
  private static let zeroCrossings = 48.0
  /// Kaiser's β: the stop band is about 100 dB down.
  private static let beta = 10.0
  /// Kaiser's transition band for this β and length is 0.14 of the lower Nyquist frequency wide; its middle is half of
  /// it below, so that nothing aliases.
  private static let edge = 0.93

  init(from source: Int, to target: Int) {
    let divisor = Self.greatestCommonDivisor(source, target)
    (up, down) = (target / divisor, source / divisor)
    cutoff = Self.edge * min(1, Double(target) / Double(source))
    reach = Int((Self.zeroCrossings / cutoff).rounded(.up))
  }

  /// The sound at the other rate: count · L / M samples, rounded up.
  func resample(_ input: [Float]) -> [Float] {
    let outputCount = (input.count * up + down - 1) / down
    let width = 2 * reach
    let phases = coefficients(phaseCount: min(up, outputCount))
    var padded = [Float](repeating: 0, count: input.count + 2 * width)
    padded.replaceSubrange(width..<width + input.count, with: input)
    return [Float](unsafeUninitializedCapacity: outputCount) { output, count in
      for m in 0..<outputCount {
        // The first contributing sample is `reach − 1` before the one at or before the output's time.
        let start = width + m * down / up - reach + 1
        output[m] = Self.dot(phases, at: m % up * width, padded, at: start, count: width)
      }
      count = outputCount
    }
  }

  /// The coefficients of outputs 0 ..< `phaseCount`: [phaseCount, 2·reach].
  private func coefficients(phaseCount: Int) -> [Float] {
    let width = 2 * reach
    let scale = 1 / Self.bessel(Self.beta)
    var table = [Float](repeating: 0, count: phaseCount * width)
    for m in 0..<phaseCount {
      let fraction = Double(m * down % up) / Double(up)
      for tap in 0..<width {
        let distance = Double(tap - reach + 1) - fraction
        let place = distance / Double(reach)
        if abs(place) >= 1 { continue }
        let window = Self.bessel(Self.beta * (1 - place * place).squareRoot()) * scale
        let angle = Double.pi * cutoff * distance
        let sinc = angle == 0 ? 1 : sine(angle) / angle
        table[m * width + tap] = Float(cutoff * sinc * window)
      }
    }
    return table
  }

  /// The modified Bessel function of the first kind and order 0, by its power series.
  private static func bessel(_ x: Double) -> Double {
    var (sum, term, k) = (1.0, 1.0, 1.0)
    while term > sum * 1e-17 {
      term *= (x / (2 * k)) * (x / (2 * k))
      sum += term
      k += 1
    }
    return sum
  }

  /// Σ a[i]·b[i] in eight lanes, which are added in order at the end.
  private static func dot(_ a: [Float], at i: Int, _ b: [Float], at j: Int, count: Int) -> Float {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        var sum = SIMD8<Float>.zero
        var k = 0
        while k + 8 <= count {
          let x = a.loadUnaligned(fromByteOffset: 4 * (i + k), as: SIMD8<Float>.self)
          let y = b.loadUnaligned(fromByteOffset: 4 * (j + k), as: SIMD8<Float>.self)
          sum += x * y
          k += 8
        }
        var total = sum.sum()
        while k < count {
          total +=
            a.load(fromByteOffset: 4 * (i + k), as: Float.self) * b.load(fromByteOffset: 4 * (j + k), as: Float.self)
          k += 1
        }
        return total
      }
    }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
