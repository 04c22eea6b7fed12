import TensorCore
import Workers

/// A random sample of the pairs to be compared, drawn regardless of content, which shows the usual distances.
struct PairSample: Sendable {
  /// The number of all pairs.
  let total: Int
  /// The drawn pairs; all of them if there are few.
  let pairs: [(first: Int32, second: Int32)]
  /// The indices of the pairs, grouped by first sample so that its vector is read from memory only once.
  private let order: [Int32]

  private static let seed: UInt64 = 1931

  /// - Parameter limit: the largest number of pairs to draw.
  init(_ rule: PairRule, limit: Int) {
    let (members, parts) = rule.parts()
    let sizes = parts.map { members[$0.first].count * members[$0.second].count }
    let all = sizes.reduce(0, +)
    total = all
    if all <= limit {
      pairs = parts.flatMap { part in
        members[part.first].flatMap { first in members[part.second].map { (Int32(first), Int32($0)) } }
      }
      order = Self.order(of: pairs, sampleCount: rule.splits.count)
      return
    }
    // Each pair of groups contributes in proportion to its size.
    let generator = Philox(seed: Self.seed)
    pairs = zip(parts, sizes).enumerated().flatMap { number, part in
      let (firsts, seconds) = (members[part.0.first], members[part.0.second])
      let count = Int(Double(limit) * Double(part.1) / Double(all))
      return (0..<count).map { index in
        func draw(_ list: [Int], _ half: Int) -> Int32 {
          let word = generator.word(at: 2 * index + half, stream: UInt32(number), step: 0)
          return Int32(list[Int((UInt64(word) * UInt64(list.count)) >> 32)])
        }
        return (draw(firsts, 0), draw(seconds, 1))
      }
    }
    order = Self.order(of: pairs, sampleCount: rule.splits.count)
  }

  private static func order(of pairs: [(first: Int32, second: Int32)], sampleCount: Int) -> [Int32] {
    var ends = [Int](repeating: 0, count: sampleCount + 1)
    for pair in pairs { ends[Int(pair.first) + 1] += 1 }
    for sample in 0..<sampleCount { ends[sample + 1] += ends[sample] }
    var order = [Int32](repeating: 0, count: pairs.count)
    for (place, pair) in pairs.enumerated() {
      order[ends[Int(pair.first)]] = Int32(place)
      ends[Int(pair.first)] += 1
    }
    return order
  }

  private static let pairsPerTask = 1 << 14

  /// Returns the squared distance of each pair in one modality; NaN if either sample is uninformative.
  func squaredDistances(_ vectors: DirectionVectors, threads: Int) throws -> [Float] {
    let (pairs, order, count) = (pairs, order, pairs.count)
    let tasks = (count + Self.pairsPerTask - 1) / Self.pairsPerTask
    var squares = [Float](repeating: .nan, count: count)
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task in
      order[task * Self.pairsPerTask..<min((task + 1) * Self.pairsPerTask, count)].map { place in
        vectors.squaredDistance(Int(pairs[Int(place)].first), Int(pairs[Int(place)].second))
      }
    } consume: { task, found in
      for (place, square) in zip(order[(task * Self.pairsPerTask)...], found) { squares[Int(place)] = square }
    }
    return squares
  }
}
