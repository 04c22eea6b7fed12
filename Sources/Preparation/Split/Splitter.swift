import Corpora
import Digests
import Samples
import Text

/// Divides recordings into train, valid and test, from their ids alone.
enum Splitter {
  /// The result of splitting the recordings.
  struct Outcome: Sendable {
    let partition: Partition
    /// The recordings of each group, sorted by their bytes, parts of one by their numbers.
    let recordings: [String: [String]]
    /// Recordings that are in no split.
    let dropped: DropLog
    /// Ids in the fold file that match no recording.
    let unknown: [String]
    /// What the user should know about how it was divided.
    var notes: [String] = []
  }

  /// Applies the policy to `recordings`, which are sorted by their bytes.
  ///
  /// - Parameters:
  ///   - folds: the fold file's lists where the policy is `.folds`.
  ///   - facts: what the corpus says about recordings that are samples.
  ///   - dividesGroups: whether the corpus's own split may divide a group.
  ///   - hasNoValid: whether what would be valid joins train.
  ///   - input: the files that say how the corpus is divided, for messages.
  /// - Throws: `DataError` 65 when a split stays empty; 1 when the corpus's own split divides a group that it may not.
  static func divide(
    _ recordings: [String], by policy: SplitPolicy, folds: FoldFile?, facts: [String: SampleFacts] = [:],
    dividesGroups: Bool = false, hasNoValid: Bool = false, input: [String] = []
  ) throws -> Outcome {
    func group(_ id: String) -> String { facts[id]?.group ?? SampleID.recording(of: id) }
    switch policy {
    case .folds(let path):
      guard let folds else { throw DataError(.internalBug, file: path, "the fold file was not read before the split") }
      return try divide(recordings, by: folds, path: path, groupOf: group, hasNoValid)
    case .ratios(let shares, let seed):
      return try divide(recordings, shares: shares, seed: seed, facts: facts, hasNoValid)
    case .declared:
      return try DeclaredSplit(
        facts, path: input.joined(separator: ", "), dividesGroups: dividesGroups, hasNoValid: hasNoValid
      )
      .divide(recordings)
    case .undivided:
      throw DataError(.internalBug, "data that are not divided came to be divided")
    case .session, .speaker:
      throw DataError(
        .usage, "--split session or speaker, but the corpus does not name its speakers", expected: "--folds or --ratios"
      )
    }
  }

  /// The partition, without valid if there is to be none: its groups join train.
  static func partition(_ groups: [Split: [String]], source: String, _ hasNoValid: Bool) throws -> Partition {
    guard hasNoValid else { return try Partition(groups: groups, source: source) }
    var groups = groups
    groups[.train, default: []] += groups.removeValue(forKey: .valid) ?? []
    return try Partition(groups: groups, source: source, needsValid: false)
  }

  /// The names by group, the parts of one recording in the order of their numbers.
  static func grouped(_ recordings: [String], _ group: (String) -> String) -> [String: [String]] {
    Dictionary(grouping: recordings, by: group).mapValues { members in
      members.count == 1 ? members : members.sorted { SampleID(parsing: $0) < SampleID(parsing: $1) }
    }
  }

  /// Shuffles recordings by name, but keeps names together that are, or may be, clips of one recording: a fold list can
  /// say that they are not.
  private static func divide(
    _ recordings: [String], shares: [Double], seed: UInt64, facts: [String: SampleFacts], _ hasNoValid: Bool
  ) throws -> Outcome {
    func known(_ id: String) -> String { facts[id]?.group ?? id }
    let clips = ClipGrouping(of: facts.isEmpty ? recordings : Set(recordings.map(known)).sortedByBytes())
    let members = grouped(recordings) { clips.recording(of: known($0), believingSuspicion: true) }
    let names = members.keys.sortedByBytes()
    let clipped = clips.rule.map { ", clips named \($0) counted as one" } ?? ""
    let partition = try partition(
      shuffled(names, shares: shares, seed: seed),
      source: "--ratios over \(names.count.counted("recording"))\(clipped)", hasNoValid)
    return Outcome(
      partition: partition, recordings: members, dropped: DropLog(), unknown: [],
      notes: clips.notes + (note(of: shares, over: names.count, "recording").map { [$0] } ?? []))
  }

  /// A list may name recordings, or all parts of one (`vid[0]`, `vid[1]`, …) alike.
  private static func divide(
    _ recordings: [String], by folds: FoldFile, path: String, groupOf: (String) -> String, _ hasNoValid: Bool
  ) throws -> Outcome {
    let members = grouped(recordings, groupOf)
    let present = Set(recordings)
    var splits: [String: Split] = [:]
    var groups: [Split: [String]] = [:]
    var named: Set<String> = []
    var unknown: [String] = []
    for split in Split.allCases {
      for id in folds.groups[split] ?? [] {
        let group = groupOf(id)
        let isPart = group != id && present.contains(id)
        guard let own = isPart ? [id] : members[id] else {
          unknown.append(id)
          continue
        }
        named.formUnion(own)
        if isPart, let other = splits[group] {
          if other == split { continue }
          throw DataError(
            .badData, file: path, place: id, "is in \(split), another part of \(group) in \(other)",
            expected: "a recording in one split", advice: "Move all parts of \(group) into one split.")
        }
        splits[group] = split
        groups[split, default: []].append(group)
      }
    }
    if named.isEmpty, let listed = unknown.first, let known = recordings.first {
      throw DataError(
        .badData, file: path, place: listed, "no id of the list is a recording of the corpus",
        expected: "ids such as \(known)",
        advice: "Give the list that belongs to the corpus, with its ids spelled as in the corpus.")
    }
    let partition = try partition(groups, source: path, hasNoValid)
    var dropped = DropLog()
    for id in recordings where !named.contains(id) { dropped.add(id, .inNoFold) }
    return Outcome(
      partition: partition, recordings: members.mapValues { $0.filter(named.contains) }.filter { !$0.value.isEmpty },
      dropped: dropped, unknown: unknown.sortedByBytes())
  }

  /// `counts(of:shares:)` groups for each split, in the order of SHA-256("seed:id").
  ///
  /// The order is random but depends only on seed and ids, so it is the same on every machine.
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
  /// If that leaves a split without a group although there are three or more, each split gets ⌊share · n⌋, at least
  /// one; any excess is taken from the largest, and what is left goes to the split furthest below its share.
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
  static func note(of shares: [Double], over total: Int, _ group: String) -> String? {
    let counts = counts(of: total, shares: shares)
    let plain = [Int(shares[0] * Double(total)), Int(shares[1] * Double(total))]
    if Array(counts[..<2]) == plain { return nil }
    let given = zip(Split.allCases, counts).map { "\($0) \($1)" }.joined(separator: ", ")
    let asked = shares.map { "\($0)" }.joined(separator: ",")
    return "--ratios \(asked) over \(total.counted(group)) would leave a split empty; each got at least one: \(given)."
  }
}

extension ClipGrouping {
  /// What a user who divides by shares should know: which names were kept together, and what to do if they are not of
  /// one recording.
  fileprivate var notes: [String] {
    guard let rule, let first = groups.first else { return [] }
    let names = groups.reduce(0) { $0 + $1.members.count }
    let example = "\(first.members.prefix(2).joined(separator: ", ")) of \(first.name)"
    switch standing {
    case .none: return []
    case .certain:
      return [
        "\(names.grouped) names are clips of \(groups.count.counted("recording")) (\(rule): \(example)); clips of one stay in one split."
      ]
    case .suspected:
      return [
        "\(names.grouped) names look like clips of \(groups.count.counted("recording")) (\(rule): \(example)) and stay in one split; if "
          + "they are not, divide with --folds."
      ]
    }
  }
}
