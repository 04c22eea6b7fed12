import Samples
import Text

/// Why a file of a turn gave no rows.
struct TurnFault: Hashable, Sendable {
  /// The same words for all files with this fault.
  let kind: String
  /// The file, and what is wrong with it.
  let detail: String
  /// Whether the turn loses the whole modality, not only what the file would have given.
  var costsModality = false
}

/// One of the files with a fault: the first by turn, then by path.
struct FaultExample: Hashable, Sendable {
  let turn: String
  let detail: String
}

/// Why no turn has a modality.
struct AbsentModality {
  let modality: Modality
  /// Ready-made features, nil for what the release has.
  let source: ReadyFeatures?
  let found: IngestedRelease

  /// The error, with the first file for each reason.
  func error(release: String) -> DataError {
    let reasons = faults + strays
    let files = "files called <turn>.npy or <turn>.csv, e.g. Ses01F_impro01_F000.npy"
    return DataError(
      .badData, file: source?.tree.path ?? release,
      "has no \(modality) features of any turn" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ")),
      expected: source == nil ? "at least one turn's" : files,
      advice: "Leave \(modality) out with --modalities, or complete the \(source == nil ? "release" : "features").")
  }

  private var faults: [String] {
    let turns = (found.faults[modality] ?? [:]).values
    return (found.faultExamples[modality] ?? [:]).sorted { $0.key < $1.key }.map { kind, example in
      let count = turns.count { $0 == kind }
      return "\(kind) (\(count.counted("turn")), the first \(example.detail))"
    }
  }

  private var strays: [String] {
    guard let strays = found.strays[modality] else { return [] }
    return [
      "\(strays.count.counted("file is", plural: "files are")) of another name or kind, the first \(strays.first)"
    ]
  }
}
