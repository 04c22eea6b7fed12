import Leaks
import Metrics
import Samples

/// The difference of a quantity between train and a held-out split.
struct DriftTest: Sendable {
  /// The quantity compared, e.g. `sentiment` or `visual column 3`.
  let name: String
  /// `valid` or `test`.
  let split: Split
  /// The largest distance between the distribution functions of the recordings' means, and its p-value.
  let statistic: Double
  let pValue: Double
  /// The population stability index over individual samples.
  let stability: Double
  /// The index expected by chance if both distributions are equal: (bins − 1) · (1/n + 1/m) for n and m recordings.
  let expectedStability: Double

  /// By the usual reading of the index, below 0.1 is similar and above 0.25 is different; applied beyond the chance
  /// value.
  static let largestStability = 0.25
  private static let binCount = 10

  /// - Parameters:
  ///   - values: one per sample; NaN if missing.
  ///   - samples: the splits and recordings of the samples. Samples of one recording resemble each other, so only
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

  /// Returns whether the difference is neither due to chance (among `testCount` tests) nor small.
  func isDrift(among testCount: Int, level: Double) -> Bool {
    pValue * Double(testCount) <= level && stability >= Self.largestStability + expectedStability
  }
}

/// The samples of each split, and their recordings.
struct SplitSamples: Sendable {
  private let indices: [Split: Range<Int>]
  /// The number of each sample's recording.
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

  /// Returns the number of recordings in a split.
  func groupCount(of split: Split) -> Int { Set((indices[split] ?? 0..<0).map { groups[$0] }).count }

  /// Returns a split's values that are finite.
  func values(of split: Split, in values: [Double]) -> [Double] {
    (indices[split] ?? 0..<0).map { values[$0] }.filter(\.isFinite)
  }

  /// Returns the mean of each recording of a split, ordered by the recordings' first samples.
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
