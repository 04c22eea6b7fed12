import ArrayFiles
import Digests
import Files
package import Samples
import Shards
import Text

/// The cleaned but unscaled rows of a block on disk, between the two passes.
///
/// A safetensors file: for each modality `visual_intervals` F64 [rows, 2], `visual` F32 [rows, width] and `visual_mask` U8
/// [rows], under the names that shards have; the block's summary is in the metadata. A cell without a valid value is NaN.
enum SpillFile {
  fileprivate static let summaryKey = "summary"

  /// Writes a block; the file appears when it is complete.
  ///
  /// - Parameters:
  ///   - path: what messages call it.
  ///   - name: its path, given the XXH3-128 of its bytes, by which a restart tells a whole file from a torn one.
  /// - Returns: its path.
  static func write(
    _ summary: BlockSummary, outputs: [ModalityOutput], to path: String, named name: (_ digest: String) -> String
  ) throws -> String {
    let layout =
      outputs.map { (name: TensorName.intervals($0.modality), type: TensorType.float64, shape: [$0.rowCount, 2]) }
      + outputs.map { (TensorName.values($0.modality), .float32, [$0.rowCount, $0.width]) }
      + outputs.map { (TensorName.mask($0.modality), .uint8, [$0.rowCount]) }
    let header = SafetensorsHeader(laying: layout, metadata: [summaryKey: summary.json.canonicalText])
    var writer = try SafetensorsWriter(path: path, header: header, digest: .xxh3, isDurable: false)
    for output in outputs { try writer.append(output.intervals, to: TensorName.intervals(output.modality)) }
    for output in outputs { try writer.append(output.valueBytes, to: TensorName.values(output.modality)) }
    for output in outputs { try writer.append(output.mask, to: TensorName.mask(output.modality)) }
    return try writer.commit(as: name)
  }
}

/// A block's rows read back from disk.
///
/// They are read, not mapped: copying a piece of a few hundred kilobytes is faster than mapping and unmapping its
/// pages.
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
    // The summary determines the layout; the header itself is not read.
    let file = try InputFile(path: path)
    let start = try Self.dataStart(of: file, path)
    // Before anything is multiplied: a row has one byte in the mask, and four for each value.
    let sizes = try widths.map { modality, width in
      let rows = summary.rowCount(modality)
      guard rows <= file.byteCount, width <= file.byteCount / max(1, rows) else { throw Self.damage(path) }
      return (modality: modality, width: width, rows: rows)
    }
    var intervals = start
    var values = intervals + sizes.reduce(0) { $0 + 16 * $1.rows }
    var mask = values + sizes.reduce(0) { $0 + 4 * $1.rows * $1.width }
    var sections: [Modality: Section] = [:]
    for (modality, width, rows) in sizes {
      sections[modality] = Section(width: width, rows: rows, intervals: intervals, values: values, mask: mask)
      (intervals, values, mask) = (intervals + 16 * rows, values + 4 * rows * width, mask + rows)
    }
    guard mask == file.byteCount else { throw Self.damage(path) }
    self.file = file
    self.sections = sections
  }

  /// The summary in a file that an earlier run left.
  ///
  /// - Parameter digest: the digest from `SpillFile.write`.
  /// - Throws: `DataError` 65 when the file is torn.
  package static func summary(at path: String, digest: String) throws -> BlockSummary {
    let file = try MappedFile(path: path)
    var fingerprint = Fingerprint()
    fingerprint.update(file.bytes)
    guard fingerprint.hexDigest() == digest else { throw damage(path) }
    let json: JSONValue
    do {
      let header = try SafetensorsHeader(parsing: file.bytes, fileByteCount: file.bytes.count)
      json = try JSONValue(parsing: header.metadata[SpillFile.summaryKey] ?? "")
    } catch {
      throw damage(path)
    }
    guard let summary = BlockSummary(json: json) else { throw damage(path) }
    return summary
  }

  /// Where the tensors begin, from the header's length in the file's first bytes.
  private static func dataStart(of file: InputFile, _ path: String) throws -> Int {
    var prefix = [UInt8](repeating: 0, count: min(8, file.byteCount))
    do {
      return try prefix.withUnsafeMutableBytes { bytes in
        try file.read(into: bytes, at: 0)
        return try bytes.count
          + SafetensorsHeader.jsonByteCount(prefix: UnsafeRawBufferPointer(bytes), fileByteCount: file.byteCount)
      }
    } catch is SafetensorsError {
      throw damage(path)
    }
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
