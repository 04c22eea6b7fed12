import TensorCore

/// Random lengths and gaps, from exponential and gamma distributions.
extension PhiloxStream {
  /// Returns the next value of an exponential distribution.
  mutating func exponential(mean: Double) -> Double { -mean * Self.logarithm(1 - uniform()) }

  /// Returns the next value of a gamma distribution with an integer shape.
  mutating func gamma(shape: Int, scale: Double) -> Double {
    (0..<shape).reduce(0) { sum, _ in sum + exponential(mean: scale) }
  }

  /// Returns the natural logarithm of a positive number, to about 1e-11. The last bit of the C library's logarithm
  /// differs between machines.
  static func logarithm(_ value: Double) -> Double {
    // ln m = 2 artanh((m − 1) / (m + 1)) for the significand m in 1 ..< 2.
    let ratio = (value.significand - 1) / (value.significand + 1)
    var power = ratio
    var sum = 0.0
    for divisor in stride(from: 1.0, to: 22, by: 2) {
      sum += power / divisor
      power *= ratio * ratio
    }
    return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
  }
}
