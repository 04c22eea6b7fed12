/// Random numbers that depend on a seed, a stream and a position only (SplitMix64: Steele, Lea & Flood, OOPSLA 2014).
///
/// Only operations that IEEE 754 defines to the last bit are used, so every machine makes the same numbers.
struct CounterRandom {
  private let key: UInt64
  private var counter: UInt64 = 0

  /// - Parameter stream: tells streams of one seed apart, e.g. recording and modality.
  init(seed: UInt64, stream: UInt64...) {
    key = stream.reduce(Self.mix(seed &+ Self.increment)) { Self.mix(($0 ^ $1) &+ Self.increment) }
  }

  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func mix(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  /// 64 random bits for a position of the stream.
  func bits(at position: Int) -> UInt64 {
    Self.mix(key &+ (UInt64(truncatingIfNeeded: position) &+ 1) &* Self.increment)
  }

  /// A value of mean 0 and standard deviation 1 for a position: the sum of four uniform ones, so within ±3.47.
  func normal(at position: Int) -> Float {
    let bits = bits(at: position)
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + bits >> 48
    return (Float(sum) - 131_070) * 2.642_940_2e-5  // √3 / 65535
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    counter += 1
    return bits(at: Int(counter) - 1)
  }

  /// The next value in 0 ..< 1.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The next value in `range`.
  mutating func uniform(_ range: Range<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// The next integer in 0 ..< `bound`.
  mutating func integer(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The next value of mean 0 and standard deviation 1; see `normal(at:)`.
  mutating func normal() -> Double {
    counter += 1
    return Double(normal(at: Int(counter) - 1))
  }

  /// The next value of an exponential distribution.
  mutating func exponential(mean: Double) -> Double { -mean * Self.logarithm(1 - uniform()) }

  /// The next value of a gamma distribution with a whole-numbered shape.
  mutating func gamma(shape: Int, scale: Double) -> Double {
    (0..<shape).reduce(0) { sum, _ in sum + exponential(mean: scale) }
  }

  /// The numbers 0 ..< `count` in random order.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in order.indices.dropFirst().reversed() { order.swapAt(last, integer(below: last + 1)) }
    return order
  }

  /// The natural logarithm of a positive number, to about 1e-11. The C library's differs between machines in its last
  /// bit.
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
