public import Digests
public import Files
import Text

/// Reads whole datasets of indexed files, without libhdf5.
///
/// One per thread: it keeps its buffers, so that reading stops allocating once the largest chunk has been seen.
public final class HDF5Reader {
  /// A piece of a contiguous dataset.
  private let piece = ByteBuffer()
  let grid = ChunkGrid()
  let decoder = ChunkDecoder()

  /// Bytes that are read, fingerprinted and passed on at a time, while they are in the cache.
  static let pieceByteCount = 1 << 18

  /// Creates a reader.
  public init() {}

  /// Reads a numeric dataset as float32.
  ///
  /// - Parameters:
  ///   - dataset: any shape; its axes after the first are one row.
  ///   - place: what error messages call the dataset.
  ///   - buffer: gets [rowCount, width] and grows as needed; its base may change only before the first `onRows`.
  ///   - fingerprint: gets the stored bytes: in the order of the file for contiguous values, chunk by chunk in C order
  ///     of the grid otherwise.
  ///   - onRows: gets a growing number n once rows 0 ..< n are ready, so that they can be used while they are in the
  ///     cache; the last call gets `rowCount`, also when that is 0.
  /// - Throws: `DataError` 65 when the type is not numeric or a chunk is corrupt, 74 when reading fails, and what
  ///   `onRows` throws.
  public func readFloats(
    _ dataset: HDF5Dataset, of file: HDF5File, place: String, into buffer: FloatBuffer,
    fingerprint: inout Fingerprint, onRows: ((Int) throws -> Void)? = nil
  ) throws {
    guard case .number(let number, let isBigEndian) = dataset.type else {
      throw DataError(
        .badData, file: file.index.path, place: place, "holds \(dataset.type)", expected: "numbers",
        advice: HDF5Advice.otherFile)
    }
    buffer.reserve(dataset.valueCount)
    let conversion = NumberConversion(from: number, isBigEndian: isBigEndian)
    let target = UnsafeMutableRawPointer(buffer.base)
    let request = Request(dataset: dataset, file: file, place: place, onRows: onRows)
    try read(request, plain: conversion.copiesFloats ? target : nil, fingerprint: &fingerprint) {
      conversion.floats($0, into: target)
    }
  }

  /// Reads a numeric dataset as float64, in C order.
  ///
  /// - Throws: as `readFloats`.
  public func readDoubles(
    _ dataset: HDF5Dataset, of file: HDF5File, place: String, fingerprint: inout Fingerprint
  ) throws -> [Double] {
    guard case .number(let number, let isBigEndian) = dataset.type else {
      throw DataError(
        .badData, file: file.index.path, place: place, "holds \(dataset.type)", expected: "numbers",
        advice: HDF5Advice.otherFile)
    }
    let conversion = NumberConversion(from: number, isBigEndian: isBigEndian)
    return try [Double](unsafeUninitializedCapacity: dataset.valueCount) { values, count in
      let target = UnsafeMutableRawPointer(values.baseAddress!)  // Swift allocates even for no values
      let request = Request(dataset: dataset, file: file, place: place)
      try read(request, plain: conversion.copiesDoubles ? target : nil, fingerprint: &fingerprint) {
        conversion.doubles($0, into: target)
      }
      count = dataset.valueCount
    }
  }

  /// Reads a dataset of texts, in C order. A text ends at its first zero byte; what is not UTF-8 becomes U+FFFD.
  ///
  /// - Throws: `DataError` as `readFloats`, and 65 when the dataset holds no text.
  public func readStrings(
    _ dataset: HDF5Dataset, of file: HDF5File, place: String, fingerprint: inout Fingerprint
  ) throws -> [String] {
    if case .strings(let strings) = dataset.storage {
      for string in strings { fingerprint.update(string) }
      return strings
    }
    guard case .string(let size) = dataset.type else {
      throw DataError(
        .badData, file: file.index.path, place: place, "holds \(dataset.type)", expected: "text",
        advice: HDF5Advice.otherFile)
    }
    var strings = [String](repeating: "", count: dataset.valueCount)
    let request = Request(dataset: dataset, file: file, place: place)
    try read(request, plain: nil, fingerprint: &fingerprint) { lines in
      for line in 0..<lines.count {
        for number in 0..<lines.length {
          let text = UnsafeRawBufferPointer(start: lines.bytes + line * lines.byteStride + number * size, count: size)
          strings[lines.offset + line * lines.offsetStride + number] = String(
            decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
      }
    }
    return strings
  }

  /// What a caller wants to read.
  struct Request {
    let dataset: HDF5Dataset
    let file: HDF5File
    let place: String
    var onRows: ((Int) throws -> Void)?
  }

  /// Takes values as they are stored.
  typealias Place = (ValueLines) -> Void

  /// Reads a dataset and hands its values to `put`.
  ///
  /// - Parameter plain: where the values belong if they are needed exactly as stored; contiguous ones are then read
  ///   there directly and do not pass through `put`.
  private func read(
    _ request: Request, plain: UnsafeMutableRawPointer?, fingerprint: inout Fingerprint, _ put: Place
  ) throws {
    let file = request.file
    do {
      switch request.dataset.storage {
      case .contiguous(let offset):
        try readPieces(request, plain: plain, fingerprint: &fingerprint, put) {
          try file.read(into: $0, at: offset + $1)
        }
      case .scratch(let offset):
        try readPieces(request, plain: plain, fingerprint: &fingerprint, put) {
          try file.readScratch(into: $0, at: offset + $1)
        }
      case .chunked(let chunking): try readChunks(chunking, request, fingerprint: &fingerprint, put)
      case .none: fillWithZeros(request.dataset, put)
      case .strings: throw DataError(.internalBug, "texts asked for as \(request.dataset.type)")
      }
      try request.onRows?(request.dataset.rowCount)
    } catch var error as DataError {
      if error.place == nil, error.file == nil || error.file == file.index.path { error.place = request.place }
      throw error.inFile(file.index.path)
    }
  }

  /// Reads contiguous values, a piece at a time.
  private func readPieces(
    _ request: Request, plain: UnsafeMutableRawPointer?, fingerprint: inout Fingerprint, _ put: Place,
    _ fill: (UnsafeMutableRawBufferPointer, _ offset: Int) throws -> Void
  ) throws {
    let valueCount = request.dataset.valueCount
    let size = request.dataset.type.byteCount
    let width = request.dataset.width
    let valuesAtOnce = min(max(1, Self.pieceByteCount / size), valueCount)
    if plain == nil { piece.reserve(valuesAtOnce * size) }
    var done = 0
    while done < valueCount {
      let count = min(valuesAtOnce, valueCount - done)
      let target = plain.map { $0 + done * size } ?? piece.base
      let bytes = UnsafeMutableRawBufferPointer(start: target, count: count * size)
      try fill(bytes, done * size)
      fingerprint.update(UnsafeRawBufferPointer(bytes))
      if plain == nil { put(ValueLines(bytes: target, length: count, offset: done)) }
      done += count
      if done < valueCount { try request.onRows?(done / width) }
    }
  }

  /// Hands out zeros for values that were never written.
  private func fillWithZeros(_ dataset: HDF5Dataset, _ put: Place) {
    let size = max(1, dataset.type.byteCount)
    let valuesAtOnce = min(max(1, Self.pieceByteCount / size), dataset.valueCount)
    piece.reserve(valuesAtOnce * size)
    piece.base.initializeMemory(as: UInt8.self, repeating: 0, count: valuesAtOnce * size)
    var done = 0
    while done < dataset.valueCount {
      let count = min(valuesAtOnce, dataset.valueCount - done)
      put(ValueLines(bytes: piece.base, length: count, offset: done))
      done += count
    }
  }
}

/// Growable memory that is kept between uses; aligned to a cache line.
final class ByteBuffer {
  /// The first byte; stays valid until the next `reserve`.
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init() {
    capacity = 1 << 12
    base = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { base.deallocate() }

  /// Makes room; the buffer's contents are lost when it has to grow.
  func reserve(_ count: Int) {
    if count <= capacity { return }
    base.deallocate()
    capacity = max(count, capacity + capacity / 2)
    base = .allocate(byteCount: capacity, alignment: 64)
  }
}
