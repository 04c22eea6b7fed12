import Foundation
import Leaks
import Samples
import Testing
import Text

@testable import Audit

/// Clean data of many kinds pass every check that looks for chance effects.
@Suite struct CleanCorporaTests {
  /// Samples of recordings whose features and labels are generated in one way.
  struct Case: Sendable, CustomStringConvertible {
    let kind: CleanFeatures.Kind
    let labels: CleanFeatures.Labels
    let columns: [Int]
    let recordings: Int
    let seed: UInt64

    var description: String {
      "\(kind), \(labels) labels, \(columns.reduce(0, +)) columns, \(recordings) recordings, seed \(seed)"
    }

    var dataset: AuditedDataset {
      var features = CleanFeatures(kind: kind, seed: seed)
      features.widths = Dictionary(uniqueKeysWithValues: zip([Modality.visual, .audio, .text], columns))
      features.labels = labels
      features.recordingLength = 4
      features.count = 4 * recordings
      features.largestRowCount = 6
      return features.dataset()
    }
  }

  /// Data sets of each kind; `MSA_CLEAN_CORPORA` asks for more, of other seeds.
  private static let cases: [Case] = {
    let labels = CleanFeatures.Labels.allCases.filter { $0 != .none }
    let (widths, sizes) = ([[10, 6, 4], [35, 20, 20], [64, 30, 120], [713, 74, 300]], [30, 90])
    // The widest take the longest.
    let wanted = Int(ProcessInfo.processInfo.environment["MSA_CLEAN_CORPORA"] ?? "") ?? 0
    let kinds = CleanFeatures.Kind.allCases
    return (0..<max(wanted, kinds.count)).map { number in
      Case(
        kind: kinds[number % kinds.count], labels: labels[number / 2 % labels.count],
        columns: widths[wanted > 0 && number % 4 == 3 ? 3 : number % 3], recordings: sizes[number / 3 % 2],
        seed: UInt64(number + 1))
    }
  }()

  private static let checks: [any AuditCheck] = [
    TargetInFeatures(), Shortcut(), NearDuplicates(), ExactDuplicates(), SourceShortcut(), LabelConflict(),
    SplitDrift(), Voice(),
  ]

  /// Whether a check may find what the data really have.
  private static func isTrue(of test: Case, _ check: String) -> Bool {
    switch check {
    // Values of few kinds repeat by design.
    case "exact-duplicates", "label-conflict": [.integers, .oneHot].contains(test.kind)
    // A walk does not come back.
    case "split-drift": test.kind == .autoregressive
    // Where a cell is a constant but for what is behind the label, it tells that.
    case "target-in-features": test.labels == .told && [.oneHot, .mixture, .constantColumns].contains(test.kind)
    default: false
    }
  }

  @Test("no check raises an alarm", arguments: cases)
  func clean(_ test: Case) throws {
    let subject = AuditSubject(datasets: [test.dataset], threads: 2)
    for check in Self.checks {
      if Self.isTrue(of: test, check.id) { continue }
      let finding = try check.run(on: subject)
      #expect(finding.verdict != .fail && finding.verdict != .warn, "\(check.id): \(finding.summary)")
    }
  }
}
