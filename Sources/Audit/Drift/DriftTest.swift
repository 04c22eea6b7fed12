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

  /// Compares valid and test with train.
  ///
  /// - Parameters:
  ///   - values: one per sample; NaN if missing.
  ///   - samples: the splits and recordings of the samples. Samples of one recording resemble each other, so only
  ///     recordings count as independent.
  static func all(name: String, values: [Double], samples: SplitSamples) -> [DriftTest] {
    let bins = Drift.StabilityBins(expected: samples.values(of: .train, in: values), count: binCount)
    let trainMeans = samples.means(of: .train, in: values)
    return [Split.valid, .test].map { split in
      let means = samples.means(of: split, in: values)
      let test = Drift.kolmogorovSmirnov(trainMeans, means)
      return DriftTest(
        name: name, split: split, statistic: test.statistic, pValue: test.pValue,
        stability: bins.index(of: samples.values(of: split, in: values)),
        expectedStability: Double(binCount - 1)
          * (1 / Double(max(1, trainMeans.count)) + 1 / Double(max(1, means.count))))
    }
  }

  /// Returns whether the difference is neither due to chance (among `testCount` tests) nor small.
  func isDrift(among testCount: Int, level: Double) -> Bool {
    pValue * Double(testCount) <= level && stability >= Self.largestStability + expectedStability
  }
}

/// The samples of each split, and their recordings.
struct SplitSamples: Sendable {
  private let indices: [Split: Range<Int>]
  /// The number of each sample's recording, from 0.
  private let groups: [Int]
  /// The recordings of all splits.
  private let groupCount: Int

  init(_ dataset: AuditedDataset) {
    indices = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, dataset.indices(of: $0)) })
    var numbers: [String: Int] = [:]
    groups = dataset.samples.map { sample in
      let name = sample.group ?? sample.recording
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
    groupCount = numbers.count
  }

  /// Returns the number of recordings in a split.
  func groupCount(of split: Split) -> Int { Set((indices[split] ?? 0..<0).map { groups[$0] }).count }

  /// Returns a split's values that are finite.
  func values(of split: Split, in values: [Double]) -> [Double] {
    (indices[split] ?? 0..<0).map { values[$0] }.filter(\.isFinite)
  }

  /// Returns the mean of each recording of a split, ordered by the recordings' first samples.
  func means(of split: Split, in values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: groupCount)
    var counts = [Int](repeating: 0, count: groupCount)
    var order: [Int] = []
    for index in indices[split] ?? 0..<0 where values[index].isFinite {
      let group = groups[index]
      if counts[group] == 0 { order.append(group) }
      sums[group] += values[index]
      counts[group] += 1
    }
    return order.map { sums[$0] / Double(counts[$0]) }
  }
}
