import Digests
import Files
import Foundation
import Samples
import Text

/// A run of rows in a store: one stream of one recording at its native rate.
struct StoredRows: Hashable, Sendable {
  /// Where it begins in the file, in bytes.
  let offset: Int
  let rowCount: Int
  let width: Int
  /// Where the times of the rows come from.
  let times: RowTimes
  /// Whether each row's end is stored after its start.
  let hasEnds: Bool
  /// From the first start to the last end in seconds, including rows of the file that were not taken.
  let span: Interval
  /// How long a row without an end of its own lasts, in seconds.
  let rowSeconds: Double
  /// XXH3-128 of its bytes.
  let digest: String

  /// Bytes of the times: starts F64 [rows], then ends F64 [rows], if there are any.
  var timeByteCount: Int { (hasEnds ? 16 : 8) * rowCount }
  /// Bytes in the file: the times, then values F32 [rows, width], then zeros up to a multiple of 8.
  var byteCount: Int { timeByteCount + (4 * rowCount * width + 7) / 8 * 8 }
}

/// Where the times of a run of rows come from.
enum RowTimes: String, Sendable {
  /// A rate: the first row is at 0 s.
  case rate
  /// The file itself.
  case own
  /// Nowhere: one row is all of the turn.
  case vector
}

extension StoredRows {
  /// The starts of the rows in seconds, followed by their ends if they have any.
  ///
  /// - Throws: `DataError` 74 when they cannot be read.
  func times(in store: InputFile) throws -> [Double] {
    let timeCount = timeByteCount / 8
    return try [Double](unsafeUninitializedCapacity: timeCount) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)[..<timeByteCount]
      try store.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes), at: offset)
      count = timeCount
    }
  }

  /// Reads the values, [rows, width].
  ///
  /// - Parameter times: what `times(in:)` gave.
  /// - Throws: `DataError` 65 when times and values are not what was stored, 74 when they cannot be read.
  func read(from store: InputFile, after times: [Double], into values: FloatBuffer) throws {
    let valueByteCount = byteCount - timeByteCount
    values.reserve(valueByteCount / 4)
    let bytes = UnsafeMutableRawBufferPointer(start: values.base, count: valueByteCount)
    try store.read(into: bytes, at: offset + timeByteCount)
    var fingerprint = Fingerprint()
    times.withUnsafeBytes { fingerprint.update($0) }
    fingerprint.update(UnsafeRawBufferPointer(bytes))
    guard fingerprint.hexDigest() == digest else {
      throw DataError(
        .badData, file: store.path, "is damaged", expected: "the features that an earlier run stored",
        advice: "Run again with --overwrite to start over.")
    }
  }

  /// The most bytes in a store, so that no sum of them overflows `Int`.
  private static let largest = 1 << 60

  /// `[offset, rows, width, times, has ends, span's start, span's end, row seconds, digest]`
  var json: JSONValue {
    [
      .integer(offset), .integer(rowCount), .integer(width), .string(times.rawValue), .bool(hasEnds),
      .number(span.start), .number(span.end), .number(rowSeconds), .string(digest),
    ]
  }

  /// Reads what `json` wrote; nil when it is something else.
  init?(json: JSONValue) {
    guard let list = json.elements, list.count == 9, let offset = list[0].count,
      let rowCount = list[1].integer(in: 0...Self.largest / 64),
      let width = list[2].integer(in: 1...Self.largest / 64 / max(1, rowCount)),
      let times = list[3].text.flatMap(RowTimes.init(rawValue:)),
      let hasEnds = list[4].boolValue, let start = list[5].doubleValue, let end = list[6].doubleValue,
      let rowSeconds = list[7].doubleValue, let digest = list[8].text
    else { return nil }
    self.init(
      offset: offset, rowCount: rowCount, width: width, times: times, hasEnds: hasEnds,
      span: Interval(start: start, end: end), rowSeconds: rowSeconds, digest: digest)
  }
}

/// Writes a store: rows come from any thread in any order, and only their index says where they are.
///
/// `@unchecked Sendable`: `file` and `end` are only touched with `lock` held.
final class SequenceStoreWriter: @unchecked Sendable {
  private let lock = NSLock()
  /// Nil once it has its name.
  private var file: AtomicFile?
  private var end = 0
  /// Over the digests of all rows in their order.
  private var fingerprint = Fingerprint()

  /// - Throws: `DataError` 73 when the file cannot be made.
  init(path: String) throws { file = try AtomicFile(path: path) }

  /// A writer that only describes rows: nothing is written.
  init() {}

  /// Appends rows.
  ///
  /// - Parameters:
  ///   - starts: the start of each row in seconds.
  ///   - ends: the end of each row; nil if each lasts `rowSeconds`.
  ///   - span: from the first start to the last end; nil for that of the rows themselves.
  ///   - values: [starts.count, width], row-major.
  /// - Throws: `DataError` 74 when writing fails.
  func append(
    starts: [Double], ends: [Double]? = nil, times: RowTimes, span: Interval? = nil, values: UnsafePointer<Float>,
    width: Int, rowSeconds: Double
  ) throws -> StoredRows {
    let valueBytes = UnsafeRawBufferPointer(start: values, count: 4 * starts.count * width)
    let padding = [UInt8](repeating: 0, count: (8 - valueBytes.count % 8) % 8)
    var fingerprint = Fingerprint()
    starts.withUnsafeBytes { fingerprint.update($0) }
    ends?.withUnsafeBytes { fingerprint.update($0) }
    fingerprint.update(valueBytes)
    padding.withUnsafeBytes { fingerprint.update($0) }
    let digest = fingerprint.hexDigest()
    let own = Interval(start: starts.first ?? 0, end: ends?.last ?? (starts.last ?? 0) + rowSeconds)
    return try lock.withLock {
      let rows = StoredRows(
        offset: end, rowCount: starts.count, width: width, times: times, hasEnds: ends != nil, span: span ?? own,
        rowSeconds: rowSeconds, digest: digest)
      try starts.withUnsafeBytes { try file?.write($0) }
      try ends?.withUnsafeBytes { try file?.write($0) }
      try file?.write(valueBytes)
      try file?.write(padding)
      end += rows.byteCount
      self.fingerprint.update(digest)
      return rows
    }
  }

  /// Appends values without times.
  ///
  /// - Parameter digest: of the values.
  /// - Returns: where they begin in the file, in bytes.
  /// - Throws: `DataError` 74 when writing fails.
  func append(untimed values: [Float], digest: String) throws -> Int {
    let padding = [UInt8](repeating: 0, count: 4 * (values.count % 2))
    return try lock.withLock {
      let offset = end
      try values.withUnsafeBytes { try file?.write($0) }
      try padding.withUnsafeBytes { try file?.write($0) }
      end += 4 * values.count + padding.count
      fingerprint.update(digest)
      return offset
    }
  }

  /// Removes the file; used when not all rows came.
  func discard() { lock.withLock { file = nil } }

  /// Gives the file its name; nothing may be appended afterwards.
  ///
  /// - Parameter name: its path, given the XXH3-128 of the digests of its rows: their order depends on the threads, so
  ///   another run at the same time may have a different file.
  /// - Returns: the path.
  func commit(named name: (_ digest: String) -> String) throws -> String {
    try lock.withLock {
      guard let finished = file.take() else { throw DataError(.internalBug, "a store is finished twice") }
      let path = name(fingerprint.hexDigest())
      try finished.commit(as: path)
      return path
    }
  }
}
