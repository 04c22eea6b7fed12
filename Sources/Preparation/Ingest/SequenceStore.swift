import Foundation
import Storage

/// A run of rows in a store: one stream of one recording at its native rate.
struct StoredRows: Hashable, Sendable {
  /// Where it begins in the file, in bytes.
  let offset: Int
  let rowCount: Int
  let width: Int
  /// The start of the first row in seconds, 0 without rows.
  let firstStart: Double
  /// How long a row lasts, in seconds.
  let rowSeconds: Double
  /// XXH3-128 of its bytes.
  let digest: String

  /// Bytes in the file: starts F64 [rows], then values F32 [rows, width], then zeros up to a multiple of 8.
  var byteCount: Int { 8 * rowCount + (4 * rowCount * width + 7) / 8 * 8 }
}

extension StoredRows {
  /// `[offset, rows, width, first start, row seconds, digest]`
  var json: JSONValue {
    [
      .integer(offset), .integer(rowCount), .integer(width), .number(firstStart), .number(rowSeconds), .string(digest),
    ]
  }

  /// Reads what `json` wrote; nil when it is something else.
  init?(json: JSONValue) {
    guard let list = json.elements, list.count == 6, let offset = list[0].intValue, let rowCount = list[1].intValue,
      let width = list[2].intValue, let firstStart = list[3].doubleValue, let rowSeconds = list[4].doubleValue,
      let digest = list[5].text, offset >= 0, rowCount >= 0, width > 0
    else { return nil }
    self.init(
      offset: offset, rowCount: rowCount, width: width, firstStart: firstStart, rowSeconds: rowSeconds, digest: digest)
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

  /// - Throws: `DataError` 73 when the file cannot be made.
  init(path: String) throws { file = try AtomicFile(path: path) }

  /// Appends rows.
  ///
  /// - Parameters:
  ///   - starts: the start of each row in seconds.
  ///   - values: [starts.count, width], row-major.
  /// - Throws: `DataError` 74 when writing fails.
  func append(
    starts: [Double], values: UnsafePointer<Float>, width: Int, rowSeconds: Double
  ) throws -> StoredRows {
    let valueBytes = UnsafeRawBufferPointer(start: values, count: 4 * starts.count * width)
    let padding = [UInt8](repeating: 0, count: (8 - valueBytes.count % 8) % 8)
    var fingerprint = Fingerprint()
    starts.withUnsafeBytes { fingerprint.update($0) }
    fingerprint.update(valueBytes)
    padding.withUnsafeBytes { fingerprint.update($0) }
    let digest = fingerprint.hexDigest()
    return try lock.withLock {
      let rows = StoredRows(
        offset: end, rowCount: starts.count, width: width, firstStart: starts.first ?? 0, rowSeconds: rowSeconds,
        digest: digest)
      try starts.withUnsafeBytes { try file?.write($0) }
      try file?.write(valueBytes)
      try file?.write(padding)
      end += rows.byteCount
      return rows
    }
  }

  /// Removes the file; for when not all rows came.
  func discard() { lock.withLock { file = nil } }

  /// Gives the file its name; nothing may be appended any more.
  func commit() throws {
    try lock.withLock {
      guard let finished = file.take() else { return }
      try finished.commit()
    }
  }
}
