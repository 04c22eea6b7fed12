import Digests
import Files
import Samples
import Text

/// A modality of an ingested corpus: native-rate rows in a store, joined from one or several parts.
///
/// Times are counted from the start of the recording: those on the dialog's clock minus its start there. Parts are
/// joined row by row by their times; columns of a part that has no row at a time, or that a recording lacks, are NaN.
struct StoredSequence: ModalitySequence {
  /// Its name in messages.
  let path: String
  /// The open store; nil if a plan is made without one.
  let store: InputFile?
  /// The columns of each part.
  let widths: [Int]
  /// The rows of each recording, one for each part, nil if it lacks the part.
  let rows: [String: [StoredRows?]]
  /// What the times of each part are counted from.
  let clocks: [RowClock]
  /// When each recording is.
  let extents: [String: RecordingExtent]
  /// Whether every recording has only one row, which is then all of it.
  let isOneRowEach: Bool

  /// When a recording is.
  struct RecordingExtent: Hashable, Sendable {
    /// When it begins, in seconds from the start of its dialog.
    let start: Double
    /// What a row for all of it covers, in seconds from its own start.
    let whole: Interval
  }

  var width: Int { widths.reduce(0, +) }
  var isText: Bool { false }
  var recordings: [String] { rows.keys.sortedByBytes() }
  var rowCount: Int { rows.keys.reduce(0) { $0 + rowCount(of: $1) } }

  func contains(_ recording: String) -> Bool { rows[recording] != nil }

  /// The longest part's; there are more joined rows only if the parts disagree about their times.
  func rowCount(of recording: String) -> Int {
    rows[recording]?.compactMap { $0?.rowCount }.max() ?? 0
  }

  func makeReader() -> any SequenceReader { StoredSequenceReader(self) }
}

/// What the times of a stream's rows are counted from.
enum RowClock: Sendable {
  /// The start of the turn, or of any recording that is a sample.
  case turn
  /// The start of the dialog, as in the motion capture of the release.
  case dialog
}

/// Reads a stored sequence; checks each run of rows against its digest.
final class StoredSequenceReader: SequenceReader {
  private let sequence: StoredSequence
  private var parts: [StoredRows?] = []
  /// The row of each part, −1 for none, of each joined row: [rows, parts].
  private var rowsOfParts: [Int] = []
  private var rowCount = 0
  /// The starts of each part's rows, in seconds, followed by their ends if they have any, as stored.
  private var times: [[Double]] = []
  /// [rows, width]
  private let matrix = FloatBuffer()
  /// One part's rows.
  private let values = FloatBuffer()

  init(_ sequence: StoredSequence) { self.sequence = sequence }

  /// The store's digests are checked while reading, so they stand for what was read.
  var digest: String {
    var fingerprint = Fingerprint()
    for part in parts { fingerprint.update(part?.digest ?? "") }
    return fingerprint.hexDigest()
  }

  func open(_ recording: String) throws -> SequenceTimes {
    parts = sequence.rows[recording] ?? []
    times = try parts.map { try $0.map(readTimes) ?? [] }
    let extent = sequence.extents[recording]
    let origins = sequence.clocks.map { $0 == .dialog ? extent?.start ?? 0 : 0 }
    let starts = parts.indices.map { part in
      times[part].prefix(parts[part]?.rowCount ?? 0).map { $0 - origins[part] }
    }
    let rowSeconds = parts.compactMap { $0?.rowSeconds }.first ?? 0
    let joined = Self.join(starts, tolerance: rowSeconds / 2)
    rowsOfParts = joined.rows
    rowCount = joined.starts.count
    if parts.count == 1, let part = parts[0] {
      if let extent, part.rowCount == 1, part.times == .vector || (sequence.isOneRowEach && !part.hasEnds) {
        return SequenceTimes(intervals: [extent.whole.start, extent.whole.end])
      }
      if part.hasEnds {
        let ends = times[0][part.rowCount...]
        return SequenceTimes(intervals: zip(starts[0], ends).flatMap { [$0, $1 - origins[0]] })
      }
    }
    return SequenceTimes(intervals: joined.starts.flatMap { [$0, $0 + rowSeconds] })
  }

  func readRows(_ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    let width = sequence.width
    matrix.reserve(rowCount * width)
    matrix.base.update(repeating: .nan, count: rowCount * width)
    var column = 0
    for (number, part) in parts.enumerated() {
      if let part { try copy(part, number, toColumn: column) }
      column += sequence.widths[number]
    }
    _ = try body(matrix.base, rowCount)
  }

  private func readTimes(_ part: StoredRows) throws -> [Double] { try part.times(in: store()) }

  /// Copies a part's columns to their place in the joined rows.
  private func copy(_ part: StoredRows, _ number: Int, toColumn column: Int) throws {
    try part.read(from: store(), after: times[number], into: values)
    for row in 0..<rowCount {
      let source = rowsOfParts[row * parts.count + number]
      if source < 0 { continue }
      (matrix.base + row * sequence.width + column).update(from: values.base + source * part.width, count: part.width)
    }
  }

  private func store() throws -> InputFile {
    guard let store = sequence.store else { throw DataError(.internalBug, "rows are read without a store") }
    return store
  }

  /// Merges the parts' rows by time: rows whose starts differ by no more than `tolerance` are one row.
  ///
  /// - Parameter starts: of each part; ascending, unless there is only one part.
  /// - Returns: the joined rows' starts, and the row of each part for each of them, −1 for none.
  static func join(_ starts: [[Double]], tolerance: Double) -> (starts: [Double], rows: [Int]) {
    var next = [Int](repeating: 0, count: starts.count)
    var joined: [Double] = []
    var rows: [Int] = []
    if starts.count == 1 { return (starts[0], Array(starts[0].indices)) }
    while true {
      let heads = starts.indices.compactMap { next[$0] < starts[$0].count ? starts[$0][next[$0]] : nil }
      guard let start = heads.min() else { return (joined, rows) }
      joined.append(start)
      for part in starts.indices {
        if next[part] < starts[part].count, starts[part][next[part]] <= start + tolerance {
          rows.append(next[part])
          next[part] += 1
        } else {
          rows.append(-1)
        }
      }
    }
  }
}
