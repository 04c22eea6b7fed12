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

/// A block read back from disk.
final class SpilledBlock: Sendable {
  let summary: BlockSummary
  private let file: MappedFile
  private let sections: [Modality: (intervals: Int, values: Int, mask: Int, rows: Int)]
  private let widths: [Modality: Int]

  /// Opens a spill file.
  ///
  /// - Parameter digest: what `SpillFile.write` returned; nil when this run wrote the file itself.
  /// - Throws: `DataError` 65 when the file is torn or of another plan.
  init(path: String, widths: [(modality: Modality, width: Int)], digest: String?) throws {
    file = try MappedFile(path: path)
    let damaged = DataError(
      .badData, file: path, "is damaged", expected: "a block that an earlier run finished",
      advice: "Run again with --overwrite to start over.")
    let bytes = file.bytes
    if let digest {
      var fingerprint = Fingerprint()
      fingerprint.update(bytes)
      if fingerprint.hexDigest() != digest { throw damaged }
    }
    guard bytes.count >= 8 else { throw damaged }
    let length = Int(clamping: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    guard length <= bytes.count - 8, let json = Self.parse(bytes[8..<8 + length]), let summary = BlockSummary(json: json)
    else { throw damaged }
    self.summary = summary
    self.widths = Dictionary(uniqueKeysWithValues: widths.map { ($0.modality, $0.width) })
    var offset = SpillFile.padded(8 + length)
    var sections: [Modality: (intervals: Int, values: Int, mask: Int, rows: Int)] = [:]
    for (modality, width) in widths {
      let rows = summary.rowCount(modality)
      let intervals = offset
      let values = intervals + SpillFile.padded(rows * 16)
      let mask = values + SpillFile.padded(rows * width * 4)
      offset = mask + SpillFile.padded(rows)
      sections[modality] = (intervals, values, mask, rows)
    }
    guard offset == bytes.count else { throw damaged }
    self.sections = sections
  }

  private static func parse(_ bytes: Slice<UnsafeRawBufferPointer>) -> JSONValue? {
    do { return try JSONValue(parsing: bytes) } catch { return nil }
  }

  /// How many rows a modality has.
  func rowCount(_ modality: Modality) -> Int { sections[modality]?.rows ?? 0 }

  /// [rows, width] float32, row-major; valid as long as this object.
  func values(_ modality: Modality) -> UnsafePointer<Float> {
    let section = section(modality)
    return slice(section.values, 4 * section.rows * (widths[modality] ?? 0)).bindMemory(to: Float.self).baseAddress!  // even without a row the pointer lies in the file
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

  private func section(_ modality: Modality) -> (intervals: Int, values: Int, mask: Int, rows: Int) {
    sections[modality] ?? (0, 0, 0, 0)
  }

  private func slice(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + count])
  }
}
