public import Leaks
import Samples
import Text

/// A new division of a data set that keeps every promise: groups, speakers, dialogs, sessions and duplicates stay
/// together, and sizes and labels are as close as possible to the original.
public struct SplitRepair: Sendable {
  /// The data set under its new division.
  public let dataset: AuditedDataset
  private let original: AuditedDataset
  /// The number of components that were divided.
  private let componentCount: Int

  /// The largest number of rounds; each joins components on account of leaks that only appear under the new division.
  private static let roundLimit = 20
  private static let strataLimit = 64

  /// Divides a data set again; the same seed gives the same division.
  ///
  /// - Throws: `DataError` 64 if there is more than one data set; 65 if so many samples belong together that the splits
  ///   cannot be filled, or if checks keep failing; and whatever checks throw.
  public init(_ report: AuditReport, seed: UInt64) throws {
    let subject = report.subject
    guard subject.datasets.count == 1, let original = subject.datasets.first else {
      throw DataError(
        .usage,
        "--repair takes one data set, and \(subject.datasets.count) \(subject.areFolds ? "folds" : "data sets") are given",
        advice: "Repair each one separately.")
    }
    for split in [Split.train, .test] where original.indices(of: split).isEmpty {
      throw DataError(
        .badData, file: original.path, "--repair needs samples in train and test", expected: "the sizes to approximate"
      )
    }
    if original.samples.contains(where: { $0.group == nil }) {
      throw DataError(
        .badData, file: original.path, "--repair needs samples with names", expected: "ids that lists can hold")
    }
    self.original = original
    var components = SampleComponents(count: original.samples.count)
    Self.join(&components, by: subject.promises, in: original)
    var repaired = original
    var places = Array(original.samples.indices)
    var failing = try Self.failing(report)
    var count = 0
    for _ in 0..<Self.roundLimit {
      if failing.isEmpty { break }
      try Self.join(&components, by: failing, in: repaired, places: places)
      let members = components.members()
      count = members.count
      try Self.requireRoom(members, original, subject.promises)
      let division = BalancedDivision(
        weights: Self.weights(members, original),
        sizes: Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, original.indices(of: $0).count) }), seed: seed
      )
      var splits = Array(repeating: Split.train, count: original.samples.count)
      for (number, samples) in members.enumerated() {
        for sample in samples { splits[sample] = division.splits[number] }
      }
      places = Split.allCases.flatMap { split in splits.indices.filter { splits[$0] == split } }
      repaired = original.divided(as: splits)
      var again = AuditSubject(datasets: [repaired], threads: subject.threads, progress: subject.progress)
      again.promises = subject.promises
      failing = try Self.failing(AuditReport(again, checks: Self.checks(keeping: subject.promises)))
    }
    if let left = failing.first {
      throw DataError(
        .badData, file: original.path, "no division was found that passes \(left.check.id): \(left.finding.summary)",
        advice: "Remove what it names, then repair again.")
    }
    dataset = repaired
    componentCount = count
  }

  /// Returns the checks whose results depend on the division.
  private static func checks(keeping promises: Promises) -> [any AuditCheck] {
    [IDOverlap(promises), TimeOverlap(promises), ExactDuplicates(), NearDuplicates()]
  }

  private static func failing(_ report: AuditReport) throws -> [AuditReport.Result] {
    let decided = Set(checks(keeping: Promises()).map(\.id))
    return report.results.filter { $0.isError && decided.contains($0.check.id) }
  }

  // MARK: - What stays together

  private static func join(_ components: inout SampleComponents, by promises: Promises, in dataset: AuditedDataset) {
    for level in SharingLevel.allCases where !promises.allowsSharing(level) {
      var first: [String: Int] = [:]
      for (place, sample) in dataset.samples.enumerated() {
        guard let name = level.name(of: sample) else { continue }
        if let other = first[name] { components.join(other, place) } else { first[name] = place }
      }
    }
  }

  /// - Parameter places: the index of each sample of `dataset` in the original.
  private static func join(
    _ components: inout SampleComponents, by results: [AuditReport.Result], in dataset: AuditedDataset, places: [Int]
  ) throws {
    var known: [LeakRow.Side: Int] = [:]
    for (number, sample) in dataset.samples.enumerated() { known[LeakRow.Side(sample, of: dataset)] = places[number] }
    for result in results {
      try result.finding.leaks.forEach { row in
        if let first = known[row.first], let second = known[row.second] { components.join(first, second) }
      }
    }
  }

  /// Rejects data in which so many samples belong together that there is nothing left to divide.
  private static func requireRoom(_ members: [[Int]], _ dataset: AuditedDataset, _ promises: Promises) throws {
    let wanted = Split.allCases.count { !dataset.indices(of: $0).isEmpty }
    let largest = members.map(\.count).max() ?? 0
    let held = dataset.samples.count - dataset.indices(of: .train).count
    if members.count >= wanted, 2 * (dataset.samples.count - largest) >= held { return }
    let levels = SharingLevel.allCases.filter { level in
      level != .sample && !promises.allowsSharing(level) && dataset.samples.contains { level.name(of: $0) != nil }
    }.map(\.rawValue)
    throw DataError(
      .badData, file: dataset.path,
      "\(largest.grouped) of \(dataset.samples.count.grouped) samples belong together through \(Phrase.list(levels, limit: 5)) "
        + "and copies: no division keeps them apart",
      expected: "parts that can be divided",
      advice: "Say what may be shared, e.g. --declare \(levels.last ?? "speaker")=shared.")
  }

  // MARK: - Sizes and labels

  /// Returns the number of samples in each component, and of those with each label value: 0 and 1 separately, other
  /// numbers by quartile.
  private static func weights(_ members: [[Int]], _ dataset: AuditedDataset) -> [[Double]] {
    var strata: [[Bool]] = []
    for column in dataset.labelNames.indices where strata.count < strataLimit {
      let values = dataset.samples.map { $0.label[column] }
      let sorted = values.filter(\.isFinite).sorted()
      if sorted.allSatisfy({ $0 == 0 || $0 == 1 }) {
        strata.append(values.map { $0 == 1 })
        continue
      }
      let borders = Set([1, 2, 3].map { sorted[min(sorted.count - 1, $0 * sorted.count / 4)] }).sorted()
      for place in 0...borders.count {
        strata.append(
          values.map { value in
            value.isFinite && (place == 0 || value >= borders[place - 1])
              && (place == borders.count || value < borders[place])
          })
      }
    }
    return members.map { samples in
      [Double(samples.count)] + strata.map { stratum in Double(samples.count { stratum[$0] }) }
    }
  }

  /// The effect on the splits, in words.
  public var text: String {
    let sizes = Split.allCases.map { split in
      "\(split) \(original.indices(of: split).count.grouped) → \(dataset.indices(of: split).count.grouped)"
    }
    return componentCount == 0
      ? "Nothing to repair: the lists are unchanged."
      : "Divided again by \(Phrase.count(componentCount, "set")) of samples that belong together: \(sizes.joined(separator: ", "))."
  }
}
