import Corpora
import Files
import Samples
import Text

/// Computational sequences audited as they are; their names show what each of them holds.
struct SequenceFiles {
  /// Numeric features.
  var features: [Modality: CSDFile] = [:]
  /// Word strings.
  var words: CSDFile?
  var labels: CSDFile?

  /// - Throws: `DataError` 66 if a file cannot be opened; 65 if it is not a computational sequence, if its name does
  ///   not show what it holds, or if two files hold the same.
  init(_ paths: [String], indexer: CSDIndexer) throws {
    for path in paths {
      let file = try CSDFile.open(path, indexer: indexer)
      let other: CSDFile?
      switch file.contents {
      case .labels:
        other = labels
        labels = file
      case .features(.text) where file.isText:
        other = words
        words = file
      case .features(let modality):
        try file.requireNumbers(for: "--csd")
        other = features.updateValue(file, forKey: modality)
      case nil:
        throw DataError(
          .badData, file: path, place: file.rootName, "the name does not say what the sequence holds",
          expected: "a name such as OpenFace_2, COVAREP, glove_vectors, words or All Labels",
          advice: "Rename the file after its modality, e.g. visual.csd.")
      }
      if let other {
        throw DataError(
          .badData, file: path, place: file.rootName, "holds the same as \(other.path)",
          expected: "one file per modality",
          advice: "Leave out one of the two.")
      }
    }
    if features.isEmpty && words == nil {
      throw DataError(
        .usage, "no features among the files of --csd", expected: "at least one sequence of features",
        advice: "Name the .csd files with visual, audio or text features.")
    }
  }

  /// Every feature file.
  private var all: [CSDFile] { features.sorted { $0.key < $1.key }.map(\.value) + (words.map { [$0] } ?? []) }

  /// Returns whether any file has features of a recording.
  func contains(_ recording: String) -> Bool { all.contains { $0.contains(recording) } }

  /// The first recording with features, as an example of how the files name them.
  var example: String? {
    all.compactMap { file in file.recordings.first }.min { $0.precedesInBytes($1) }
  }

  /// A stretch of a recording that forms a sample.
  struct Segment {
    let id: String
    /// Whether the label file has an entry with this name, as in pre-aligned files: the features of that entry belong
    /// to the sample.
    var isEntry = false
    /// nil for a whole entry.
    let interval: Interval?
    let label: [Float]
  }

  /// Returns the samples of a recording: the rows of the label sequence or, if there is none, each entry as a whole.
  func segments(of recording: String) throws -> [Segment] {
    guard let labels else {
      let ids = Set(all.flatMap { $0.entries(of: recording).filter { $0.rowCount > 0 }.map(\.id) })
      return ids.sorted { SampleID(parsing: $0) < SampleID(parsing: $1) }
        .map { Segment(id: $0, interval: nil, label: []) }
    }
    var segments: [Segment] = []
    for entry in labels.entries(of: recording) where entry.rowCount > 0 {
      let intervals = try labels.intervals(of: [entry])
      let features = try labels.values(of: [entry])
      for (row, interval) in intervals.enumerated() where interval.isFinite && interval.duration > Interval.tolerance {
        let isAligned = SampleID(parsing: entry.id).segment != nil && entry.rowCount == 1
        let values = withExtendedLifetime(features) {
          Array($0.values[row * labels.width..<(row + 1) * labels.width])
        }
        segments.append(
          Segment(
            id: isAligned ? entry.id : "\(entry.id)[\(row)]", isEntry: isAligned, interval: interval,
            label: values))
      }
    }
    return segments
  }

  /// Returns a segment's part of a file: the rows that overlap it, or all rows of the entry with its name.
  static func piece(of segment: Segment, recording: String, in file: CSDFile) throws -> SequenceRows.Piece {
    let own = file.entries(of: recording).filter { $0.id == segment.id && $0.rowCount > 0 }
    guard let interval = segment.interval, !segment.isEntry || own.isEmpty else {
      return SequenceRows.Piece(entries: own, runs: [0..<own.reduce(0) { $0 + $1.rowCount }])
    }
    let entries = file.entries(of: recording).filter { $0.rowCount > 0 }
    var runs: [Range<Int>] = []
    for (row, own) in try file.intervals(of: entries).enumerated() where own.clipped(to: interval) != nil {
      if let last = runs.last, last.upperBound == row {
        runs[runs.count - 1] = last.lowerBound..<row + 1
      } else {
        runs.append(row..<row + 1)
      }
    }
    return SequenceRows.Piece(entries: entries, runs: runs)
  }

  /// Returns the words of a piece, separated by single spaces and without pauses.
  static func words(of piece: SequenceRows.Piece, in file: CSDFile) throws -> String {
    let all = try file.words(of: piece.entries)
    return piece.runs.joined().map { all[$0] }.filter { !PauseWords.standard.contains($0) }.joined(separator: " ")
  }
}
