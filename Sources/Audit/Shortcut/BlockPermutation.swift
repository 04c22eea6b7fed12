import TensorCore

/// Orders of samples in which recordings change places and stay whole.
///
/// Samples of one recording resemble each other, and so do their labels. Shuffling single samples would break that and
/// make chance look smaller than it is; shuffling recordings keeps it.
struct BlockPermutation: Sendable {
  /// The samples of each recording, in the order in which recordings first occur.
  private let blocks: [[Int]]
  private let generator: Philox

  /// How many recordings there are.
  var blockCount: Int { blocks.count }

  /// - Parameter groups: the recording of each sample.
  init(groups: [String], seed: UInt64) {
    var places: [String: Int] = [:]
    var blocks: [[Int]] = []
    for (sample, group) in groups.enumerated() {
      if let place = places[group] {
        blocks[place].append(sample)
      } else {
        places[group] = blocks.count
        blocks.append([sample])
      }
    }
    self.blocks = blocks
    generator = Philox(seed: seed)
  }

  /// Whose label each sample gets in a permutation.
  func order(_ permutation: Int) -> [Int] {
    var order = Array(blocks.indices)
    for place in order.indices.dropLast() {
      let word = generator.word(at: place, stream: Self.stream, step: UInt64(permutation))
      order.swapAt(place, place + Int((UInt64(word) * UInt64(order.count - place)) >> 32))
    }
    return order.flatMap { blocks[$0] }
  }

  private static let stream: UInt32 = 0x7065_726d
}
