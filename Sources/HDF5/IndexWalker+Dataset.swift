import CHDF5
import Text

extension IndexWalker {
  /// What the index says about one dataset.
  func describe(_ dataset: hid_t, place: String) throws -> HDF5Dataset {
    let creation = try HDF5Handle(H5Dget_create_plist(dataset), "reading its layout")
    let layout = H5Pget_layout(creation.id)
    // Before anything else: the extent of a virtual dataset is determined by opening the files it names.
    try refuseForeignStorage(layout, creation: creation)
    let shape = try Self.shape(of: dataset)
    let valueCount = try IndexValidation.valueCount(of: shape)
    let stored = try HDF5Handle(H5Dget_type(dataset), "reading its type")
    let type = try StoredType(of: stored)
    if case .string(let size) = type.type, size > HDF5Limits.stringByteCount {
      throw DataError(
        .badData, "strings of \(size) bytes", expected: "at most \(HDF5Limits.stringByteCount)",
        advice: HDF5Advice.harmful)
    }
    if case .other = type.type { return HDF5Dataset(shape: shape, type: type.type, storage: .none) }
    if valueCount == 0 {
      let storage: HDF5Storage = type.type == .variableString ? .strings([]) : .none
      return HDF5Dataset(shape: shape, type: type.type, storage: storage)
    }
    let source = DecodedSource(
      dataset: dataset, shape: shape, valueCount: valueCount, type: type.type, needsConversion: type.needsConversion)
    if layout == H5D_COMPACT { try refuseShort(dataset, byteCount: valueCount * H5Tget_size(stored.id)) }
    if type.type == .variableString {
      return HDF5Dataset(shape: shape, type: type.type, storage: .strings(try strings(of: source)))
    }
    var storage: HDF5Storage?
    if !type.needsConversion {
      switch layout {
      case H5D_CONTIGUOUS: storage = try contiguous(dataset, creation: creation)
      case H5D_CHUNKED: storage = try chunked(dataset, shape: shape, type: type.type, creation: creation)
      default: break
      }
    }
    return HDF5Dataset(shape: shape, type: type.type, storage: try storage ?? decoded(source, creation: creation))
  }

  private func refuseForeignStorage(_ layout: H5D_layout_t, creation: borrowing HDF5Handle) throws {
    let external = H5Pget_external_count(creation.id)
    if layout == H5D_VIRTUAL || external != 0 {
      throw DataError(
        .badData, layout == H5D_VIRTUAL ? "is a view of datasets in other files" : "keeps its values in other files",
        expected: "values in this file", advice: "Write the values into the file with h5repack, or download it again.")
    }
  }

  /// libhdf5 1.10 reads compact values past their end, even from unmapped memory.
  private func refuseShort(_ dataset: hid_t, byteCount: Int) throws {
    let stored = Int(clamping: H5Dget_storage_size(dataset))
    if stored < byteCount {
      throw DataError(.badData, "\(stored) bytes of values", expected: "\(byteCount)", advice: HDF5Advice.damaged)
    }
  }

  private static func shape(of dataset: hid_t) throws -> [Int] {
    let space = try HDF5Handle(H5Dget_space(dataset), "reading its shape")
    switch H5Sget_simple_extent_type(space.id) {
    case H5S_SCALAR: return []
    case H5S_NULL: return [0]
    default: break
    }
    let rank = Int(H5Sget_simple_extent_ndims(space.id))
    guard 1...HDF5Limits.rank ~= rank else {
      throw DataError(
        .badData, "\(rank) axes", expected: "at most \(HDF5Limits.rank)", advice: HDF5Advice.otherFile)
    }
    var extents = [hsize_t](repeating: 0, count: rank)
    try HDF5Library.check(H5Sget_simple_extent_dims(space.id, &extents, nil), "reading its shape")
    return extents.map { Int(clamping: $0) }
  }

  /// Where contiguous values start; nil if zeros cannot stand for what was never written.
  private func contiguous(_ dataset: hid_t, creation: borrowing HDF5Handle) throws -> HDF5Storage? {
    let address = H5Dget_offset(dataset)
    if address == msa_HADDR_UNDEF() { return try Self.fillsWithZeros(creation) ? HDF5Storage.none : nil }
    return .contiguous(offset: Int(clamping: address))
  }

  /// Where every chunk is; nil if libhdf5 has to decode them.
  private func chunked(
    _ dataset: hid_t, shape: [Int], type: HDF5Type, creation: borrowing HDF5Handle
  ) throws -> HDF5Storage? {
    var extents = [hsize_t](repeating: 0, count: shape.count)
    guard H5Pget_chunk(creation.id, Int32(shape.count), &extents) == Int32(shape.count) else {
      throw HDF5Library.failure("reading its chunk shape")
    }
    let chunkShape = extents.map { Int(clamping: $0) }
    _ = try IndexValidation.chunkByteCount(of: chunkShape, elementByteCount: type.byteCount)
    guard userBlockByteCount == 0, let filters = try Self.filters(creation, elementByteCount: type.byteCount) else {
      return nil
    }
    let grid = zip(shape, chunkShape).map { ($0 + $1 - 1) / $1 }
    // No overflow: an axis has at most as many chunks as values.
    let gridCount = grid.reduce(1, *)
    guard gridCount <= HDF5Limits.chunksLookedUp else { return nil }
    chunkCount += gridCount
    if chunkCount > HDF5Limits.chunks {
      throw DataError(.badData, "more than \(HDF5Limits.chunks) chunks in one file")
    }
    var chunks = [HDF5Chunk](repeating: .absent, count: gridCount)
    let found = try fill(&chunks, of: dataset, grid: grid, chunkShape: chunkShape)
    if found < gridCount, !(try Self.fillsWithZeros(creation)) { return nil }
    return .chunked(HDF5Chunking(shape: chunkShape, filters: filters, chunks: chunks))
  }

  /// Looks up all chunks; returns how many were written.
  private func fill(_ chunks: inout [HDF5Chunk], of dataset: hid_t, grid: [Int], chunkShape: [Int]) throws -> Int {
    let space = try HDF5Handle(H5Dget_space(dataset), "reading its shape")
    var count: hsize_t = 0
    try HDF5Library.check(H5Dget_num_chunks(dataset, space.id, &count), "counting its chunks")
    if count > chunks.count {
      throw DataError(.badData, "\(count) chunks", expected: "at most \(chunks.count)", advice: HDF5Advice.damaged)
    }
    var corner = [hsize_t](repeating: 0, count: grid.count)
    for number in 0..<count {
      var mask: UInt32 = 0
      var address: haddr_t = 0
      var size: hsize_t = 0
      try HDF5Library.check(
        H5Dget_chunk_info(dataset, space.id, number, &corner, &mask, &address, &size), "looking up its chunks")
      var position = 0
      for axis in grid.indices {
        let step = Int(clamping: corner[axis]) / chunkShape[axis]
        guard step < grid[axis] else { throw Self.strayChunk(corner) }
        position = position * grid[axis] + step
      }
      guard chunks[position].isAbsent, size > 0, let byteCount = UInt32(exactly: size) else {
        throw Self.strayChunk(corner)
      }
      chunks[position] = HDF5Chunk(fileOffset: Int(clamping: address), byteCount: byteCount, filterMask: mask)
    }
    return Int(count)
  }

  private static func strayChunk(_ corner: [hsize_t]) -> DataError {
    DataError(
      .badData, "the chunk at \(corner) is empty, occurs twice or lies outside the dataset",
      advice: HDF5Advice.damaged)
  }

  /// Whether values that were never written are zeros.
  private static func fillsWithZeros(_ creation: borrowing HDF5Handle) throws -> Bool {
    var kind = H5D_FILL_VALUE_ERROR
    try HDF5Library.check(H5Pfill_value_defined(creation.id, &kind), "reading its fill value")
    return kind != H5D_FILL_VALUE_USER_DEFINED
  }

  /// The filters; nil if there is one that only libhdf5 can undo.
  private static func filters(_ creation: borrowing HDF5Handle, elementByteCount: Int) throws -> [HDF5Filter]? {
    let count = H5Pget_nfilters(creation.id)
    if count < 0 { throw HDF5Library.failure("reading its filters") }
    var filters: [HDF5Filter] = []
    for number in 0..<UInt32(count) {
      var parameter: UInt32 = 0
      var parameterCount = 1
      let identifier = H5Pget_filter2(creation.id, number, nil, &parameterCount, &parameter, 0, nil, nil)
      switch identifier {
      case H5Z_FILTER_DEFLATE: filters.append(.deflate)
      case H5Z_FILTER_FLETCHER32: filters.append(.fletcher32)
      case LZFFilter.identifier: filters.append(.lzf)
      case H5Z_FILTER_SHUFFLE where parameterCount >= 1 && Int(parameter) == elementByteCount: filters.append(.shuffle)
      case ..<0: throw HDF5Library.failure("reading its filters")
      default:
        try requireAvailable(identifier, number: number, creation: creation)
        return nil
      }
    }
    return filters.areReadable ? filters : nil
  }

  /// - Throws: `DataError` 65 when libhdf5 does not know the filter: plug-ins stay off.
  private static func requireAvailable(
    _ identifier: H5Z_filter_t, number: UInt32, creation: borrowing HDF5Handle
  ) throws {
    if H5Zfilter_avail(identifier) > 0 { return }
    var name = [CChar](repeating: 0, count: 64)
    var parameterCount = 0
    H5Pget_filter2(creation.id, number, nil, &parameterCount, nil, name.count - 1, &name, nil)
    let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw DataError(
      .badData, "is compressed with the filter \(text) (\(identifier))",
      expected: "gzip, lzf, shuffle, fletcher32 or szip",
      advice: "Write the file again with gzip where that filter is installed: with h5repack -f GZIP=4, or with h5py.")
  }
}
