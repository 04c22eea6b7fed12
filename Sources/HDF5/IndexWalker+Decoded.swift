import CHDF5
import Files
import Foundation
import Text

/// A dataset that libhdf5 has to decode.
struct DecodedSource {
  let dataset: hid_t
  let shape: [Int]
  let valueCount: Int
  /// The type after decoding.
  let type: HDF5Type
  /// Whether that differs from the stored one.
  let needsConversion: Bool
}

extension IndexWalker {
  /// Values that are decoded at a time.
  private static let blockByteCount = 1 << 22

  /// Decodes a dataset into the scratch file, block by block.
  func decoded(_ source: DecodedSource, creation: borrowing HDF5Handle) throws -> HDF5Storage {
    // No overflow: values and the size of one are capped.
    let total = source.valueCount * source.type.byteCount
    try checkPaid(total, source, creation: creation)
    let memoryType = try Self.memoryType(of: source)
    let start = scratchByteCount
    scratchByteCount += total
    if scratchByteCount > HDF5Limits.scratchByteCount {
      throw DataError(
        .badData, "more than \(HDF5Limits.scratchByteCount) bytes would have to be decoded",
        advice: "Write the file again with h5repack -f GZIP=4.")
    }
    let rowByteCount = total / source.rowCount
    let rowsAtOnce = try Self.rowsAtOnce(rowByteCount: rowByteCount, rank: source.shape.count, creation: creation)
    var block = [UInt8](repeating: 0, count: min(rowsAtOnce, source.rowCount) * rowByteCount)
    var row = 0
    while row < source.rowCount {
      let rows = row..<min(row + rowsAtOnce, source.rowCount)
      try Self.read(source, rows: rows, as: memoryType, into: &block)
      try writeScratch(block.prefix(rows.count * rowByteCount), at: start + row * rowByteCount)
      try encoder.tick()
      row = rows.upperBound
    }
    return .scratch(offset: start)
  }

  /// Whole chunks, so that none is decoded twice.
  private static func rowsAtOnce(rowByteCount: Int, rank: Int, creation: borrowing HDF5Handle) throws -> Int {
    let rows = max(1, blockByteCount / rowByteCount)
    guard H5Pget_layout(creation.id) == H5D_CHUNKED else { return rows }
    var extents = [hsize_t](repeating: 0, count: rank)
    guard H5Pget_chunk(creation.id, Int32(rank), &extents) == Int32(rank), extents[0] > 0 else {
      throw HDF5Library.failure("reading its chunk shape")
    }
    let chunkRows = Int(clamping: extents[0])
    return chunkRows >= rows ? chunkRows : rows / chunkRows * chunkRows
  }

  /// The texts of a dataset of variable-length strings.
  func strings(of source: DecodedSource) throws -> [String] {
    if source.valueCount > HDF5Limits.variableStrings {
      throw DataError(
        .badData, "\(source.valueCount) strings", expected: "at most \(HDF5Limits.variableStrings)",
        advice: "Write them as strings of a fixed length.")
    }
    let stored = try HDF5Handle(H5Dget_type(source.dataset), "reading its type")
    let space = try HDF5Handle(H5Dget_space(source.dataset), "reading its shape")
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: source.valueCount)
    let result = H5Dread(source.dataset, stored.id, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), &pointers)
    try HDF5Library.check(result, "reading its strings")
    defer { H5Dvlen_reclaim(stored.id, space.id, hid_t(H5P_DEFAULT), &pointers) }
    var strings: [String] = []
    strings.reserveCapacity(pointers.count)
    for pointer in pointers {
      let text = pointer.map { String(cString: $0) } ?? ""
      stringByteCount += text.utf8.count
      if stringByteCount > HDF5Limits.variableStringBytes {
        throw DataError(
          .badData, "more than \(HDF5Limits.variableStringBytes) bytes of strings in one file",
          advice: "Write them as strings of a fixed length.")
      }
      strings.append(text)
    }
    try encoder.tick()
    return strings
  }

  /// What is decoded must be backed by bytes of the file, or be small.
  private func checkPaid(_ total: Int, _ source: DecodedSource, creation: borrowing HDF5Handle) throws {
    let stored = Int(clamping: H5Dget_storage_size(source.dataset))
    let isCompressed = H5Pget_nfilters(creation.id) > 0
    // Filters other than deflate reach other ratios; none in use reaches a higher one on real data.
    let ratio = isCompressed ? HDF5Limits.deflateRatio : 8
    if total > HDF5Limits.unwrittenByteCount + min(stored, byteCount, 1 << 40) * ratio {
      throw DataError(
        .badData, "\(total) bytes of values in \(stored) bytes of the file",
        expected: "at most \(HDF5Limits.deflateRatio) to 1, which is the most that gzip reaches",
        advice: HDF5Advice.harmful)
    }
  }

  /// The type that values are decoded to: the stored one, unless the index promises another.
  private static func memoryType(of source: DecodedSource) throws -> HDF5Handle {
    if !source.needsConversion { return try HDF5Handle(H5Dget_type(source.dataset), "reading its type") }
    switch source.type {
    case .string(let byteCount):
      let copy = try HDF5Handle(H5Tcopy(msa_H5T_C_S1()), "preparing to decode it")
      try HDF5Library.check(H5Tset_size(copy.id, byteCount), "preparing to decode it")
      try HDF5Library.check(H5Tset_strpad(copy.id, H5T_STR_NULLPAD), "preparing to decode it")
      return copy
    default: return try HDF5Handle(H5Tcopy(msa_H5T_IEEE_F64LE()), "preparing to decode it")
    }
  }

  private static func read(
    _ source: DecodedSource, rows: Range<Int>, as memoryType: borrowing HDF5Handle, into block: inout [UInt8]
  ) throws {
    let file = try HDF5Handle(H5Dget_space(source.dataset), "reading its shape")
    var memory = hid_t(H5S_ALL)
    if !source.shape.isEmpty {
      let start = [hsize_t(rows.lowerBound)] + source.shape.dropFirst().map { _ in 0 }
      let count = [hsize_t(rows.count)] + source.shape.dropFirst().map { hsize_t($0) }
      try HDF5Library.check(H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, nil, count, nil), "choosing rows")
      memory = H5Screate_simple(Int32(count.count), count, nil)
      if memory < 0 { throw HDF5Library.failure("choosing rows") }
    }
    defer { if !source.shape.isEmpty { H5Sclose(memory) } }
    let selection = source.shape.isEmpty ? hid_t(H5S_ALL) : file.id
    try HDF5Library.check(
      H5Dread(source.dataset, memoryType.id, memory, selection, hid_t(H5P_DEFAULT), &block), "decoding it")
  }

  private func writeScratch(_ bytes: ArraySlice<UInt8>, at offset: Int) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = pwrite(scratchDescriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        if count <= 0 {
          let code = errno
          throw DataError(
            DataError.isLack(code) ? .systemRefused : .ioFailed,
            "\(systemMessage(code)) while decoding it into a temporary file",
            advice: DataError.advice(for: code) ?? "Set TMPDIR to a folder with more space.")
        }
        done += count
      }
    }
  }
}

extension DecodedSource {
  /// The extent of the first axis; 1 for a single value.
  fileprivate var rowCount: Int { shape.first ?? 1 }
}
