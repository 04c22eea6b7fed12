import Corpora
import Samples
import Storage

/// Divides recordings into train, valid and test, from their ids alone.
enum Splitter {
  /// What the split made of the recordings that are there.
  struct Outcome: Sendable {
    let partition: Partition
    /// The recordings of each group, sorted by their bytes.
    let recordings: [String: [String]]
    /// Recordings that are in no split.
    let dropped: DropLog
    /// Ids in the fold file that no recording has.
    let unknown: [String]
  }

  /// Applies the policy to `recordings`, which are sorted by their bytes.
  ///
  /// - Parameter folds: the fold file's lists where the policy is `.folds`.
  /// - Throws: `DataError` 65 when a split stays empty.
  static func divide(_ recordings: [String], by policy: SplitPolicy, folds: FoldFile?) throws -> Outcome {
    switch policy {
    case .folds(let path):
      guard let folds else { throw DataError(.internalBug, file: path, "the fold file was not read before the split") }
      return try divide(recordings, by: folds, path: path)
    case .ratios(let shares, let seed):
      let groups = shuffled(recordings, shares: shares, seed: seed)
      let partition = try Partition(groups: groups, source: "--ratios over \(recordings.count) recordings")
      return Outcome(partition: partition, recordings: alone(recordings), dropped: DropLog(), unknown: [])
    case .session, .speaker:
      throw DataError(
        .usage, "--split session or speaker, but the corpus does not say who speaks", expected: "--folds or --ratios")
    }
  }

  /// Each recording as a group of its own.
  private static func alone(_ recordings: [String]) -> [String: [String]] {
    Dictionary(uniqueKeysWithValues: recordings.map { ($0, [$0]) })
  }

  private static func divide(_ recordings: [String], by folds: FoldFile, path: String) throws -> Outcome {
    let present = Set(recordings)
    var groups: [Split: [String]] = [:]
    var named: Set<String> = []
    var unknown: [String] = []
    for split in Split.allCases {
      for id in folds.groups[split] ?? [] {
        named.insert(id)
        if present.contains(id) { groups[split, default: []].append(id) } else { unknown.append(id) }
      }
    }
    let partition = try Partition(groups: groups, source: path)
    var dropped = DropLog()
    for id in recordings where !named.contains(id) { dropped.add(id, .inNoFold) }
    return Outcome(
      partition: partition, recordings: alone(recordings.filter(named.contains)), dropped: dropped,
      unknown: unknown.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  /// ⌊share · n⌋ groups for train and for valid, the rest for test, in the order of SHA-256("seed:id").
  ///
  /// The order is a random one that depends on nothing but seed and ids, so it is the same on every machine.
  static func shuffled(_ recordings: [String], shares: [Double], seed: UInt64) -> [Split: [String]] {
    let order = recordings.map { (key: SHA256.hexDigest(of: "\(seed):\($0)"), id: $0) }
      .sorted { ($0.key, $0.id) < ($1.key, $1.id) }.map(\.id)
    let trainCount = Int(shares[0] * Double(order.count))
    let validCount = Int(shares[1] * Double(order.count))
    return [
      .train: Array(order[..<trainCount]), .valid: Array(order[trainCount..<trainCount + validCount]),
      .test: Array(order[(trainCount + validCount)...]),
    ]
  }
}
