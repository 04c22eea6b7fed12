import Leaks
import Samples
import Text

/// `shortcut`: length, padding, missing rows, position, times, word order and file order do not predict the label.
///
/// A least-squares model on each family of quantities is compared with the mean; permuting and rotating recordings shows
/// what chance achieves (`BlockPermutation`). Length and position correlate slightly with the label even in honest data,
/// so both the p-value and the effect size count.
struct Shortcut: AuditCheck {
  let id = "shortcut"
  let severity = Severity.error
  let leakage: LeakageType? = .illegitimateFeatures
  let meaning = "Length, padding, missing rows, position, times, word order and file order do not predict the label."
  let modalities = Set(Modality.allCases)

  /// The probability that a clean corpus fails or is warned of, on any of eight families, is at most 0.002.
  static let largestPValue = 0.00025
  private static let familyWiseRate = 0.002
  /// The R² at which a shortcut is a leak: |r| = 0.5, more than a content feature usually reaches.
  static let leakingShare = 0.25
  /// The R² that merits a look: |r| = 0.2. In CMU-MOSEI, sentiment and length correlate less than that.
  static let suspiciousShare = 0.04
  /// Fewer recordings allow too few permutations to distinguish a shortcut from chance.
  private static let fewestRecordings = 8
  private static let seed: UInt64 = 2023

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, threads: subject.threads)) })
  }

  private func finding(for dataset: AuditedDataset, threads: Int) throws -> Finding {
    if dataset.labelNames.isEmpty {
      return .undecidable("The samples have no labels that anything could predict.", advice: "Give the labels too.")
    }
    let permutation = BlockPermutation(
      groups: dataset.samples.map { "\($0.split) \($0.group ?? $0.recording)" }, seed: Self.seed)
    if permutation.blockCount < Self.fewestRecordings {
      return .undecidable(
        "\(Phrase.count(permutation.blockCount, "recording")) are too few to tell a shortcut from chance.",
        advice: "Prepare at least \(Self.fewestRecordings) recordings.")
    }
    let labels = dataset.labelNames.indices.map { label in dataset.samples.map { Double($0.label[label]) } }
    let families = try ShortcutFeatures(
      of: dataset, threads: threads
    ).families
    if families.isEmpty {
      return .undecidable(
        "Nothing tells how long the samples are or where they stand.", advice: "Give their times, texts or features.")
    }
    let tests = try families.map {
      try ShortcutTest($0, labels: labels, permutation: permutation, threads: threads)
    }
    let rate = Evidence(
      text:
        "At most \(Self.familyWiseRate.fixed(3)) of clean data sets would be warned of or fail, over all of these together: "
        + "recordings change places and are turned, and no more than \(Self.largestPValue.fixed(5)) of such orders may do as well.",
      facts: ["family_wise_error_rate": .number(Self.familyWiseRate), "largest_p_value": .number(Self.largestPValue)])
    let evidence =
      tests.sorted { $0.explained > $1.explained }.map { test in
        Evidence(
          text: sentence(test, dataset) + ".",
          facts: [
            "quantity": .string(test.name),
            "label": .string(dataset.labelNames[test.label]),
            "explained": .number(test.explained), "p_value": .number(test.pValue),
          ])
      } + [rate]
    let real = tests.filter { $0.pValue <= Self.largestPValue && $0.explained >= Self.suspiciousShare }
    guard let worst = real.max(by: { $0.explained < $1.explained }) else {
      let nearest = tests.max { $0.explained < $1.explained }
      return .pass(
        "None of \(tests.map(\.name).joined(separator: ", ")) predicts a label of "
          + "\(Phrase.count(dataset.samples.count, "sample")) beyond chance"
          + (nearest.map { "; the nearest: \(sentence($0, dataset))" } ?? "") + ".", evidence: evidence)
    }
    let advice =
      "Find out what ties \(worst.name) to the label; cut, pad or shuffle so that a model cannot use it."
    if worst.explained >= Self.leakingShare {
      return .fail("\(sentence(worst, dataset)): a shortcut.", evidence: evidence, advice: advice)
    }
    return .warn("\(sentence(worst, dataset)).", evidence: evidence, advice: advice)
  }

  private func sentence(_ test: ShortcutTest, _ dataset: AuditedDataset) -> String {
    let label = dataset.labelNames[test.label]
    return "\(test.name) alone explains \((100 * test.explained).fixed(1)) % of the variance of \(label) "
      + "(permutation p \(PValue.text(test.pValue)))"
  }
}
