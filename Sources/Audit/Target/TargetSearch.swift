import Leaks
import Metrics
import Samples
import Workers

/// Searches the features for the labels: a single column, or a weighted sum of two, that reveals a label.
///
/// Every column and every pair of columns is tried on the samples' means: the correlations between all columns give the
/// fit of each pair at once, and the best are fitted again in float64.
struct TargetSearch: Sendable {
  /// A disguised label.
  struct Hit: Sendable {
    let label: Int
    /// The indices of one or two columns of the pooled features.
    let columns: [Int]
    let fit: LinearFit

    /// Returns whether both hits are the same disguise.
    func isSame(as other: Hit) -> Bool { label == other.label && columns == other.columns }
  }

  let features: PooledFeatures
  let dataset: AuditedDataset
  let threads: Int

  /// Fewer labelled samples show nothing: by chance alone, one of half a million pairs would fit.
  static let fewestSamples = 16
  /// The number of samples a label needs besides its most frequent value, so that a single outlier does not pass for
  /// it.
  static let fewestUncommon = 10
  /// The largest share that a disguised label may leave unexplained with `manySamples` or more: noise of 14 % of its
  /// deviation. Honest features leave far more, if only because labels are rounded opinions.
  static let largestResidual = 0.02
  /// The same for fewer samples, where chance comes closer.
  static let largestResidualOfFew = 0.002
  static let manySamples = 64
  /// Pairs are searched up to this many columns: their correlations take 64 MiB.
  static let widestForPairs = 4096
  /// Samples that pairs are chosen by: more would choose no others.
  private static let mostScreened = 4096
  /// How much a missing sample can lower the fit that correlations tell, as a multiple of its share.
  private static let missingWeight = 2.0
  /// The number of columns, and of pairs, that are fitted again in float64 for each label.
  private static let candidateCount = 256

  /// The result of a search.
  struct Outcome: Sendable {
    /// The labels that could be searched for.
    var searched: [Int] = []
    var hits: [Hit] = []
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
      }
    }
    return outcome
  }

  /// Returns the samples that have a modality, for each modality that more than a tenth of them lack, and those that have all: among
  /// all samples, the gaps would mask columns, and of many pairs the best would not be chosen.
  private func subsets(of samples: [Int]) -> [[Int]] {
    let sets = features.modalities.indices.map { place in samples.filter { features.presentRows[$0][place] > 0 } }
    let complete = samples.filter { !features.presentRows[$0].contains(0) }
    let lacking = sets.filter { $0.count >= Self.manySamples && 10 * $0.count < 9 * samples.count }
    let whole = complete.count < samples.count && 2 * complete.count >= samples.count ? [complete] : []
    return Set(lacking + whole.filter { $0.count >= Self.fewestSamples }).sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The labels that vary enough.
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
    let screened =
      samples.count <= Self.mostScreened
      ? samples : (0..<Self.mostScreened).map { samples[$0 * samples.count / Self.mostScreened] }
    let unit = try UnitColumns(samples: screened, columnCount: width + labels.count, threads: threads) {
      sample, column in
      column < width
        ? features.mean(ofSample: sample, column: column) : dataset.samples[sample].label[labels[column - width]]
    }
    let limit = samples.count >= Self.manySamples ? Self.largestResidual : Self.largestResidualOfFew
    let missing = missingShare(samples)
    let correlations = outcome.hasPairs ? try unit.correlations(threads: threads) : []
    for (place, label) in labels.enumerated() {
      let r =
        outcome.hasPairs
        ? (0..<width).map { correlations[$0 * (width + labels.count) + width + place] }
        : unit.products(withColumn: width + place, of: 0..<width)
      var single: Set<Int> = []
      for column in (0..<width).sorted(by: { abs(r[$0]) > abs(r[$1]) }).prefix(Self.candidateCount) {
        guard let fit = fit(label, on: [column], samples) else { continue }
        let hit = Hit(label: label, columns: [column], fit: fit)
        if outcome.best.last?.label != label { outcome.best.append(hit) }
        if fit.residualShare <= limit {
          outcome.hits.append(hit)
          single.insert(column)
        }
      }
      if !outcome.hasPairs { continue }
      let pairs = PairScan(r: r, correlations: correlations, stride: width + labels.count, leavingOut: single)
      for pair in try pairs.best(Self.candidateCount, limit: limit + Self.missingWeight * missing, threads: threads) {
        guard let fit = fit(label, on: [pair.first, pair.second], samples), fit.residualShare <= limit else { continue }
        outcome.hits.append(Hit(label: label, columns: [pair.first, pair.second], fit: fit))
      }
    }
  }

  /// Returns the fit over the samples that have all of the columns; nil if there are too few.
  private func fit(_ label: Int, on columns: [Int], _ samples: [Int]) -> LinearFit? {
    let complete = samples.filter { sample in
      columns.allSatisfy { !features.mean(ofSample: sample, column: $0).isNaN }
    }
    guard complete.count >= Self.fewestSamples, 2 * complete.count >= samples.count else { return nil }
    return LinearFit(
      complete.map { Double(dataset.samples[$0].label[label]) },
      on: columns.map { column in complete.map { Double(features.mean(ofSample: $0, column: column)) } })
  }

  /// Returns the largest share of samples that lack a modality, whose columns then count as the mean.
  private func missingShare(_ samples: [Int]) -> Double {
    let shares = features.modalities.indices.map { place in
      Double(samples.count { features.presentRows[$0][place] == 0 }) / Double(max(1, samples.count))
    }
    return shares.max() ?? 0
  }
}
