import Files
import Foundation

/// Finds texts that share most of their three-word shingles by MinHash (Broder, "On the resemblance and containment of
/// documents", 1997): 64 hash functions in 16 bands of 4, followed by the exact share of common shingles.
struct WordShingles: Sendable {
  /// Shorter texts repeat by nature.
  static let fewestWords = 6
  /// The share of common shingles from which two texts count as nearly the same.
  static let threshold = 0.7

  private static let shingleLength = 3
  private static let bandCount = 16
  private static let rowsPerBand = 4

  /// Returns the share of pairs with a given resemblance that meet in a band.
  static func recall(resemblance: Double) -> Double {
    1 - pow(1 - pow(resemblance, Double(rowsPerBand)), Double(bandCount))
  }

  /// The texts that are long enough to compare.
  var members: [Int] { shingles.indices.filter { !shingles[$0].isEmpty } }

  /// The shingles of each sample, sorted; empty if its text is short or missing.
  private let shingles: [[UInt64]]

  init(_ texts: [SentenceWords]) {
    shingles = texts.map { text in
      if text.count < Self.fewestWords { return [] }
      let hashes = text.hashes
      let windows = (0...hashes.count - Self.shingleLength).map { start in
        hashes[start..<start + Self.shingleLength].reduce(0) { SplitMix64.next(after: $0 ^ $1) }
      }
      return Set(windows).sorted()
    }
  }

  /// Returns the share of common shingles of two samples; 0 if either text is too short.
  func resemblance(_ first: Int, _ second: Int) -> Double {
    let (a, b) = (shingles[first], shingles[second])
    if a.isEmpty || b.isEmpty { return 0 }
    var (common, i, j) = (0, 0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] { common += 1 }
      (i, j) = (a[i] <= b[j] ? i + 1 : i, b[j] <= a[i] ? j + 1 : j)
    }
    return Double(common) / Double(a.count + b.count - common)
  }

  /// Returns the pairs of samples whose texts are nearly the same, sorted, and the samples that were not compared with
  /// all others in a band.
  func search(_ rule: PairRule) -> NeighbourSearch.Outcome {
    var outcome = NeighbourSearch.Outcome()
    var found: Set<SamplePair> = []
    for band in 0..<Self.bandCount {
      let keys = members.map { (key: key(of: shingles[$0], band: band), sample: $0) }
        .sorted { ($0.key, $0.sample) < ($1.key, $1.sample) }
      let order = keys.map(\.sample)
      var start = 0
      while start < keys.count {
        var end = start + 1
        while end < keys.count, keys[end].key == keys[start].key { end += 1 }
        let isWhole = rule.forEachPair(of: order[start..<end]) { first, second in
          let pair = SamplePair(first, second)
          if !found.contains(pair), resemblance(first, second) >= Self.threshold { found.insert(pair) }
        }
        if !isWhole { outcome.crowded.formUnion(order[start..<end]) }
        start = end
      }
    }
    outcome.pairs = found.sorted()
    return outcome
  }

  /// Combines the smallest values of a band's hash functions into one key.
  private func key(of shingles: [UInt64], band: Int) -> UInt64 {
    (0..<Self.rowsPerBand).reduce(0) { key, row in
      let function = SplitMix64.next(after: UInt64(band * Self.rowsPerBand + row + 1))
      let least = shingles.reduce(UInt64.max) { min($0, SplitMix64.next(after: $1 ^ function)) }
      return SplitMix64.next(after: key ^ least)
    }
  }
}
