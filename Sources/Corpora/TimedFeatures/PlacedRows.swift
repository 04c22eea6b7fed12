import Digests
import Files
import Samples
import Text

/// A run of stored rows and its place in a recording.
struct PlacedPart: Hashable, Sendable {
  let rows: StoredRows
  /// When its clock starts, in seconds of the recording.
  let start: Double
  /// The stretch of the recording that it is of; rows beyond it are left out. Nil for all of the recording.
  let limit: Interval?
  /// What a row for all of it covers.
  let whole: Interval
}

/// Ready-made features of a modality on the clocks of recordings.
struct PlacedRows: ModalitySequence {
  let path: String
  /// The open store; nil if the times are not needed.
  let store: InputFile?
  let width: Int
  /// In order of time, by recording.
  let parts: [String: [PlacedPart]]

  var isText: Bool { false }
  var recordings: [String] { parts.keys.sortedByBytes() }
  var rowCount: Int { parts.values.reduce(0) { $0 + $1.reduce(0) { $0 + $1.rows.rowCount } } }

  func contains(_ recording: String) -> Bool { parts[recording] != nil }
  func rowCount(of recording: String) -> Int { (parts[recording] ?? []).reduce(0) { $0 + $1.rows.rowCount } }
  func makeReader() -> any SequenceReader { PlacedRowsReader(self) }
}

/// Reads the parts of one recording after another; checks each against its digest.
final class PlacedRowsReader: SequenceReader {
  private let sequence: PlacedRows
  private var parts: [(part: PlacedPart, times: [Double], kept: [Int])] = []
  private var rowCount = 0
  /// [rowCount, width]
  private let matrix = FloatBuffer()
  /// One part's rows.
  private let values = FloatBuffer()

  init(_ sequence: PlacedRows) { self.sequence = sequence }

  /// The store's digests are checked while reading, so they stand for what was read.
  var digest: String {
    var fingerprint = Fingerprint()
    for part in parts { fingerprint.update(part.part.rows.digest) }
    return fingerprint.hexDigest()
  }

  func open(_ recording: String) throws -> SequenceTimes {
    (parts, rowCount) = ([], 0)
    guard let store = sequence.store else { return SequenceTimes() }
    var times = SequenceTimes()
    for part in sequence.parts[recording] ?? [] {
      let own = try part.rows.times(in: store)
      var kept: [Int] = []
      for row in 0..<part.rows.rowCount {
        guard let interval = Self.interval(of: row, own, part) else { continue }
        kept.append(row)
        times.intervals += [interval.start, interval.end]
      }
      parts.append((part, own, kept))
      rowCount += kept.count
    }
    return times
  }

  /// When a row is in its recording; nil if it is beyond what it is of.
  private static func interval(of row: Int, _ times: [Double], _ part: PlacedPart) -> Interval? {
    let rows = part.rows
    if rows.rowCount == 1, rows.times != .own { return part.whole }
    let start = part.start + times[row]
    let end = rows.hasEnds ? part.start + times[rows.rowCount + row] : start + rows.rowSeconds
    guard let limit = part.limit else { return Interval(start: start, end: end) }
    if start >= limit.end { return nil }
    return Interval(start: start, end: end.isFinite ? min(end, limit.end) : end)
  }

  func readRows(_ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    let width = sequence.width
    matrix.reserve(rowCount * width)
    var next = 0
    for (part, times, kept) in parts {
      guard let store = sequence.store else { break }
      try part.rows.read(from: store, after: times, into: values)
      for row in kept {
        (matrix.base + next * width).update(from: values.base + row * width, count: width)
        next += 1
      }
    }
    _ = try body(matrix.base, rowCount)
  }
}
