public import Samples
public import Text

/// What masks take from the samples of a prepared folder.
public struct MaskSummary: Sendable {
  /// What is taken of one modality.
  public struct Taken: Hashable, Sendable {
    /// Samples that have rows of the modality.
    public internal(set) var samples = 0
    /// Those among them that lose it.
    public internal(set) var samplesTaken = 0
    /// Rows of all samples.
    public internal(set) var rows = 0
    /// Those among them that are taken.
    public internal(set) var rowsTaken = 0
  }

  /// The file, in the folder as the user gave it.
  public let path: String
  /// The samples.
  public let sampleCount: Int
  /// What is taken, by modality.
  public internal(set) var taken: [Modality: Taken] = [:]
  /// Samples of which the row masks leave nothing.
  public internal(set) var emptiedCount = 0
  /// What the rate asked for and cannot be, one sentence each.
  public internal(set) var notes: [String] = []

  /// The summary as JSON.
  public var json: JSONValue {
    let modalities = taken.map { modality, own -> (String, JSONValue) in
      (
        modality.rawValue,
        [
          "samples": .integer(own.samples), "samples_taken": .integer(own.samplesTaken), "rows": .integer(own.rows),
          "rows_taken": .integer(own.rowsTaken),
        ]
      )
    }
    return [
      "file": .string(path), "samples": .integer(sampleCount), "samples_without_rows": .integer(emptiedCount),
      "modalities": .object(Dictionary(uniqueKeysWithValues: modalities)),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  /// The summary for people: the file, one line per modality, and what is to be known.
  public var text: String {
    let modalities = taken.sorted { $0.key < $1.key }.map { modality, own in
      "\(modality): taken from \(own.samplesTaken.grouped) of \(own.samples.counted("sample")), or "
        + "\(own.rowsTaken.grouped) of \(own.rows.counted("row"))"
    }
    let emptied =
      emptiedCount == 0 ? [] : ["The row masks leave nothing of \(emptiedCount.counted("sample"))."]
    return PrintableText.joined(["\(path): masks of \(sampleCount.counted("sample"))"] + modalities + emptied + notes)
      + "\n"
  }
}
