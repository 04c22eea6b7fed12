import Files
import Text

/// The end of a zip file, which says where its list of entries is.
enum ZipDirectory {
  /// Refuses a zip with other contents before its own, such as two joined by `cat`: a reader sees only the last.
  ///
  /// A file too damaged for that is left to the reader of the entries.
  /// - Throws: `DataError` 65.
  static func checkWhole(_ path: String) throws {
    let file = try InputFile(path: path)
    var tail = [UInt8](repeating: 0, count: min(file.byteCount, recordByteCount + largestComment))
    let start = file.byteCount - tail.count
    try tail.withUnsafeMutableBytes { try file.read(into: $0, at: start) }
    guard let record = endRecord(in: tail) else { return }
    var byteCount = number(tail, at: record + 12, byteCount: 4)
    var offset = number(tail, at: record + 16, byteCount: 4)
    var end = start + record
    if byteCount == 0xffff_ffff || offset == 0xffff_ffff {
      // Zip64: a record of 56 bytes with the true numbers, and its locator of 20, come first.
      let large = record - 76
      guard large >= 0, hasSignature([0x50, 0x4b, 6, 6], tail, at: large) else { return }
      byteCount = number(tail, at: large + 40, byteCount: 8)
      offset = number(tail, at: large + 48, byteCount: 8)
      end = start + large
    }
    let (expected, overflow) = byteCount.addingReportingOverflow(offset)
    if overflow || expected >= end || byteCount < 0 || offset < 0 { return }
    throw DataError(
      .badData, file: path, "holds \(end - expected) bytes before its own contents, as two zips in one file do",
      expected: "one zip", advice: "Separate them, and give each its own --root.")
  }

  private static let recordByteCount = 22
  private static let largestComment = 0xffff

  /// Where the last end record begins whose comment ends with the file.
  private static func endRecord(in tail: [UInt8]) -> Int? {
    (0...max(0, tail.count - recordByteCount)).reversed().first { place in
      place + recordByteCount <= tail.count && hasSignature([0x50, 0x4b, 5, 6], tail, at: place)
        && place + recordByteCount + number(tail, at: place + 20, byteCount: 2) == tail.count
    }
  }

  private static func hasSignature(_ signature: [UInt8], _ bytes: [UInt8], at place: Int) -> Bool {
    bytes[place..<place + 4].elementsEqual(signature)
  }

  /// An unsigned little-endian number; beyond `Int` it becomes negative.
  private static func number(_ bytes: [UInt8], at place: Int, byteCount: Int) -> Int {
    bytes[place..<place + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
