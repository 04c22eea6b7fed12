import TensorCore

/// Permutations of samples that exchange whole recordings.
///
/// Samples of one recording resemble each other, and so do their labels. Shuffling individual samples would destroy
/// that and make the effect of chance look smaller than it is; shuffling recordings preserves it.
struct BlockPermutation: Sendable {
  /// The samples of each recording, in order of the recordings' first occurrence.
  private let blocks: [[Int]]
  private let generator: Philox

  /// The number of recordings.
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

  /// Returns, for each sample, the one whose label it receives in a permutation.
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
