/// The words of a `Philox` one after the other, for choices that are made in one order: the same seed, stream and step
/// make the same choices.
///
/// Only operations that IEEE 754 defines to the last bit are used, so every machine makes the same numbers.
public struct PhiloxStream: Sendable {
  private let generator: Philox
  private let stream: UInt32
  private let step: UInt64
  private var position = 0

  /// - Parameters:
  ///   - seed: the user's seed.
  ///   - stream: which use, so that two uses of one seed have nothing in common.
  ///   - step: which time, e.g. the number of a recording.
  public init(seed: UInt64, stream: UInt32, step: UInt64 = 0) {
    generator = Philox(seed: seed)
    self.stream = stream
    self.step = step
  }

  /// The next 32 random bits.
  public mutating func next() -> UInt32 {
    position += 1
    return generator.word(at: position - 1, stream: stream, step: step)
  }

  /// The next value in 0 ..< 1.
  public mutating func uniform() -> Double { Double(next()) * 0x1p-32 }

  /// The next value in `range`.
  public mutating func uniform(_ range: Range<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// The next integer in 0 ..< `bound`, which is at most 2³².
  public mutating func integer(below bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  /// The next value of mean 0 and standard deviation 1: the sum of four uniform ones, so within ±3.47. The C library's
  /// logarithm and cosine, which a true normal distribution needs, differ between machines in their last bit.
  public mutating func normal() -> Double { Double(Self.normal(next(), next())) }

  /// The value that the call of `normal` with this number gives, where nothing else is drawn: numbers from 0 on.
  public func normal(at number: Int) -> Float {
    let words = generator.block(
      UInt32(truncatingIfNeeded: number >> 1), stream, UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: step >> 32))
    return number & 1 == 0 ? Self.normal(words.0, words.1) : Self.normal(words.2, words.3)
  }

  private static func normal(_ first: UInt32, _ second: UInt32) -> Float {
    let sum = (first & 0xffff) + first >> 16 + (second & 0xffff) + second >> 16
    return (Float(sum) - 131_070) * 2.642_940_2e-5  // √3 / 65535
  }

  /// `count` different elements in random order, or all of them.
  public mutating func choose<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    var rest = elements
    for place in 0..<min(count, rest.count) { rest.swapAt(place, place + integer(below: rest.count - place)) }
    return Array(rest.prefix(count))
  }
}
