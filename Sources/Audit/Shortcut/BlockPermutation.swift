import TensorCore

/// Permutations of samples that exchange whole recordings, each rotated by a random amount and possibly reversed.
///
/// Samples of one recording resemble each other, neighbours most of all, and so do their labels. Shuffling individual
/// samples would destroy that and make the effect of chance look smaller than it is. Exchanging recordings alone would
/// leave a trend within recordings intact; rotation breaks the trend and preserves neighbours.
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
      order.swapAt(place, place + draw(place, below: order.count - place, of: permutation))
    }
    return order.flatMap { number -> [Int] in
      let block = blocks[number]
      let start = draw(blocks.count + 2 * number, below: block.count, of: permutation)
      let turned = Array(block[start...] + block[..<start])
      return draw(blocks.count + 2 * number + 1, below: 2, of: permutation) == 0 ? turned : turned.reversed()
    }
  }

  private func draw(_ place: Int, below count: Int, of permutation: Int) -> Int {
    Int((UInt64(generator.word(at: place, stream: Self.stream, step: UInt64(permutation))) * UInt64(count)) >> 32)
  }

  private static let stream: UInt32 = 0x7065_726d
}
