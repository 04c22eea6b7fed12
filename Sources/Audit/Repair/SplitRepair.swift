public import Leaks
import Samples
import Text

/// A new division of a data set, or of all folds of a cross-validation, that keeps every promise: groups, speakers, dialogs,
/// sessions and duplicates stay together, and sizes and labels are as close as possible to the original.
public struct SplitRepair: Sendable {
  /// The data set under its new division; each of the folds, if there are several.
  public let datasets: [AuditedDataset]
  private let originals: [AuditedDataset]
  /// The number of components that were divided.
  private let componentCount: Int

  /// The largest number of rounds; each joins components on account of leaks that only appear under the new division.
  private static let roundLimit = 20
  private static let strataLimit = 64

  /// Divides a data set again; the same seed gives the same division.
  ///
  /// - Throws: `DataError` 64 if there is more than one data set and they are not the folds of one cross-validation; 65 if so
  ///   many samples belong together that the splits cannot be filled, or if checks keep failing; and whatever checks throw.
  public init(_ report: AuditReport, seed: UInt64) throws {
    let subject = report.subject
    let originals = subject.datasets
    self.originals = originals
    if originals.count > 1, !subject.areFolds {
      throw DataError(
        .usage, "--repair takes one data set, and \(originals.count) data sets are given",
        advice: "Repair each one separately.")
    }
    for original in originals { try Self.requireRepairable(original) }
    if let folds = CompleteFolds(originals) {
      let whole = originals[0]
      (datasets, componentCount) = try Self.divide(
        originals, places: folds.places, failing: originals.map { try Self.failing($0, of: subject) }, subject
      ) { members in
        folds.splits(of: members, weights: Self.weights(members, whole), seed: seed)
      }
      return
    }
    var (datasets, componentCount): ([AuditedDataset], Int) = ([], 0)
    for original in originals {
      let failing = try originals.count == 1 ? Self.failing(report) : Self.failing(original, of: subject)
      let (repaired, count) = try Self.divide(
        [original], places: [Array(original.samples.indices)], failing: [failing], subject
      ) { members in
        [Self.splits(of: members, original, seed: seed)]
      }
      datasets += repaired
      componentCount += count
    }
    (self.datasets, self.componentCount) = (datasets, componentCount)
  }

  /// Joins what fails and divides again until nothing does.
  ///
  /// - Parameters:
  ///   - places: for each data set, the number of each sample; those of the first are its indices.
  ///   - failing: what failed in each data set.
  ///   - splits: for each data set, the split of each sample, by its number, when components are divided.
  /// - Returns: the new data sets and the number of components; 0 where nothing failed.
  private static func divide(
    _ originals: [AuditedDataset], places numbers: [[Int]], failing: [[AuditReport.Result]], _ subject: AuditSubject,
    into splits: ([[Int]]) -> [[Split]]
  ) throws -> ([AuditedDataset], Int) {
    var (repaired, places, failing, count) = (originals, numbers, failing, 0)
    var components = SampleComponents(count: originals[0].samples.count)
    for (original, places) in zip(originals, numbers) {
      join(&components, by: subject.promises, in: original, places: places)
    }
    for _ in 0..<roundLimit {
      if failing.allSatisfy(\.isEmpty) { break }
      for number in repaired.indices {
        try join(&components, by: failing[number], in: repaired[number], places: places[number])
      }
      let members = components.members()
      count = members.count
      for original in originals { try requireRoom(members, original, subject.promises, foldCount: originals.count) }
      for (number, division) in splits(members).enumerated() {
        let own = numbers[number].map { division[$0] }
        places[number] = Split.allCases.flatMap { split in
          own.indices.filter { own[$0] == split }.map { numbers[number][$0] }
        }
        repaired[number] = originals[number].divided(as: own)
      }
      failing = try repaired.map { try Self.failing($0, of: subject) }
    }
    if let (dataset, left) = zip(originals, failing).first(where: { !$1.isEmpty }), let first = left.first {
      throw DataError(
        .badData, file: dataset.path, "no division was found that passes \(first.check.id): \(first.finding.summary)",
        advice: "Remove what it names, then repair again.")
    }
    return (repaired, count)
  }

  /// The split of each sample of one data set when its components are divided.
  private static func splits(of members: [[Int]], _ original: AuditedDataset, seed: UInt64) -> [Split] {
    let division = BalancedDivision(
      weights: weights(members, original), sizes: Split.allCases.map { original.indices(of: $0).count }, seed: seed)
    var splits = Array(repeating: Split.train, count: original.samples.count)
    for (samples, part) in zip(members, division.parts) {
      for sample in samples { splits[sample] = Split.allCases[part] }
    }
    return splits
  }

  private static func requireRepairable(_ original: AuditedDataset) throws {
    for split in [Split.train, .test] where original.indices(of: split).isEmpty {
      throw DataError(
        .badData, file: original.path, "--repair needs samples in train and test", expected: "the sizes to approximate"
      )
    }
    if original.samples.contains(where: { $0.group == nil }) {
      throw DataError(
        .badData, file: original.path, "--repair needs samples with names", expected: "ids that lists can hold")
    }
  }

  /// Returns the checks whose results depend on the division.
  private static func checks(keeping promises: Promises) -> [any AuditCheck] {
    [IDOverlap(promises), TimeOverlap(promises), ExactDuplicates(), NearDuplicates()]
  }

  private static func failing(_ report: AuditReport) throws -> [AuditReport.Result] {
    let decided = Set(checks(keeping: Promises()).map(\.id))
    return report.results.filter { $0.isError && decided.contains($0.check.id) }
  }

  /// Audits a new division.
  private static func failing(_ dataset: AuditedDataset, of subject: AuditSubject) throws -> [AuditReport.Result] {
    var again = AuditSubject(datasets: [dataset], threads: subject.threads, progress: subject.progress)
    again.promises = subject.promises
    return try failing(AuditReport(again, checks: checks(keeping: subject.promises)))
  }

  // MARK: - What stays together

  /// - Parameter places: the number of each sample of `dataset` among those that are divided.
  private static func join(
    _ components: inout SampleComponents, by promises: Promises, in dataset: AuditedDataset, places: [Int]
  ) {
    for level in SharingLevel.allCases where !promises.allowsSharing(level) {
      var first: [String: Int] = [:]
      for (place, sample) in dataset.samples.enumerated() {
        guard let name = level.name(of: sample) else { continue }
        if let other = first[name] { components.join(other, places[place]) } else { first[name] = places[place] }
      }
    }
  }

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
  private static func requireRoom(
    _ members: [[Int]], _ dataset: AuditedDataset, _ promises: Promises, foldCount: Int
  ) throws {
    let wanted = max(foldCount, Split.allCases.count { !dataset.indices(of: $0).isEmpty })
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

  /// The effect on the splits, in words; a line for each fold.
  public var text: String {
    if componentCount == 0 { return "Nothing to repair: the lists are unchanged." }
    let together = "Divided again by \(Phrase.count(componentCount, "set")) of samples that belong together"
    let sizes = zip(originals, datasets).map { original, dataset in
      Split.allCases.map { split in
        "\(split) \(original.indices(of: split).count.grouped) → \(dataset.indices(of: split).count.grouped)"
      }.joined(separator: ", ")
    }
    if datasets.count == 1 { return "\(together): \(sizes[0])." }
    return ([together + "."] + zip(datasets, sizes).map { "\($0.name): \($1)." }).joined(separator: "\n")
  }
}
