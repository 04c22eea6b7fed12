import Metrics
import Samples
import Storage
import Workers

/// Looks for the labels among the features: one column, or a weighted sum of two, that gives a label away.
///
/// Every column and every pair of columns is tried, over the samples' means: correlations of all columns with each other
/// give the fit of each pair at once, and the best are fitted again in float64.
struct TargetSearch: Sendable {
  /// A disguise that was found.
  struct Hit: Sendable {
    let label: Int
    /// One or two columns of the pooled features.
    let columns: [Int]
    let fit: LinearFit
    /// The area under the ROC curve, where that is what gave it away.
    var area: Double?
  }

  let features: PooledFeatures
  let dataset: AuditedDataset
  let threads: Int

  /// Fewer labelled samples tell nothing: by chance alone one of half a million pairs would fit.
  static let fewestSamples = 16
  /// A label needs this many samples beside its most frequent value, lest one outlier be taken for it.
  static let fewestUncommon = 10
  /// What a disguised label may leave unexplained, from `manySamples` on: noise of 14 % of its deviation. Honest features
  /// leave far more, if only because labels are rounded opinions.
  static let largestResidual = 0.02
  /// The same for few samples, where chance comes nearer.
  static let largestResidualOfFew = 0.002
  static let manySamples = 64
  /// From here on a single column is worth a look: |r| = 0.97.
  static let suspiciousResidual = 0.06
  /// The area under the curve that no honest column reaches, and the samples of each class that it takes to tell.
  static let largestArea = 0.999
  static let fewestOfClass = 50
  /// Pairs are searched up to this many columns: their correlations take 64 MiB.
  static let widestForPairs = 4096
  /// Pairs of a label that are fitted again in float64.
  private static let candidateCount = 256

  /// What the search came to.
  struct Outcome: Sendable {
    /// Labels that could be searched for.
    var searched: [Int] = []
    var hits: [Hit] = []
    /// Single columns that are suspicious, no more.
    var suspicions: [Hit] = []
    /// The best single column of each label.
    var best: [Hit] = []
    var hasPairs = true
  }

  func run() throws -> Outcome {
    var outcome = Outcome()
    outcome.hasPairs = features.width + dataset.labelNames.count <= Self.widestForPairs
    let groups = Dictionary(grouping: searchable) { label in
      dataset.samples.indices.filter { dataset.samples[$0].label[label].isFinite }
    }
    for (samples, labels) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
      outcome.searched += labels
      try search(labels, samples: samples, into: &outcome)
    }
    return outcome
  }

  /// Labels that vary enough.
  private var searchable: [Int] {
    dataset.labelNames.indices.filter { label in
      let values = dataset.samples.map { $0.label[label] }.filter(\.isFinite)
      let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
      return values.count >= Self.fewestSamples && values.count - (counts.values.max() ?? 0) >= Self.fewestUncommon
    }
  }

  private func search(_ labels: [Int], samples: [Int], into outcome: inout Outcome) throws {
    let (width, base) = (features.width, UnsafeFeatures(features))
    let dataset = dataset
    let unit = try UnitColumns(samples: samples, columnCount: width + labels.count, threads: threads) { sample, column in
      column < width ? base.value(sample, column) : dataset.samples[sample].label[labels[column - width]]
    }
    let limit = samples.count >= Self.manySamples ? Self.largestResidual : Self.largestResidualOfFew
    let correlations = outcome.hasPairs ? try unit.correlations(threads: threads) : []
    let areas = try ROCSearch(features: features, dataset: dataset, samples: samples, labels: labels)
      .areas(threads: threads)
    for (place, label) in labels.enumerated() {
      let target = samples.map { Double(dataset.samples[$0].label[label]) }
      let r = outcome.hasPairs
        ? (0..<width).map { correlations[(width + place) * (width + labels.count) + $0] }
        : unit.products(withColumn: width + place, of: 0..<width)
      var single: Set<Int> = []
      for column in (0..<width).sorted(by: { abs(r[$0]) > abs(r[$1]) }).prefix(Self.candidateCount) {
        guard let fit = LinearFit(target, on: [values(column, samples)]) else { continue }
        let hit = Hit(label: label, columns: [column], fit: fit)
        if outcome.best.last?.label != label { outcome.best.append(hit) }
        if fit.residualShare <= limit {
          outcome.hits.append(hit)
          single.insert(column)
        } else if samples.count >= Self.manySamples, fit.residualShare <= Self.suspiciousResidual {
          outcome.suspicions.append(hit)
        } else {
          break
        }
      }
      for (column, area) in areas[place].enumerated() where max(area, 1 - area) >= Self.largestArea {
        if single.contains(column) { continue }
        guard let fit = LinearFit(target, on: [values(column, samples)]) else { continue }
        outcome.hits.append(Hit(label: label, columns: [column], fit: fit, area: max(area, 1 - area)))
        single.insert(column)
      }
      if !outcome.hasPairs { continue }
      let pairs = PairScan(r: r, correlations: correlations, stride: width + labels.count, leavingOut: single)
      for pair in try pairs.best(Self.candidateCount, limit: limit, threads: threads) {
        guard let fit = LinearFit(target, on: [values(pair.first, samples), values(pair.second, samples)]),
          fit.residualShare <= limit
        else { continue }
        outcome.hits.append(Hit(label: label, columns: [pair.first, pair.second], fit: fit))
      }
    }
  }

  /// A column's means; what is missing has the mean of the rest, as in the search.
  private func values(_ column: Int, _ samples: [Int]) -> [Double] {
    let values = samples.map { Double(features.base[$0 * features.width + column]) }
    let known = values.filter { !$0.isNaN }
    let mean = known.reduce(0, +) / Double(max(1, known.count))
    return values.map { $0.isNaN ? mean : $0 }
  }
}

/// Pooled features, read from several threads.
private struct UnsafeFeatures: @unchecked Sendable {
  private let features: PooledFeatures

  init(_ features: PooledFeatures) { self.features = features }

  func value(_ sample: Int, _ column: Int) -> Float { features.base[sample * features.width + column] }
}
