import TensorCore
import Workers

/// Pairs of samples that count, drawn without regard to what is in them: what distances are usual, they tell.
struct PairSample: Sendable {
  /// How many pairs count in all.
  let total: Int
  /// All of them where they are few.
  let pairs: [(first: Int32, second: Int32)]

  private static let seed: UInt64 = 1931

  /// - Parameter limit: pairs that are drawn at most.
  init(_ rule: PairRule, limit: Int) {
    let (members, parts) = rule.parts()
    let sizes = parts.map { members[$0.first].count * members[$0.second].count }
    let all = sizes.reduce(0, +)
    total = all
    if all <= limit {
      pairs = parts.flatMap { part in
        members[part.first].flatMap { first in members[part.second].map { (Int32(first), Int32($0)) } }
      }
      return
    }
    // Each part gives as many as it has of all.
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
  }

  private static let pairsPerTask = 1 << 14

  /// The square of the distance of each pair in one modality; NaN where one of the two has nothing of its own.
  func squaredDistances(_ vectors: DirectionVectors, threads: Int) throws -> [Float] {
    let (pairs, count) = (pairs, pairs.count)
    let tasks = (count + Self.pairsPerTask - 1) / Self.pairsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task, _ in
      pairs[task * Self.pairsPerTask..<min((task + 1) * Self.pairsPerTask, count)].map {
        vectors.squaredDistance(Int($0.first), Int($0.second))
      }
    }.flatMap(\.self)
  }
}
