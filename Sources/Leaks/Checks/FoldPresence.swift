import Samples
import Text

/// `fold-presence`: without a valid split, model selection falls back on test; without a test split, nothing is
/// measured.
package struct FoldPresence: SealCheck {
  package let id = "fold-presence"
  package let severity = Severity.error
  package let leakage: LeakageType? = .noTestSet
  package let meaning = "Train, valid and test exist and are not empty."

  /// Creates the check, which has no settings.
  package init() {}

  package func run(on datasets: [AuditedDataset]) throws -> Finding {
    .merging(datasets.map { ($0.name, finding(for: $0)) })
  }

  private func finding(for dataset: AuditedDataset) -> Finding {
    let counts = Split.allCases.map { (split: $0, samples: dataset.indices(of: $0).count) }
    let facts = JSONValue.object(
      Dictionary(uniqueKeysWithValues: counts.map { ($0.split.rawValue, .integer($0.samples)) }))
    let text = counts.map { "\($0.split) \(Phrase.count($0.samples, "sample"))" }.joined(separator: ", ")
    let evidence = [Evidence(text: text + ".", facts: facts)] + Self.unmatched(dataset)
    let empty = counts.filter { $0.samples == 0 }.map(\.split)
    let missing = dataset.unmatched.values.reduce(0) { $0 + $1.count }
    let note = missing == 0 ? "" : "; \(Phrase.count(missing, "listed id")) not in the files"
    if empty.isEmpty { return .pass("All three splits have samples: \(text)\(note).", evidence: evidence) }
    if empty == [.valid], dataset.form == .list || dataset.form == .arrays {
      return .warn(
        "The valid split is empty: \(text)\(note).", evidence: evidence,
        advice: "Take a part of train to choose epochs and settings on; choose nothing by test.")
    }
    return .fail(
      "The \(Phrase.splits(Set(empty))) split\(empty.count == 1 ? " is" : "s are") empty: \(text).", evidence: evidence,
      advice: "Divide the recordings again so that each split gets some: choose on valid, and read test once.")
  }

  /// Returns the names in the fold list that match nothing in the files.
  private static func unmatched(_ dataset: AuditedDataset) -> [Evidence] {
    Split.allCases.compactMap { split in
      guard let names = dataset.unmatched[split] else { return nil }
      return Evidence(
        text:
          "\(Phrase.count(names.count, "id")) of \(split) \(names.count == 1 ? "is" : "are") in the fold list and not in "
          + "the files: \(Phrase.list(names)).",
        facts: ["split": .string(split.rawValue), "unmatched": .integer(names.count), "ids": .names(names)])
    }
  }
}
