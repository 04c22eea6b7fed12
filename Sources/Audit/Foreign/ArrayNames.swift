import ArrayFiles
import Leaks
import Samples
import Storage

/// Who the samples of arrays are.
///
/// MMSA writes `video$_$segment`; MulT and MultiBench write [samples, 3]: the video, and where the segment begins and ends
/// in seconds. Of two columns the second tells the segments of a video apart.
struct ArrayNames {
  /// One sample.
  struct Name {
    let id: String
    /// The recording that it is from.
    let recording: String
    let interval: Interval?
  }

  let names: [Name]

  /// What the array is called.
  static let keys = ["id", "ids"]

  /// - Throws: `DataError` 65 without a file name when it is no array of texts with one to three columns, or of whole
  ///   numbers.
  init(parsing bytes: [UInt8], count: Int) throws {
    names = try Self.rows(parsing: bytes, count: count).map { Self.name($0) }
  }

  private static func rows(parsing bytes: [UInt8], count: Int) throws -> [[String]] {
    do {
      return try NpyColumn.integers(parsing: bytes, count: count).map { ["\($0)"] }
    } catch {
      // Most ids are texts, and what is wrong with other arrays the reader of texts says best.
      return try NpyColumn.textRows(parsing: bytes, count: count, widest: 3)
    }
  }

  private static func name(_ columns: [String]) -> Name {
    let first = AuditedSample.segmentName(columns[0])
    let recording = SampleID(parsing: first).recording
    if columns.count == 1 { return Name(id: first, recording: recording, interval: nil) }
    if columns.count == 2 { return Name(id: "\(first)[\(columns[1])]", recording: recording, interval: nil) }
    let interval = Double(columns[1]).flatMap { start in
      Double(columns[2]).map { Interval(start: start, end: $0) }
    }.flatMap { $0.isFinite && !$0.isReversed ? $0 : nil }
    return Name(id: "\(first)[\(columns[1])-\(columns[2])]", recording: recording, interval: interval)
  }
}
