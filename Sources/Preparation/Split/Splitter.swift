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
    /// What the user should know of how it was divided.
    var notes: [String] = []
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
      return Outcome(
        partition: partition, recordings: alone(recordings), dropped: DropLog(), unknown: [],
        notes: note(of: shares, over: recordings.count, "recordings").map { [$0] } ?? [])
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

  /// `counts(of:shares:)` groups for each split, in the order of SHA-256("seed:id").
  ///
  /// The order is a random one that depends on nothing but seed and ids, so it is the same on every machine.
  static func shuffled(_ recordings: [String], shares: [Double], seed: UInt64) -> [Split: [String]] {
    let order = recordings.map { (key: SHA256.hexDigest(of: "\(seed):\($0)"), id: $0) }
      .sorted { ($0.key, $0.id) < ($1.key, $1.id) }.map(\.id)
    let counts = counts(of: order.count, shares: shares)
    return [
      .train: Array(order[..<counts[0]]), .valid: Array(order[counts[0]..<counts[0] + counts[1]]),
      .test: Array(order[(counts[0] + counts[1])...]),
    ]
  }

  /// ⌊share · n⌋ groups for train and for valid, the rest for test.
  ///
  /// Where that leaves a split without a group although there are three or more, each split gets ⌊share · n⌋, one at least;
  /// what is too much then goes from the largest, what is left to the split that is the furthest below its share.
  static func counts(of total: Int, shares: [Double]) -> [Int] {
    let floors = shares.map { Int($0 * Double(total)) }
    let plain = [floors[0], floors[1], total - floors[0] - floors[1]]
    if total < 3 || plain.allSatisfy({ $0 > 0 }) { return plain }
    var counts = floors.map { max(1, $0) }
    while counts.reduce(0, +) > total {
      counts[counts.firstIndex(of: counts.max() ?? 0) ?? 0] -= 1
    }
    while counts.reduce(0, +) < total {
      let lacks = zip(shares, counts).map { $0 * Double(total) - Double($1) }
      counts[lacks.firstIndex(of: lacks.max() ?? 0) ?? 0] += 1
    }
    return counts
  }

  /// The sentence for shares that could not be kept; nil where they were.
  static func note(of shares: [Double], over total: Int, _ groups: String) -> String? {
    let counts = counts(of: total, shares: shares)
    let plain = [Int(shares[0] * Double(total)), Int(shares[1] * Double(total))]
    if Array(counts[..<2]) == plain { return nil }
    let given = zip(Split.allCases, counts).map { "\($0) \($1)" }.joined(separator: ", ")
    let asked = shares.map { "\($0)" }.joined(separator: ",")
    return "--ratios \(asked) over \(total) \(groups) would leave a split empty; each got one at least: \(given)."
  }
}
