import Foundation
import TensorCore
import Workers

/// Finds pairs of samples that point in the same direction without comparing all of them, by locality-sensitive
/// hashing.
///
/// Each of 16 tables assigns a sample to a bucket by means of 16 random hyperplanes; only samples that share a bucket
/// are compared. `recall` is the share of similar pairs that meet in at least one table. In a bucket with too many
/// samples for all to be compared, each is compared with a few of every split and counted as crowded.
struct NeighbourSearch: Sendable {
  /// The pairs, sorted, and the samples that were not compared with all others of their bucket.
  struct Outcome: Sendable {
    var pairs: [SamplePair] = []
    var crowded: Set<Int> = []
  }

  static let tableCount = 16
  private static let bitsPerTable = 16
  private static let seed: UInt64 = 1977
  private static let samplesPerTask = 256

  let vectors: DirectionVectors
  let rule: PairRule
  let threshold: Double
  /// The largest squared distance of a pair: samples further apart are too ordinary to mean anything.
  let reach: Double

  /// Returns the share of pairs with a given cosine that meet in a bucket: a plane separates two samples with
  /// probability angle / π.
  static func recall(cosine: Double) -> Double {
    let together = 1 - acos(cosine) / .pi
    return 1 - pow(1 - pow(together, Double(bitsPerTable)), Double(tableCount))
  }

  func run(threads: Int) throws -> Outcome {
    let codes = try codes(threads: threads)
    let members = vectors.isInformative.indices.filter { vectors.isInformative[$0] }
    let search = self
    var found: Set<SamplePair> = []
    var outcome = Outcome()
    try OrderedWorkers(threadCount: threads).forEach(count: Self.tableCount) { table in
      search.pairs(ofTable: table, members, codes)
    } consume: { _, result in
      found.formUnion(result.pairs)
      outcome.crowded.formUnion(result.crowded)
    }
    outcome.pairs = found.sorted()
    return outcome
  }

  /// Returns the bucket of each sample in each table, [sample][table].
  private func codes(threads: Int) throws -> [[UInt16]] {
    let projections = SignProjections(
      width: vectors.width, bitCount: Self.tableCount * Self.bitsPerTable, seed: Self.seed)
    let (vectors, count) = (vectors, vectors.isInformative.count)
    let tasks = (count + Self.samplesPerTask - 1) / Self.samplesPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
      (task * Self.samplesPerTask..<min((task + 1) * Self.samplesPerTask, count)).map { sample -> [UInt16] in
        if !vectors.isInformative[sample] { return [] }
        var words = [UInt64](repeating: 0, count: projections.bitCount / 64)
        words.withUnsafeMutableBufferPointer { projections.bits(of: vectors.vector(sample), into: $0) }
        return words.flatMap { word in (0..<4).map { UInt16(truncatingIfNeeded: word >> UInt64(16 * $0)) } }
      }
    }.flatMap(\.self)
  }

  private func pairs(ofTable table: Int, _ members: [Int], _ codes: [[UInt16]]) -> Outcome {
    var outcome = Outcome()
    for bucket in Self.buckets(members, by: { codes[$0][table] }) {
      let isWhole = rule.forEachPair(of: bucket) { first, second in
        guard let cosine = vectors.cosine(first, second), cosine >= threshold,
          Double(vectors.squaredDistance(first, second)) <= reach
        else { return }
        outcome.pairs.append(SamplePair(first, second))
      }
      if !isWhole { outcome.crowded.formUnion(bucket) }
    }
    return outcome
  }

  /// Returns groups of two or more members with equal codes, each in sample order.
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
