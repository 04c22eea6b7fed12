import Foundation
import TensorCore

/// The random choices of a plant: the same seed and kind make the same choices.
struct PlantRandom {
  private let generator: Philox
  private var position = 0

  /// - Parameter seed: the user's seed.
  init(seed: UInt64) { generator = Philox(seed: seed) }

  private static let stream: UInt32 = 0x706c_616e

  /// The next 32 random bits.
  mutating func next() -> UInt32 {
    position += 1
    return generator.word(at: position - 1, stream: Self.stream, step: 0)
  }

  /// The next value in 0 ..< 1.
  mutating func uniform() -> Double { Double(next()) * 0x1p-32 }

  /// The next integer in 0 ..< `bound`.
  mutating func integer(below bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  /// The next value of mean 0 and standard deviation 1, by Box and Muller.
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// `count` different elements in random order, or all of them.
  mutating func choose<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    var rest = elements
    for place in 0..<min(count, rest.count) { rest.swapAt(place, place + integer(below: rest.count - place)) }
    return Array(rest.prefix(count))
  }
}
