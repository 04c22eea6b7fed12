import Leaks
import Reports
import Samples
import Text
import Workers

/// `split-drift`: valid and test resemble train in labels, lengths and features.
///
/// A difference counts if the recordings' means differ beyond chance (Kolmogorov–Smirnov, corrected for the number of
/// tests) and the population stability index over samples exceeds its expected value by more than 0.25.
struct SplitDrift: AuditCheck {
  let id = "split-drift"
  let severity = Severity.warning
  let leakage: LeakageType? = .samplingBias
  let meaning = "Labels, lengths and features have the same distribution in valid and test as in train."
  let modalities = Set(Modality.allCases)

  /// With fewer recordings in a split, no difference can be significant.
  private static let fewestGroups = 5
  /// The probability of an error among one family's tests (labels, lengths, features); 0.01 over all families.
  private static let level = 0.01 / 3
  private static let columnsPerTask = 16

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, of: subject)) })
  }

  private func finding(for dataset: AuditedDataset, of subject: AuditSubject) throws -> Finding {
    let samples = SplitSamples(dataset)
    // An absent split cannot differ; its absence is reported by another check.
    let present = Split.allCases.filter { $0 != .valid || !dataset.indices(of: $0).isEmpty }
    let counts = present.map { (split: $0, groups: samples.groupCount(of: $0)) }
    if let poor = counts.first(where: { $0.groups < Self.fewestGroups }) {
      return .undecidable(
        "\(poor.split) has \(Phrase.count(poor.groups, "recording")), too few to tell a difference from chance.",
        evidence: Self.labelEvidence(dataset, samples, []), advice: "Prepare more recordings.")
    }
    let labels = Self.tests(
      dataset.labelNames.enumerated().map { place, name in
        (name, dataset.samples.map { Double($0.label[place]) })
      }, samples)
    let lengths = Self.tests([Self.lengths(dataset)], samples)
    let features = try Self.featureTests(subject.pooledFeatures(of: dataset), samples, threads: subject.threads)
    let testCount = labels.count + lengths.count + features.count
    if testCount == 0 {
      return .undecidable(
        "There is nothing to compare: no label, length or feature has a value in two splits.",
        advice: "Give the features and labels of all splits.")
    }
    let drifting = [labels, lengths, features].flatMap { family in
      family.filter { $0.isDrift(among: family.count, level: Self.level) }
    }
    let evidence =
      Self.labelEvidence(dataset, samples, labels) + [
        Self.evidence("Length", lengths),
        Self.evidence("Features that differ most", Array(features.sorted { $0.pValue < $1.pValue }.prefix(10))),
      ]
    guard let worst = drifting.min(by: { $0.pValue < $1.pValue }) else {
      let largest = labels.max { $0.statistic < $1.statistic }
      let shown =
        largest.map { "; largest distance of a label: \($0.statistic.fixed(2)) (\($0.name), \($0.split))" } ?? ""
      return .pass(
        "No difference between the splits is beyond chance\(shown); \(Phrase.count(testCount, "comparison")).",
        evidence: evidence)
    }
    return .warn(
      "\(Phrase.count(drifting.count, "quantity", plural: "quantities")) of \(testCount) "
        + "differ between splits: \(Self.sentence(worst)).", evidence: evidence,
      advice: "Shuffle recordings before dividing, or say which population test represents.")
  }

  // MARK: - Tests

  private static func tests(_ quantities: [(name: String, values: [Double])], _ samples: SplitSamples) -> [DriftTest] {
    quantities.flatMap { DriftTest.all(name: $0, values: $1, samples: samples) }.filter { $0.pValue.isFinite }
  }

  private static func lengths(_ dataset: AuditedDataset) -> (name: String, values: [Double]) {
    if dataset.samples.allSatisfy({ $0.interval != nil }) {
      return ("length in seconds", dataset.samples.map { $0.interval?.duration ?? .nan })
    }
    if dataset.form == .list {
      return (
        "length in words",
        dataset.samples.map { sample in
          sample.words.map { Double($0.split(separator: " ").count) } ?? .nan
        }
      )
    }
    return ("length in rows", dataset.samples.map { Double($0.rows.values.max() ?? 0) })
  }

  private static func featureTests(
    _ features: PooledFeatures, _ samples: SplitSamples, threads: Int
  ) throws -> [DriftTest] {
    let tasks = (features.width + columnsPerTask - 1) / columnsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
      let range = task * columnsPerTask..<min((task + 1) * columnsPerTask, features.width)
      return tests(
        range.map { column in (features.name(ofColumn: column), features.values(ofColumn: column)) }, samples)
    }.flatMap(\.self)
  }

  // MARK: - Words and pictures

  private static func sentence(_ test: DriftTest) -> String {
    "\(test.name) in \(test.split) (Kolmogorov–Smirnov distance \(test.statistic.fixed(2)), p "
      + "\(PValue.text(test.pValue)), stability index \(test.stability.fixed(2)))"
  }

  private static func evidence(_ title: String, _ tests: [DriftTest], figure: Markup? = nil) -> Evidence {
    Evidence(
      text: "\(title), against train: \(tests.map(sentence).joined(separator: "; ")).",
      facts: .array(
        tests.map { test in
          [
            "name": .string(test.name), "split": .string(test.split.rawValue), "statistic": .number(test.statistic),
            "p_value": .number(test.pValue), "stability_index": .number(test.stability),
          ]
        }), figure: figure)
  }

  private static func labelEvidence(
    _ dataset: AuditedDataset, _ samples: SplitSamples, _ tests: [DriftTest]
  ) -> [Evidence] {
    guard let name = dataset.labelNames.first else { return [] }
    return [evidence("Labels", tests, figure: histogram(dataset.samples.map { Double($0.label[0]) }, name, samples))]
  }

  /// Draws the distribution of the first label, one strip per split.
  private static func histogram(_ values: [Double], _ name: String, _ samples: SplitSamples) -> Markup? {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max(), least < greatest else { return nil }
    let binCount = 14
    let width = (greatest - least) / Double(binCount)
    let series = Split.allCases.map { split -> SplitHistogram.Series in
      var counts = [Int](repeating: 0, count: binCount)
      for value in samples.values(of: split, in: values) {
        counts[min(binCount - 1, max(0, Int((value - least) / width)))] += 1
      }
      return SplitHistogram.Series(name: split.rawValue, counts: counts)
    }
    return SplitHistogram(
      edges: (0...binCount).map { least + Double($0) * width }, series: series, axisTitle: name, unit: "sample"
    ).svg
  }
}

/// Formats p-values.
enum PValue {
  /// Returns four decimals, or an upper bound for smaller values.
  static func text(_ value: Double) -> String { value < 0.0001 ? "below 0.0001" : value.fixed(4) }
}
