import Corpora
import Samples
import Text

/// Divides samples as their corpus itself does.
struct DeclaredSplit {
  private let facts: [String: SampleFacts]
  private let path: String
  private let dividesGroups: Bool
  private let hasNoValid: Bool

  /// - Parameters:
  ///   - path: the files that say so, for messages.
  ///   - dividesGroups: whether a group may be in several splits: its samples are then groups of their own.
  ///   - hasNoValid: whether what would be valid joins train.
  init(_ facts: [String: SampleFacts], path: String, dividesGroups: Bool, hasNoValid: Bool = false) {
    self.hasNoValid = hasNoValid
    self.facts = facts
    self.path = path
    self.dividesGroups = dividesGroups
  }

  /// Divides `recordings`, which are sorted by their bytes.
  ///
  /// - Throws: `DataError` 65 when a split stays empty, 1 when a group is in several.
  func divide(_ recordings: [String]) throws -> Splitter.Outcome {
    var dropped = DropLog()
    var splits: [String: Split] = [:]
    for id in recordings {
      if let split = facts[id]?.split {
        splits[id] = hasNoValid && split == .valid ? .train : split
      } else {
        dropped.add(id, .inNoFold)
      }
    }
    let kept = recordings.filter { splits[$0] != nil }
    let lacking = Set(hasNoValid ? [.train, .test] : Split.allCases).subtracting(splits.values)
    if let first = Split.allCases.first(where: lacking.contains) { throw refusal(lacking: first) }
    let groups = Dictionary(grouping: kept) { facts[$0]?.group ?? $0 }
    let divided = groups.filter { Set($0.value.compactMap { splits[$0] }).count > 1 }
    if !dividesGroups, let first = divided.keys.sortedByBytes().first { throw refusal(first, divided, splits) }
    let members = Splitter.grouped(kept) { id in
      let group = facts[id]?.group ?? id
      return divided[group] == nil ? group : id
    }
    let names = Dictionary(grouping: members.keys.sortedByBytes()) { splits[members[$0]?.first ?? ""] ?? .train }
    return Splitter.Outcome(
      partition: try Partition(groups: names, source: "the split of the files", needsValid: !hasNoValid),
      recordings: members, dropped: dropped,
      unknown: [])
  }

  private func refusal(_ first: String, _ divided: [String: [String]], _ splits: [String: Split]) -> DataError {
    let own = divided[first] ?? []
    let shares = Split.allCases.compactMap { split in
      let count = own.count { splits[$0] == split }
      return count > 0 ? "\(split) \(count.grouped)" : nil
    }
    return DataError(
      .checkFailed, file: path, place: first,
      "is in several splits (\(shares.joined(separator: ", ")))"
        + (divided.count == 1 ? "" : ", one of \(divided.count.grouped) such recordings"),
      expected: "each recording in one split",
      advice:
        "Divide by recording with --split group, or keep the split and its leak with --allow-leaks id-overlap."
    )
  }

  private func refusal(lacking split: Split) -> DataError {
    DataError(
      .badData, file: path, "has no usable sample in \(split)",
      expected: "samples in train, valid and test",
      advice: "Divide by recording instead: --split group, or --ratios 0.7,0.15,0.15"
        + (split == .valid ? "; or do without a valid split: --no-valid." : "."))
  }
}
