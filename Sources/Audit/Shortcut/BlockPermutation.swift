import TensorCore

/// Permutations of samples that exchange whole recordings, each rotated by a random amount and possibly reversed.
///
/// Samples of one recording resemble each other, neighbours most of all, and so do their labels. Shuffling individual
/// samples would destroy that and make the effect of chance look smaller than it is. Exchanging recordings alone would
/// leave a trend within recordings intact; rotation breaks the trend and preserves neighbours.
struct BlockPermutation: Sendable {
  /// The samples of all recordings, in order of the recordings' first occurrence.
  private let samples: [Int]
  /// Where those of each recording begin in `samples`, and the end.
  private let starts: [Int]
  private let generator: Philox

  /// The number of recordings.
  var blockCount: Int { starts.count - 1 }

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
    samples = blocks.flatMap(\.self)
    starts = blocks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    generator = Philox(seed: seed)
  }

  /// Returns, for each sample, the one whose label it receives in a permutation.
  func order(_ permutation: Int) -> [Int] {
    // A word for each recording's place, and two for how it is turned.
    let drawCount = (3 * blockCount + 3) / 4
    let words = [UInt32](unsafeUninitializedCapacity: 4 * drawCount) { buffer, count in
      generator.fill(buffer, blockCount: drawCount, first: 0, stream: Self.stream, step: UInt64(permutation))
      count = 4 * drawCount
    }
    func draw(_ place: Int, below count: Int) -> Int { Int((UInt64(words[place]) * UInt64(count)) >> 32) }
    var blocks = Array(0..<blockCount)
    for place in blocks.indices.dropLast() { blocks.swapAt(place, place + draw(place, below: blockCount - place)) }
    var order: [Int] = []
    order.reserveCapacity(samples.count)
    for number in blocks {
      let (start, end) = (starts[number], starts[number + 1])
      let turn = start + draw(blockCount + 2 * number, below: end - start)
      if draw(blockCount + 2 * number + 1, below: 2) == 0 {
        for place in turn..<end { order.append(samples[place]) }
        for place in start..<turn { order.append(samples[place]) }
      } else {
        for place in (start..<turn).reversed() { order.append(samples[place]) }
        for place in (turn..<end).reversed() { order.append(samples[place]) }
      }
    }
    return order
  }

  private static let stream: UInt32 = 0x7065_726d
}
