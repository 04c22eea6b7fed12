import Text

/// Checks what an index says about a dataset against the limits and the size of the file.
///
/// Whatever passes can be read without overflow, without reading outside the file, and without memory out of proportion
/// to the file.
struct IndexValidation {
  /// The file's size.
  let byteCount: Int
  /// The scratch file's size.
  let scratchByteCount: Int

  /// - Throws: `DataError` 65, without file and place.
  func check(_ dataset: HDF5Dataset) throws {
    let valueCount = try Self.valueCount(of: dataset.shape)
    if case .string(let size) = dataset.type, size < 1 || size > HDF5Limits.stringByteCount {
      throw DataError(
        .badData, "strings of \(size) bytes", expected: "1 to \(HDF5Limits.stringByteCount) bytes",
        advice: HDF5Advice.damaged)
    }
    // No overflow: values and the size of one are capped, 2^30 × 2^16.
    let valueByteCount = valueCount * dataset.type.byteCount
    if valueByteCount > HDF5Limits.datasetByteCount {
      throw DataError(
        .badData, "\(valueByteCount) bytes of values", expected: "at most \(HDF5Limits.datasetByteCount)",
        advice: HDF5Advice.harmful)
    }
    switch dataset.storage {
    case .none: try checkUnwritten(valueByteCount, stored: 0)
    case .contiguous(let offset): try checkExtent(offset, valueByteCount, within: byteCount, "the file")
    case .scratch(let offset): try checkExtent(offset, valueByteCount, within: scratchByteCount, "its decoded copy")
    case .strings(let strings):
      if dataset.type != .variableString || strings.count != valueCount {
        throw DataError(.badData, "\(strings.count) strings", expected: "\(valueCount)")
      }
    case .chunked(let chunking): try check(chunking, of: dataset, valueByteCount: valueByteCount)
    }
  }

  /// The product of all axes, each of them and the product within the limits.
  static func valueCount(of shape: [Int]) throws -> Int {
    if shape.count > HDF5Limits.rank {
      throw DataError(
        .badData, "\(shape.count) axes", expected: "at most \(HDF5Limits.rank)", advice: HDF5Advice.otherFile)
    }
    var product = 1
    for (axis, extent) in shape.enumerated() {
      let limit = axis == 0 ? HDF5Limits.rows : HDF5Limits.width
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if extent < 0 || extent > limit || overflow || next > HDF5Limits.values {
        throw DataError(
          .badData, "the shape \(shape) is too large",
          expected: "at most \(HDF5Limits.rows) rows and \(HDF5Limits.values) values",
          advice: HDF5Advice.harmful)
      }
      product = next
    }
    // An empty axis hides the others from the product; a row must still have a size.
    if shape.dropFirst().reduce(1.0, { $0 * Double($1) }) > Double(HDF5Limits.width) {
      throw DataError(
        .badData, "the shape \(shape) is too wide", expected: "at most \(HDF5Limits.width) values per row")
    }
    return product
  }

  private func checkExtent(_ offset: Int, _ count: Int, within size: Int, _ whole: String) throws {
    let (end, overflow) = offset.addingReportingOverflow(count)
    if offset < 0 || overflow || end > size {
      throw DataError(
        .badData, "its values would end at byte \(end)", expected: "at most \(size), where \(whole) ends",
        advice: "Download the file again: it is cut off or damaged.")
    }
  }

  /// Zeros that cost nothing in the file must not cost much in memory.
  private func checkUnwritten(_ valueByteCount: Int, stored: Int) throws {
    // Capped so that the product cannot overflow; no dataset is that large.
    if valueByteCount > HDF5Limits.unwrittenByteCount + min(stored, 1 << 40) * HDF5Limits.deflateRatio {
      throw DataError(
        .badData, "\(valueByteCount) bytes of values in \(stored) bytes of the file",
        expected: "at most \(HDF5Limits.deflateRatio) to 1, which is the most that gzip reaches",
        advice: HDF5Advice.harmful)
    }
  }

  private func check(_ chunking: HDF5Chunking, of dataset: HDF5Dataset, valueByteCount: Int) throws {
    guard dataset.type.byteCount > 0, dataset.shape.count == chunking.shape.count, !chunking.shape.isEmpty,
      chunking.filters.areReadable
    else {
      throw DataError(.badData, "chunks of \(chunking.shape) in a dataset of \(dataset.shape) \(dataset.type)")
    }
    let chunkByteCount = try Self.chunkByteCount(of: chunking.shape, elementByteCount: dataset.type.byteCount)
    var gridCount = 1
    for (extent, chunkExtent) in zip(dataset.shape, chunking.shape) {
      // No overflow: no axis has more chunks than values, and the product of those was checked.
      gridCount *= (extent + chunkExtent - 1) / chunkExtent
    }
    if chunking.chunks.count != gridCount {
      throw DataError(.badData, "\(chunking.chunks.count) chunks", expected: "\(gridCount)")
    }
    var stored = 0
    for chunk in chunking.chunks where !chunk.isAbsent {
      try checkExtent(chunk.fileOffset, Int(chunk.byteCount), within: byteCount, "the file")
      try check(chunk, filters: chunking.filters, chunkByteCount: chunkByteCount)
      stored += Int(chunk.byteCount)
    }
    try checkUnwritten(valueByteCount, stored: stored)
  }

  /// The size of a chunk before any filter, within the limits.
  static func chunkByteCount(of shape: [Int], elementByteCount: Int) throws -> Int {
    var product = elementByteCount
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if extent < 1 || overflow || next > HDF5Limits.chunkByteCount {
        throw DataError(
          .badData, "chunks of \(shape)", expected: "at least 1 value and at most \(HDF5Limits.chunkByteCount) bytes",
          advice: HDF5Advice.harmful)
      }
      product = next
    }
    return product
  }

  private func check(_ chunk: HDF5Chunk, filters: [HDF5Filter], chunkByteCount: Int) throws {
    var ratio: Int?
    var expected = chunkByteCount
    for (position, filter) in filters.enumerated() where chunk.filterMask >> position & 1 == 0 {
      ratio = ratio ?? filter.ratio
      if filter == .fletcher32 { expected += 4 }
    }
    let stored = Int(chunk.byteCount)
    // Random bytes grow by 5 per 16 KiB in gzip, by 1 per 32 in LZF, plus some for the frame; no overflow: a stored
    // size has 32 bits.
    let isPossible =
      ratio.map { stored * $0 >= chunkByteCount && stored <= chunkByteCount + chunkByteCount / 32 + 1024 }
      ?? (stored == expected)
    if !isPossible {
      throw DataError(
        .badData, "a chunk of \(chunkByteCount) bytes is stored in \(stored)",
        expected: ratio.map { "at least 1 byte for \($0), at most 1 for 1" } ?? "\(expected)",
        advice: HDF5Advice.harmful)
    }
  }
}
