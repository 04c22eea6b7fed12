import TensorCore
import Workers

/// Finds pairs of samples that point the same way, without comparing all of them: locality-sensitive hashing.
///
/// Each of 16 tables puts a sample into a bucket by 16 random hyperplanes; only samples that share a bucket are compared.
/// At the cosine 0.95 two samples agree in a plane with the chance 0.90 and meet in at least one table with 0.95; from 0.97
/// on with 0.998. A bucket that more samples share than can be compared is divided by the next table's planes; what is
/// still crowded then is content that many samples have, and is left out.
struct NeighbourSearch: Sendable {
  /// Two samples of different splits, the first of the earlier one, and the cosine of their angle.
  struct Pair: Hashable, Sendable {
    let first: Int
    let second: Int
  }

  /// The pairs, sorted, and how many samples stood in crowded buckets.
  struct Outcome: Sendable {
    var pairs: [Pair] = []
    var crowdedCount = 0
  }

  static let tableCount = 16
  private static let bitsPerTable = 16
  /// Samples of a bucket that are compared with each other.
  private static let crowd = 64
  private static let seed: UInt64 = 1977
  private static let samplesPerTask = 256

  let vectors: DirectionVectors
  /// The split of each sample, as a number: only pairs across splits count.
  let splits: [Int]
  let threshold: Double

  func run(threads: Int) throws -> Outcome {
    let codes = try codes(threads: threads)
    let members = vectors.isInformative.indices.filter { vectors.isInformative[$0] }
    let search = self
    var found: Set<Pair> = []
    var outcome = Outcome()
    try OrderedWorkers(threadCount: threads).forEach(count: Self.tableCount) { table, _ in
      search.pairs(ofTable: table, members, codes)
    } consume: { _, result in
      found.formUnion(result.pairs)
      outcome.crowdedCount = max(outcome.crowdedCount, result.crowdedCount)
    }
    outcome.pairs = found.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    return outcome
  }

  /// The bucket of each sample in each table, [sample][table].
  private func codes(threads: Int) throws -> [[UInt16]] {
    let projections = SignProjections(
      width: vectors.width, bitCount: Self.tableCount * Self.bitsPerTable, seed: Self.seed)
    let (vectors, count) = (vectors, splits.count)
    let tasks = (count + Self.samplesPerTask - 1) / Self.samplesPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task, _ in
      (task * Self.samplesPerTask..<min((task + 1) * Self.samplesPerTask, count)).map { sample -> [UInt16] in
        if !vectors.isInformative[sample] { return [] }
        var words = [UInt64](repeating: 0, count: projections.bitCount / 64)
        words.withUnsafeMutableBufferPointer { words in
          if let base = words.baseAddress { projections.bits(of: vectors.vector(sample), into: base) }
        }
        return words.flatMap { word in (0..<4).map { UInt16(truncatingIfNeeded: word >> UInt64(16 * $0)) } }
      }
    }.flatMap(\.self)
  }

  private func pairs(ofTable table: Int, _ members: [Int], _ codes: [[UInt16]]) -> (pairs: [Pair], crowdedCount: Int) {
    let next = (table + 1) % Self.tableCount
    var pairs: [Pair] = []
    var crowdedCount = 0
    for bucket in Self.buckets(members, by: { codes[$0][table] }) {
      if bucket.count <= Self.crowd {
        compare(bucket, &pairs)
        continue
      }
      for part in Self.buckets(bucket, by: { codes[$0][next] }) {
        if part.count <= Self.crowd { compare(part, &pairs) } else { crowdedCount += part.count }
      }
    }
    return (pairs, crowdedCount)
  }

  private func compare(_ bucket: ArraySlice<Int>, _ pairs: inout [Pair]) {
    for (place, first) in bucket.enumerated() {
      for second in bucket.dropFirst(place + 1) where splits[first] != splits[second] {
        guard let cosine = vectors.cosine(first, second), cosine >= threshold else { continue }
        pairs.append(Pair(first: min(first, second), second: max(first, second)))
      }
    }
  }

  /// The members with equal codes, two or more, each list in the order of the samples.
  private static func buckets(_ members: some Sequence<Int>, by code: (Int) -> UInt16) -> [ArraySlice<Int>] {
    let sorted = members.map { (code: code($0), sample: $0) }.sorted { ($0.code, $0.sample) < ($1.code, $1.sample) }
    let order = sorted.map(\.sample)
    var buckets: [ArraySlice<Int>] = []
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end].code == sorted[start].code { end += 1 }
      if end - start > 1 { buckets.append(order[start..<end]) }
      start = end
    }
    return buckets
  }
}
