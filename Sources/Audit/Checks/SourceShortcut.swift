import Leaks
import Samples
import Text

/// `source-shortcut`: those that samples are from (recordings, dialogs, sessions, speakers, shows, devices) do not tell the
/// label across splits.
///
/// Labels go with recordings and speakers in honest data. That is no shortcut as long as each is on one side: then a model
/// learns nothing of those it is tested on. Where one stands in two splits, the size of the effect counts.
struct SourceShortcut: AuditCheck {
  let id = "source-shortcut"
  let severity = Severity.error
  let leakage: LeakageType? = .dependentSamples
  let meaning = "No group, dialog, session, speaker, show or recording device of two splits predicts the label."

  private let promises: Promises

  /// - Parameter promises: what the protocol lets splits share, of which nothing is an alarm.
  init(_ promises: Promises = Promises()) { self.promises = promises }

  /// The chance that a clean corpus fails on one of six kinds is below 0.006.
  static let largestPValue = 0.001
  /// The share of a label's variance, beyond chance, from which it is a leak: that of `shortcut`.
  static let leakingShare = Shortcut.leakingShare
  /// The share from which it is worth a look.
  static let suspiciousShare = Shortcut.suspiciousShare
  /// With fewer samples nothing is beyond chance.
  private static let fewestSamples = 20

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, threads: subject.threads)) })
  }

  private func finding(for dataset: AuditedDataset, threads: Int) throws -> Finding {
    if dataset.labelNames.isEmpty {
      return .undecidable("The samples have no labels that anything could predict.", advice: "Give the labels too.")
    }
    let fields = LabelField.all(of: dataset.labelNames)
    let tests = try SampleOrigin.allCases.compactMap { origin in
      try OriginTest.all(origin, fields, in: dataset, threads: threads)
        .filter { $0.sampleCount >= Self.fewestSamples }.max { $0.effect < $1.effect }
    }
    if tests.isEmpty {
      return .undecidable(
        "Nothing tells which \(Self.fewestSamples) samples or more are from the same recording, dialog, session or speaker.",
        advice: "Give recordings and speakers of the samples.")
    }
    let nouns = dataset.nouns
    let sorted = tests.sorted { ($1.isTorn ? 1 : 0, $1.effect) < ($0.isTorn ? 1 : 0, $0.effect) }
    let evidence = sorted.map { Evidence(text: Self.sentence($0, nouns) + ".", facts: Self.facts($0)) }
    let found = sorted.filter {
      $0.isTorn && $0.pValue <= Self.largestPValue && $0.effect >= Self.suspiciousShare
    }
    let real = found.filter { !($0.origin.level.map(promises.allowsSharing) ?? false) }
    guard let worst = real.first else {
      if let promised = found.first {
        return .pass("Declared as shared, and no alarm: \(Self.sentence(promised, nouns)).", evidence: evidence)
      }
      let torn = sorted.filter(\.isTorn)
      let apart =
        torn.isEmpty ? "Each stands in one split, and none can be a shortcut" : "None in two splits tells a label"
      return .pass("\(apart); the nearest: \(sorted.first.map { Self.sentence($0, nouns) } ?? "").", evidence: evidence)
    }
    let leaks = IDOverlap.rows(of: real.compactMap(\.origin.level), in: [dataset])
    let noun = worst.origin.noun(nouns)
    let advice = "Keep each \(noun) in one split, or report what the \(noun) alone predicts beside the score."
    if worst.effect >= Self.leakingShare {
      return .fail("\(Self.sentence(worst, nouns)): a shortcut.", evidence: evidence, advice: advice).naming(leaks)
    }
    return .warn("\(Self.sentence(worst, nouns)).", evidence: evidence, advice: advice).naming(leaks)
  }

  /// `60 of 60 videos are in two splits: the video explains 6.8 % of the variance of sentiment (2.6 % by chance, p …)`
  private static func sentence(_ test: OriginTest, _ nouns: SampleNouns) -> String {
    let noun = test.origin.noun(nouns)
    func share(_ count: Int) -> String { "\((100 * Double(count) / Double(max(1, test.sampleCount))).fixed(1)) %" }
    let place =
      test.isTorn
      ? "\(test.tornCount.grouped) of \(Phrase.count(test.count, noun)) \(test.tornCount == 1 ? "is" : "are") in more than one split"
      : "none of \(Phrase.count(test.count, noun)) is in two splits"
    return "\(place); the \(noun) explains \((100 * test.explained).fixed(1)) % of the variance of \(test.field.name) "
      + "(\((100 * test.byChance).fixed(1)) % by chance, p \(PValue.text(test.pValue))), and its most frequent label is right for "
      + "\(share(test.majority)) of samples against \(share(test.base))"
  }

  private static func facts(_ test: OriginTest) -> JSONValue {
    [
      "from": .string(test.origin.rawValue), "count": .integer(test.count),
      "in_several_splits": .integer(test.tornCount),
      "samples": .integer(test.sampleCount), "label": .string(test.field.name), "explained": .number(test.explained),
      "by_chance": .number(test.byChance), "effect": .number(test.effect), "p_value": .number(test.pValue),
      "majority_right": .integer(test.majority), "base_right": .integer(test.base),
    ]
  }
}
