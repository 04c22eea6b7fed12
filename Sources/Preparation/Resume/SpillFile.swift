import Foundation
import Samples
import Storage

/// The cleaned but unscaled rows of a block on disk, between the two passes.
///
/// Layout: 8 bytes header length, the summary as canonical JSON padded with blanks to a multiple of 64 bytes, then for each
/// modality `intervals` F64 [rows, 2], `values` F32 [rows, width], `mask` U8 [rows], each padded to 64 bytes.
/// A cell without a valid value is NaN.
enum SpillFile {
  /// Alignment of every section, in bytes.
  static let alignment = 64

  /// Writes a block; the file appears under `path` when it is complete.
  ///
  /// - Returns: XXH3-128 of the file's bytes, by which a restart knows a whole file from a torn one.
  static func write(_ summary: BlockSummary, outputs: [ModalityOutput], to path: String) throws -> String {
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
    var header = Array(summary.json.canonicalText.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: padded(header.count + 8) - header.count - 8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try (length + header).withUnsafeBytes { try append($0, to: &file, &fingerprint) }
    for output in outputs {
      try output.intervals.withUnsafeBytes { try append($0, to: &file, &fingerprint) }
      try append(output.valueBytes, to: &file, &fingerprint)
      try output.mask.withUnsafeBytes { try append($0, to: &file, &fingerprint) }
    }
    try file.commit()
    return fingerprint.hexDigest()
  }

  /// `count` rounded up to the alignment.
  static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

/// A block's rows read back from disk.
final class SpilledBlock: Sendable {
  private let file: MappedFile
  private let sections: [Modality: Section]

  /// Where a modality's rows lie in the file.
  private struct Section {
    let width: Int
    let rows: Int
    let intervals: Int
    let values: Int
    let mask: Int
  }

  /// Maps the file of a block whose summary is known.
  ///
  /// - Throws: `DataError` 65 when the file's size is not that of these rows.
  init(path: String, summary: BlockSummary, widths: [(modality: Modality, width: Int)]) throws {
    file = try MappedFile(path: path)
    var offset = try SpillFile.padded(8 + Self.headerLength(of: file))
    var sections: [Modality: Section] = [:]
    for (modality, width) in widths {
      let rows = summary.rowCount(modality)
      let values = offset + SpillFile.padded(rows * 16)
      let mask = values + SpillFile.padded(rows * width * 4)
      sections[modality] = Section(width: width, rows: rows, intervals: offset, values: values, mask: mask)
      offset = mask + SpillFile.padded(rows)
    }
    guard offset == file.bytes.count else { throw Self.damage(path) }
    self.sections = sections
  }

  /// The summary in a file that an earlier run left.
  ///
  /// - Parameter digest: what `SpillFile.write` returned.
  /// - Throws: `DataError` 65 when the file is torn.
  static func summary(at path: String, digest: String) throws -> BlockSummary {
    let file = try MappedFile(path: path)
    var fingerprint = Fingerprint()
    fingerprint.update(file.bytes)
    guard fingerprint.hexDigest() == digest else { throw damage(path) }
    let header = file.bytes[8..<8 + (try headerLength(of: file))]
    let json: JSONValue
    do {
      json = try JSONValue(parsing: header)
    } catch {
      throw damage(path)
    }
    guard let summary = BlockSummary(json: json) else { throw damage(path) }
    return summary
  }

  private static func headerLength(of file: MappedFile) throws -> Int {
    guard file.bytes.count >= 8 else { throw damage(file.path) }
    let length = Int(clamping: UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self)))
    guard length <= file.bytes.count - 8 else { throw damage(file.path) }
    return length
  }

  private static func damage(_ path: String) -> DataError {
    DataError(
      .badData, file: path, "is damaged", expected: "a block that an earlier run finished",
      advice: "Run again with --overwrite to start over.")
  }

  /// How many rows a modality has.
  func rowCount(_ modality: Modality) -> Int { section(modality).rows }

  /// [rows, width] float32, row-major; valid as long as this object.
  func values(_ modality: Modality) -> UnsafePointer<Float> {
    let section = section(modality)
    // Even without a row the pointer lies in the file.
    return slice(section.values, 4 * section.rows * section.width).bindMemory(to: Float.self).baseAddress!
  }

  /// [rows, 2] float64 seconds, as bytes.
  func intervals(_ modality: Modality) -> UnsafeRawBufferPointer {
    let section = section(modality)
    return slice(section.intervals, 16 * section.rows)
  }

  /// [rows], 1 where the modality has a row of its own.
  func mask(_ modality: Modality) -> UnsafeRawBufferPointer {
    let section = section(modality)
    return slice(section.mask, section.rows)
  }

  private func section(_ modality: Modality) -> Section {
    sections[modality] ?? Section(width: 0, rows: 0, intervals: 0, values: 0, mask: 0)
  }

  private func slice(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + count])
  }
}
