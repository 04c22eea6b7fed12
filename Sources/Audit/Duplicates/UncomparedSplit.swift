import Leaks
import Samples
import Text

/// A split in which nothing could be compared although others hold content: all of it is masked, filled in or left out.
///
/// A copy in such a split would go unnoticed, so its presence rules out a pass.
struct UncomparedSplit: Hashable {
  let split: Split
  /// The modalities in which only others hold content; empty if the split has nothing to compare at all.
  let modalities: [Modality]
  /// The name of the data set, if there are several.
  var dataset: String?

  /// `train (visual, audio)`.
  private var name: String {
    let kinds = modalities.isEmpty ? "" : " (\(modalities.map(\.rawValue).joined(separator: ", ")))"
    return "\(split)" + (dataset.map { " of \($0)" } ?? "") + kinds
  }

  /// Describes the splits for the report; empty if there are none.
  static func evidence(_ parts: [UncomparedSplit]) -> [Evidence] {
    if parts.isEmpty { return [] }
    let names = parts.map(\.name)
    return [
      Evidence(
        text: "Not compared: \(names.joined(separator: "; ")).",
        facts: ["kind": "not-compared", "count": .integer(parts.count), "items": .names(names)])
    ]
  }

  /// Returns the finding to use if nothing else was found.
  static func undecidable(_ parts: [UncomparedSplit], evidence: [Evidence]) -> Finding {
    .undecidable(
      "Nothing of \(Phrase.list(parts.map(\.name), separator: "; ")) could be compared with the other splits.",
      doubt: .incompleteSearch, evidence: evidence,
      advice: "Find out why all of it is masked, filled in or missing; give that split as it is trained and tested on.")
  }
}
