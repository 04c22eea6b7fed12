/// Two samples of different splits, that of the earlier split first.
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

/// Selects the samples to compare: those of different splits and, when folders are compared with each other, of
/// different folders.
struct PairRule: Sendable {
  /// The split of each sample, as a number.
  let splits: [Int]
  /// The folder of each sample, as a number; nil within one folder.
  var folders: [Int]?
  /// Whether each is a whole sample and not a part of one; two whole ones are then compared elsewhere. Nil if all are.
  var isWhole: [Bool]?

  /// The size up to which all samples of a bucket are compared with each other. Half a million comparisons take a tenth
  /// of a second.
  static let crowd = 512
  /// The number of samples of each split that all others in a larger bucket are compared with.
  private static let pivotCount = 8

  /// Returns whether two samples are to be compared.
  func wants(_ first: Int, _ second: Int) -> Bool {
    splits[first] != splits[second] && (folders.map { $0[first] != $0[second] } ?? true)
      && !(isWhole.map { $0[first] && $0[second] } ?? false)
  }

  /// What samples have in common that are compared with the same others.
  private func kind(of sample: Int) -> [Int] {
    [splits[sample], folders?[sample] ?? 0, isWhole?[sample] ?? true ? 1 : 0]
  }

  /// Groups the samples by split, folder and completeness, and returns the pairs of groups that are to be compared.
  func parts() -> (members: [[Int]], pairs: [(first: Int, second: Int)]) {
    let grouped = Dictionary(grouping: splits.indices, by: kind)
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    let pairs = grouped.indices.flatMap { first in
      grouped.indices.dropFirst(first + 1).filter { wants(grouped[first][0], grouped[$0][0]) }
        .map { (first: first, second: $0) }
    }
    return (grouped, pairs)
  }

  /// Passes every pair of a bucket that is to be compared to `body`; for a crowded bucket, only the pairs that include
  /// one of a few samples of each split.
  ///
  /// - Returns: whether all pairs were passed on.
  func forEachPair(of bucket: ArraySlice<Int>, _ body: (Int, Int) -> Void) -> Bool {
    if bucket.count <= Self.crowd {
      for (place, first) in bucket.enumerated() {
        for second in bucket.dropFirst(place + 1) where wants(first, second) { body(first, second) }
      }
      return true
    }
    let parts = Dictionary(grouping: bucket, by: kind)
    for part in parts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for pivot in part.value.prefix(Self.pivotCount) {
        for other in bucket where wants(pivot, other) { body(pivot, other) }
      }
    }
    // A pair was missed if neither of its samples is among the first few of its group.
    let large = parts.values.filter { $0.count > Self.pivotCount }.map { $0[0] }
    return !large.contains { first in large.contains { wants(first, $0) } }
  }
}
