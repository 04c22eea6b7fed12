import Foundation

/// The words of a `Philox` in sequence, for choices that are made in a fixed order: the same seed and stream make the
/// same choices.
public struct PhiloxStream: Sendable {
  private let generator: Philox
  private let stream: UInt32
  private var position = 0

  /// - Parameters:
  ///   - seed: the user's seed.
  ///   - stream: the purpose, so that two uses of one seed have nothing in common.
  public init(seed: UInt64, stream: UInt32) {
    generator = Philox(seed: seed)
    self.stream = stream
  }

  /// The next 32 random bits.
  public mutating func next() -> UInt32 {
    position += 1
    return generator.word(at: position - 1, stream: stream, step: 0)
  }

  /// The next value in 0 ..< 1.
  public mutating func uniform() -> Double { Double(next()) * 0x1p-32 }

  /// The next integer in 0 ..< `bound`, which is at most 2³².
  public mutating func integer(below bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  /// The next value of mean 0 and standard deviation 1, by Box and Muller.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// `count` different elements in random order, or all of them.
  public mutating func choose<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    var rest = elements
    for place in 0..<min(count, rest.count) { rest.swapAt(place, place + integer(below: rest.count - place)) }
    return Array(rest.prefix(count))
  }
}
