/// Two samples of different splits, the first of the earlier one.
struct SamplePair: Hashable, Comparable, Sendable {
  let first: Int
  let second: Int

  init(_ one: Int, _ other: Int) {
    first = min(one, other)
    second = max(one, other)
  }

  static func < (one: SamplePair, other: SamplePair) -> Bool {
    (one.first, one.second) < (other.first, other.second)
  }
}

/// Which samples are compared: those of different splits, and, where folders are compared with each other, of different ones.
struct PairRule: Sendable {
  /// The split of each sample, as a number.
  let splits: [Int]
  /// The folder of each sample, as a number; nil within one.
  var folders: [Int]?

  /// Samples of a bucket that are compared with each other. Half a million comparisons take a tenth of a second.
  static let crowd = 512
  /// Samples of each split that all others of a larger bucket are compared with.
  private static let pivotCount = 8

  /// Whether a pair counts.
  func wants(_ first: Int, _ second: Int) -> Bool {
    splits[first] != splits[second] && folders.map { $0[first] != $0[second] } ?? true
  }

  /// Samples by what decides whether they count with each other, and the pairs of such parts that do.
  func parts() -> (members: [[Int]], pairs: [(first: Int, second: Int)]) {
    let grouped = Dictionary(grouping: splits.indices) { [splits[$0], folders?[$0] ?? 0] }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    let pairs = grouped.indices.flatMap { first in
      grouped.indices.dropFirst(first + 1).filter { wants(grouped[first][0], grouped[$0][0]) }
        .map { (first: first, second: $0) }
    }
    return (grouped, pairs)
  }

  /// Hands every pair of a bucket that counts to `body`; of a crowded bucket only the pairs with a few of each split.
  ///
  /// - Returns: whether all were handed over.
  func forEachPair(of bucket: ArraySlice<Int>, _ body: (Int, Int) -> Void) -> Bool {
    if bucket.count <= Self.crowd {
      for (place, first) in bucket.enumerated() {
        for second in bucket.dropFirst(place + 1) where wants(first, second) { body(first, second) }
      }
      return true
    }
    let parts = Dictionary(grouping: bucket) { [splits[$0], folders?[$0] ?? 0] }
    for part in parts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for pivot in part.value.prefix(Self.pivotCount) {
        for other in bucket where wants(pivot, other) { body(pivot, other) }
      }
    }
    // A pair without a pivot has both its samples behind the first few of their parts.
    let large = parts.values.filter { $0.count > Self.pivotCount }.map { $0[0] }
    return !large.contains { first in large.contains { wants(first, $0) } }
  }
}
