import Foundation
package import Samples
import Storage

/// The cleaned but unscaled rows of a block on disk, between the two passes.
///
/// Layout: 8 bytes header length, the summary as canonical JSON padded with blanks to a multiple of 64 bytes, then for each
/// modality `intervals` F64 [rows, 2], `values` F32 [rows, width], `mask` U8 [rows], each padded to 64 bytes.
/// A cell without a valid value is NaN.
enum SpillFile {
  /// Alignment of every section, in bytes.
  static let alignment = 64

  /// Writes a block; the file appears when it is complete.
  ///
  /// - Parameters:
  ///   - path: what messages call it.
  ///   - name: its path, by XXH3-128 of its bytes, which tells a restart a whole file from a torn one.
  /// - Returns: its path.
  static func write(
    _ summary: BlockSummary, outputs: [ModalityOutput], to path: String, named name: (_ digest: String) -> String
  ) throws -> String {
    var file = try AtomicFile(path: path, isDurable: false)
    var fingerprint = Fingerprint()
    func append(_ bytes: UnsafeRawBufferPointer, to file: inout AtomicFile, _ fingerprint: inout Fingerprint) throws {
      try file.write(bytes)
      fingerprint.update(bytes)
      let padding = [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
      try padding.withUnsafeBytes {
        try file.write($0)
        fingerprint.update($0)
      }
    }
    var header = summary.json.canonicalBytes
    header += [UInt8](repeating: UInt8(ascii: " "), count: padded(header.count + 8) - header.count - 8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try (length + header).withUnsafeBytes { try append($0, to: &file, &fingerprint) }
    for output in outputs {
      try output.intervals.withUnsafeBytes { try append($0, to: &file, &fingerprint) }
      try append(output.valueBytes, to: &file, &fingerprint)
      try output.mask.withUnsafeBytes { try append($0, to: &file, &fingerprint) }
    }
    let final = name(fingerprint.hexDigest())
    try file.commit(as: final)
    return final
  }

  /// `count` rounded up to the alignment.
  static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

/// A block's rows read back from disk.
///
/// They are read, not mapped: a piece of some hundred kilobytes is copied faster than its pages are mapped and unmapped.
package final class SpilledBlock: BlockRows {
  private let file: InputFile
  private let sections: [Modality: Section]

  /// Where a modality's rows lie in the file.
  private struct Section {
    let width: Int
    let rows: Int
    let intervals: Int
    let values: Int
    let mask: Int
  }

  /// Opens the file of a block whose summary is known.
  ///
  /// - Throws: `DataError` 65 when the file's size is not that of these rows.
  package init(path: String, summary: BlockSummary, widths: [(modality: Modality, width: Int)]) throws {
    let file = try InputFile(path: path)
    var head: UInt64 = 0
    guard file.byteCount >= 8 else { throw Self.damage(path) }
    try withUnsafeMutableBytes(of: &head) { try file.read(into: $0, at: 0) }
    var offset = SpillFile.padded(8 + (try Self.headerLength(head, byteCount: file.byteCount, path)))
    var sections: [Modality: Section] = [:]
    for (modality, width) in widths {
      let rows = summary.rowCount(modality)
      // Before anything is multiplied: a row has a byte in the mask, and each of its values four.
      guard rows <= file.byteCount, width <= file.byteCount / max(1, rows) else { throw Self.damage(path) }
      let values = offset + SpillFile.padded(rows * 16)
      let mask = values + SpillFile.padded(rows * width * 4)
      sections[modality] = Section(width: width, rows: rows, intervals: offset, values: values, mask: mask)
      offset = mask + SpillFile.padded(rows)
    }
    guard offset == file.byteCount else { throw Self.damage(path) }
    self.file = file
    self.sections = sections
  }

  /// The summary in a file that an earlier run left.
  ///
  /// - Parameter digest: what `SpillFile.write` returned.
  /// - Throws: `DataError` 65 when the file is torn.
  package static func summary(at path: String, digest: String) throws -> BlockSummary {
    let file = try MappedFile(path: path)
    var fingerprint = Fingerprint()
    fingerprint.update(file.bytes)
    guard fingerprint.hexDigest() == digest, file.bytes.count >= 8 else { throw damage(path) }
    let head = file.bytes.loadUnaligned(as: UInt64.self)
    let header = file.bytes[8..<8 + (try headerLength(head, byteCount: file.bytes.count, path))]
    let json: JSONValue
    do {
      json = try JSONValue(parsing: header)
    } catch {
      throw damage(path)
    }
    guard let summary = BlockSummary(json: json) else { throw damage(path) }
    return summary
  }

  /// The header's length from the file's first 8 bytes.
  private static func headerLength(_ head: UInt64, byteCount: Int, _ path: String) throws -> Int {
    let length = Int(clamping: UInt64(littleEndian: head))
    guard length <= byteCount - 8 else { throw damage(path) }
    return length
  }

  private static func damage(_ path: String) -> DataError {
    DataError(
      .badData, file: path, "is damaged", expected: "a block that an earlier run finished",
      advice: "Run again with --overwrite to start over.")
  }

  package func rowCount(_ modality: Modality) -> Int { section(modality).rows }

  func withValues<Result>(
    _ modality: Modality, rows: Range<Int>, through buffer: FloatBuffer,
    _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    let section = section(modality)
    let count = rows.count * section.width
    buffer.reserve(count)
    try file.read(
      into: UnsafeMutableRawBufferPointer(start: buffer.base, count: 4 * count),
      at: section.values + 4 * rows.lowerBound * section.width)
    return try body(buffer.base)
  }

  package func intervals(_ modality: Modality) throws -> [UInt8] {
    let section = section(modality)
    return try bytes(section.intervals, 16 * section.rows)
  }

  package func mask(_ modality: Modality) throws -> [UInt8] {
    let section = section(modality)
    return try bytes(section.mask, section.rows)
  }

  private func section(_ modality: Modality) -> Section {
    sections[modality] ?? Section(width: 0, rows: 0, intervals: 0, values: 0, mask: 0)
  }

  private func bytes(_ offset: Int, _ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset)
      written = count
    }
  }
}
