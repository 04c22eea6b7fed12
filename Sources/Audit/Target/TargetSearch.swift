import Leaks
import Metrics
import Samples
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

    /// Whether it is the same disguise.
    func isSame(as other: Hit) -> Bool { label == other.label && columns == other.columns }
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
  /// How much a missing sample can lower the fit that correlations tell, as a multiple of its share.
  private static let missingWeight = 2.0
  /// Columns and pairs of a label that are fitted again in float64.
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
      for own in subsets(of: samples) {
        var part = Outcome()
        part.hasPairs = outcome.hasPairs
        try search(labels, samples: own, into: &part)
        outcome.hits += part.hits.filter { hit in !outcome.hits.contains { $0.isSame(as: hit) } }
        outcome.suspicions += part.suspicions.filter { hit in !outcome.suspicions.contains { $0.isSame(as: hit) } }
      }
    }
    return outcome
  }

  /// The samples that have a modality which a tenth or more of them lack: among all, what is missing hides its columns.
  private func subsets(of samples: [Int]) -> [[Int]] {
    let sets = features.modalities.indices.map { place in samples.filter { features.presentRows[$0][place] > 0 } }
    return Set(sets.filter { $0.count >= Self.manySamples && 10 * $0.count < 9 * samples.count })
      .sorted { $0.lexicographicallyPrecedes($1) }
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
    let (width, features) = (features.width, features)
    let dataset = dataset
    let unit = try UnitColumns(samples: samples, columnCount: width + labels.count, threads: threads) {
      sample, column in
      column < width
        ? features.mean(ofSample: sample, column: column) : dataset.samples[sample].label[labels[column - width]]
    }
    let limit = samples.count >= Self.manySamples ? Self.largestResidual : Self.largestResidualOfFew
    let missing = missingShare(samples)
    let correlations = outcome.hasPairs ? try unit.correlations(threads: threads) : []
    let areas = try ROCSearch(features: features, dataset: dataset, samples: samples, labels: labels)
      .areas(threads: threads)
    for (place, label) in labels.enumerated() {
      let r =
        outcome.hasPairs
        ? (0..<width).map { correlations[(width + place) * (width + labels.count) + $0] }
        : unit.products(withColumn: width + place, of: 0..<width)
      var single: Set<Int> = []
      for column in (0..<width).sorted(by: { abs(r[$0]) > abs(r[$1]) }).prefix(Self.candidateCount) {
        guard let fit = fit(label, on: [column], samples) else { continue }
        let hit = Hit(label: label, columns: [column], fit: fit)
        if outcome.best.last?.label != label { outcome.best.append(hit) }
        if fit.residualShare <= limit {
          outcome.hits.append(hit)
          single.insert(column)
        } else if samples.count >= Self.manySamples, fit.residualShare <= Self.suspiciousResidual {
          outcome.suspicions.append(hit)
        }
      }
      for (column, area) in areas[place].enumerated() where max(area, 1 - area) >= Self.largestArea {
        guard !single.contains(column), let fit = fit(label, on: [column], samples) else { continue }
        outcome.hits.append(Hit(label: label, columns: [column], fit: fit, area: max(area, 1 - area)))
        single.insert(column)
      }
      if !outcome.hasPairs { continue }
      let pairs = PairScan(r: r, correlations: correlations, stride: width + labels.count, leavingOut: single)
      for pair in try pairs.best(Self.candidateCount, limit: limit + Self.missingWeight * missing, threads: threads) {
        guard let fit = fit(label, on: [pair.first, pair.second], samples), fit.residualShare <= limit else { continue }
        outcome.hits.append(Hit(label: label, columns: [pair.first, pair.second], fit: fit))
      }
    }
  }

  /// The fit over the samples that have all of the columns; nil where they are too few.
  private func fit(_ label: Int, on columns: [Int], _ samples: [Int]) -> LinearFit? {
    let complete = samples.filter { sample in
      columns.allSatisfy { !features.mean(ofSample: sample, column: $0).isNaN }
    }
    guard complete.count >= Self.fewestSamples, 2 * complete.count >= samples.count else { return nil }
    return LinearFit(
      complete.map { Double(dataset.samples[$0].label[label]) },
      on: columns.map { column in complete.map { Double(features.mean(ofSample: $0, column: column)) } })
  }

  /// The largest share of samples that lack a modality, whose columns then count as the mean there.
  private func missingShare(_ samples: [Int]) -> Double {
    let shares = features.modalities.indices.map { place in
      Double(samples.count { features.presentRows[$0][place] == 0 }) / Double(max(1, samples.count))
    }
    return shares.max() ?? 0
  }
}
