import Foundation
import Leaks
import Planting
import Samples
import Testing
import Text

@testable import Audit

/// Chance raises no alarm, and copies planted among chance are found.
@Suite struct CleanFeaturesTests {
  /// A case of unrelated samples.
  struct Case: Sendable, CustomStringConvertible {
    let kind: CleanFeatures.Kind
    let columns: [Int]
    let rows: Int
    var count = 1500

    var description: String { "\(kind), \(columns) columns, \(rows) rows, \(count) samples" }

    func features(seed: UInt64) -> CleanFeatures {
      let widths = Dictionary(uniqueKeysWithValues: zip([Modality.visual, .audio, .text], columns))
      return CleanFeatures(kind: kind, count: count, widths: widths, largestRowCount: rows, seed: seed)
    }
  }

  private static let cases =
    [Case(kind: .independent, columns: [8, 6, 10], rows: 1, count: 20_000)]
    + CleanFeatures.Kind.allCases.flatMap { kind in
      [
        Case(kind: kind, columns: [8, 6, 10], rows: 1, count: more),
        Case(kind: kind, columns: [8, 6, 10], rows: 4, count: more),
        Case(kind: kind, columns: [3, 2, 1], rows: 1, count: more),
        Case(kind: kind, columns: [3, 2, 1], rows: 4, count: more),
      ]
    }

  /// Samples of each kind; `tools/audit/clean` uses many more, and other seeds.
  private static let more = Int(environment["MSA_CLEAN_SAMPLES"] ?? "") ?? 800
  private static let seed = UInt64(environment["MSA_CLEAN_SEED"] ?? "") ?? 1
  private static let environment = ProcessInfo.processInfo.environment

  @Test("unrelated samples raise no alarm", arguments: cases)
  func clean(_ test: Case) throws {
    let dataset = test.features(seed: Self.seed).dataset()
    let start = ContinuousClock.now
    let finding = try NearDuplicates().run(on: AuditSubject(datasets: [dataset], threads: 2))
    if Self.environment["MSA_CLEAN_SAMPLES"] != nil {
      let chance = finding.evidence.first { $0.facts["kind"]?.text == "by-chance" }?.facts["count"]?.intValue ?? 0
      let crowds = finding.evidence.filter { $0.facts["kind"] == "crowded" }.map { " \($0.facts.canonicalText)" }
        .joined()
      print(
        "| \(test) | \(Self.seed) | \(finding.verdict.rawValue)\(crowds) | \(chance) | \(ContinuousClock.now - start) |"
      )
    }
    let first = finding.evidence.first?.facts["items"]?.elements?.first?["by_chance"]
    #expect(
      finding.verdict != .fail && finding.verdict != .warn, "\(finding.summary) By chance: \(first?.doubleValue ?? 0)")
  }

  /// A copy of a single row that is no closer than chance is not a finding, so a few are missing.
  @Test(
    "copies among unrelated samples are found, and nothing else is",
    arguments: [
      (Case(kind: .independent, columns: [8, 6, 10], rows: 1, count: 6000), 0.01),
      (Case(kind: .independent, columns: [8, 6, 10], rows: 6), 0.1),
      (Case(kind: .independent, columns: [3, 2, 1], rows: 1), 0.0001),
      (Case(kind: .heavyTails, columns: [8, 6, 10], rows: 6), 0.001),
      (Case(kind: .clustered, columns: [8, 6, 10], rows: 6), 0.01),
      (Case(kind: .autoregressive, columns: [8, 6, 10], rows: 6), 0.05),
    ])
  func planted(_ test: Case, noise: Double) throws {
    var features = test.features(seed: 2)
    features.copies = (20, noise)
    let finding = try features.finding()
    #expect(finding.verdict == .fail)
    let found = finding.evidence.first?.facts["count"]?.intValue ?? 0
    #expect((12...20).contains(found), "\(found): \(finding.summary)")
  }
}
