import Samples
import Shards
import Text

/// `fold-presence`: without a valid split, model selection falls back on test; without a test split, nothing is
/// measured; and a score on a part of a split is no score on the split.
package struct FoldPresence: SealCheck {
  package let id = "fold-presence"
  package let severity = Severity.error
  package let leakage: LeakageType? = .noTestSet
  package let meaning = "Train, valid and test exist and are not empty."

  /// The key in a manifest's configuration that says that a valid split was not wanted.
  package static let noValidKey = "no-valid"

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
    let missing = Split.allCases.compactMap { split in
      dataset.unmatched[split].map { Self.share(of: $0, split) }
    }
    let note = missing.isEmpty ? "" : "; \(missing.joined(separator: ", "))"
    if empty == [.valid], dataset.manifest?.config[Self.noValidKey] == true {
      return .warn(
        "There is no valid split, as --no-valid asked: \(text)\(note).", evidence: evidence,
        advice: "Keep the last epoch and fix all settings beforehand: what is chosen by test makes its score too good.")
    }
    if empty == [.valid], dataset.form == .list || dataset.form == .arrays {
      return .warn(
        "The valid split is empty: \(text)\(note).", evidence: evidence,
        advice: "Take a part of train to choose epochs and settings on; choose nothing by test.")
    }
    if !empty.isEmpty {
      return .fail(
        "The \(Phrase.splits(Set(empty))) split\(empty.count == 1 ? " is" : "s are") empty: \(text)\(note).",
        evidence: evidence,
        advice: "Divide the recordings again so that each split gets some: choose on valid, and read test once.")
    }
    if missing.isEmpty { return .pass("All three splits have samples: \(text).", evidence: evidence) }
    return .warn(
      "The splits are smaller than the fold list makes them: \(missing.joined(separator: ", ")). There are \(text).",
      evidence: evidence,
      advice:
        "Give the files that hold the others, or say on which samples a score was reached: it is none on the whole split."
    )
  }

  /// `3 of 42 test ids give no sample`
  private static func share(of unmatched: AuditedDataset.UnmatchedNames, _ split: Split) -> String {
    let (count, all) = (unmatched.names.count, unmatched.listedCount)
    return
      "\(count.grouped) of \(all.grouped) \(split) id\(all == 1 ? "" : "s") \(count == 1 ? "gives" : "give") no sample"
  }

  /// Returns the names in the fold list that give no sample.
  private static func unmatched(_ dataset: AuditedDataset) -> [Evidence] {
    Split.allCases.compactMap { split in
      guard let unmatched = dataset.unmatched[split] else { return nil }
      return Evidence(
        text: "\(share(of: unmatched, split)), being not in the files or without a segment there: "
          + "\(Phrase.list(unmatched.names)).",
        facts: [
          "split": .string(split.rawValue), "unmatched": .integer(unmatched.names.count),
          "listed": .integer(unmatched.listedCount), "ids": .names(unmatched.names),
        ])
    }
  }
}
