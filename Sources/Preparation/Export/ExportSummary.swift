import Files
public import Samples
public import Text

/// A file that an export wrote.
public struct ExportedFile: Hashable, Sendable {
  /// The name inside the output folder.
  public var name: String
  /// The number of samples in it.
  public var samples: Int
  /// The size in bytes.
  public var bytes: Int

  init(folder: String, name: String, samples: Int) throws {
    self.name = name
    self.samples = samples
    bytes = try InputFile(path: folder + "/" + name).byteCount
  }
}

/// Rows of a modality that the arrays of an export had no room for.
public struct CutRows: Hashable, Sendable {
  /// The modality.
  public let modality: Modality
  /// Rows of a sample that fit.
  public let room: Int
  /// Samples with more rows than fit.
  public private(set) var samples = 0
  /// Rows of all samples.
  public private(set) var rows = 0
  /// Rows that were left out.
  public private(set) var cut = 0
  /// Rows of the longest sample.
  public private(set) var longest = 0

  init(_ modality: Modality, room: Int) {
    self.modality = modality
    self.room = room
  }

  /// Counts a sample of `count` rows.
  mutating func add(_ count: Int) {
    rows += count
    longest = max(longest, count)
    if count > room {
      samples += 1
      cut += count - room
    }
  }

  var json: JSONValue {
    [
      "modality": .string(modality.rawValue), "samples": .integer(samples), "rows": .integer(rows),
      "rows_cut": .integer(cut), "longest": .integer(longest),
    ]
  }

  var sentence: String {
    let samples = samples.counted("sample has", plural: "samples have")
    return "\(modality): \(cut.grouped) of \(rows.grouped) rows cut: \(samples) more than \(room) rows, and the last "
      + "\(room) are kept. --rows \(longest) keeps all."
  }
}

/// What an export wrote.
public struct ExportSummary: Sendable {
  /// The output folder as the user gave it.
  public let folder: String
  /// The files in their order.
  public let files: [ExportedFile]
  /// What the files lack of the prepared folder: modalities with rows that did not fit.
  public internal(set) var cut: [CutRows] = []
  /// What else a reader of the files has to know, one sentence each.
  public internal(set) var notes: [String] = []

  /// The summary as JSON.
  public var json: JSONValue {
    [
      "out": .string(folder),
      "files": .array(
        files.map { ["file": .string($0.name), "samples": .integer($0.samples), "bytes": .integer($0.bytes)] }),
      "cut": .array(cut.map(\.json)), "notes": .array(notes.map { .string($0) }),
    ]
  }

  /// The summary for people: one line per file, then what is missing in them.
  public var text: String {
    let files = files.map { file in
      "\(folder)/\(file.name): " + (file.name == DatasetCard.name ? "" : "\(file.samples) samples, ")
        + "\(file.bytes) bytes"
    }
    return PrintableText.joined(files + cut.map(\.sentence) + notes) + "\n"
  }
}
