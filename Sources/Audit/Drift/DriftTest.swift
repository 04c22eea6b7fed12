import Leaks
import Metrics
import Samples

/// How a quantity differs between train and a held-out split.
struct DriftTest: Sendable {
  /// What is compared, e.g. `sentiment` or `visual column 3`.
  let name: String
  /// `valid` or `test`.
  let split: Split
  /// The largest distance of the distribution functions of the recordings' means, and its p-value.
  let statistic: Double
  let pValue: Double
  /// The population stability index over single samples.
  let stability: Double
  /// What the index comes to by chance where both are one distribution: (bins − 1) · (1/n + 1/m), n and m recordings.
  let expectedStability: Double

  /// Below 0.1 alike, above 0.25 different: the usual reading of the index, beyond what chance makes of it.
  static let largestStability = 0.25
  private static let binCount = 10

  /// - Parameters:
  ///   - values: one a sample; NaN where there is none.
  ///   - groups: the recording of each sample, as a number. Samples of one recording resemble each other, so only
  ///     recordings count as independent.
  init(name: String, split: Split, values: [Double], samples: SplitSamples) {
    self.name = name
    self.split = split
    let (train, held) = (samples.values(of: .train, in: values), samples.values(of: split, in: values))
    let (trainMeans, heldMeans) = (samples.means(of: .train, in: values), samples.means(of: split, in: values))
    let test = Drift.kolmogorovSmirnov(trainMeans, heldMeans)
    statistic = test.statistic
    pValue = test.pValue
    stability = Drift.populationStabilityIndex(expected: train, actual: held, binCount: Self.binCount)
    expectedStability =
      Double(Self.binCount - 1) * (1 / Double(max(1, trainMeans.count)) + 1 / Double(max(1, heldMeans.count)))
  }

  /// Whether the difference is neither chance (among `testCount` tests) nor small.
  func isDrift(among testCount: Int, level: Double) -> Bool {
    pValue * Double(testCount) <= level && stability >= Self.largestStability + expectedStability
  }
}

/// The samples of each split and their recordings.
struct SplitSamples: Sendable {
  private let indices: [Split: Range<Int>]
  /// The recording of each sample, numbered.
  private let groups: [Int]

  init(_ dataset: AuditedDataset) {
    indices = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, dataset.indices(of: $0)) })
    var numbers: [String: Int] = [:]
    groups = dataset.samples.map { sample in
      let name = sample.group ?? sample.recording
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }

  /// How many recordings a split has.
  func groupCount(of split: Split) -> Int { Set((indices[split] ?? 0..<0).map { groups[$0] }).count }

  /// A split's values that are numbers.
  func values(of split: Split, in values: [Double]) -> [Double] {
    (indices[split] ?? 0..<0).map { values[$0] }.filter(\.isFinite)
  }

  /// The mean of each recording of a split, in the order of their first samples.
  func means(of split: Split, in values: [Double]) -> [Double] {
    var sums: [Int: (sum: Double, count: Int)] = [:]
    var order: [Int] = []
    for index in indices[split] ?? 0..<0 where values[index].isFinite {
      let old = sums[groups[index]]
      if old == nil { order.append(groups[index]) }
      sums[groups[index]] = ((old?.sum ?? 0) + values[index], (old?.count ?? 0) + 1)
    }
    return order.compactMap { group in sums[group].map { $0.sum / Double($0.count) } }
  }
}
