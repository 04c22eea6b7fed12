import Leaks
import Samples
import SplitArrays
import Text

/// What many samples lack or are padded with, which weakens every check that looks at their rows.
struct ContentGaps {
  /// A modality of a data set that is missing or padded in more than a third of the samples.
  private struct Gap {
    let modality: Modality
    /// `412 of 900 samples have no audio`
    let text: String
    let facts: JSONValue
  }

  private let gaps: [Gap]

  /// - Throws: errors from reading rows; `DataError` 130 if the user interrupts.
  init(_ subject: AuditSubject) throws {
    var gaps: [Gap] = []
    for dataset in subject.datasets where !dataset.samples.isEmpty {
      let prefix = subject.datasets.count > 1 ? "\(PrintableText.cut(dataset.name)): " : ""
      let all = dataset.samples.count
      func add(_ kind: String, _ modality: Modality, _ count: Int, of total: Int, _ words: String) {
        if 3 * count <= total { return }
        gaps.append(
          Gap(
            modality: modality, text: "\(prefix)\(count.grouped) of \(Phrase.count(total, "sample")) \(words)",
            facts: [
              "dataset": .string(dataset.name), "modality": .string(modality.rawValue), "kind": .string(kind),
              "samples": .integer(count), "of": .integer(total),
            ]))
      }
      if !dataset.modalities.isEmpty {
        let features = try subject.pooledFeatures(of: dataset)
        for (place, modality) in features.modalities.map(\.modality).enumerated() {
          let missing = features.presentRows.count { $0[place] == 0 }
          add("missing", modality, missing, of: all, "have no \(modality)")
        }
      }
      for (modality, padding) in (dataset.reading?.padding ?? [:]).sorted(by: { $0.key < $1.key }) {
        guard let side = padding.side else { continue }
        add(
          "padded", modality, padding.paddedCount, of: padding.sampleCount,
          "\(side == .left ? "begin" : "end") with zeros in \(modality) that count as padding")
      }
    }
    self.gaps = gaps
  }

  /// Adds those that weaken a check to its finding.
  func note(in finding: inout Finding, of check: any AuditCheck) {
    let own = gaps.filter { check.modalities.contains($0.modality) }
    if own.isEmpty { return }
    let sentence = "Weakened: \(own.map(\.text).joined(separator: "; "))."
    finding.summary = PrintableText.bounded(finding.summary, limit: 3 * PrintableText.partLimit) + " " + sentence
    finding.evidence.append(Evidence(text: sentence, facts: ["kind": "gaps", "items": .array(own.map(\.facts))]))
  }
}
