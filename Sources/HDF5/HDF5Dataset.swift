/// What is known about one dataset without reading its values.
public struct HDF5Dataset: Hashable, Sendable {
  /// The extent of each axis, outermost first; empty for a single value.
  public let shape: [Int]
  /// The type of an element.
  public let type: HDF5Type
  /// Where the values are.
  public let storage: HDF5Storage

  /// How many rows: the extent of the first axis, 1 for a single value.
  public var rowCount: Int { shape.first ?? 1 }

  /// Values in a row: the product of all axes but the first.
  public var width: Int { shape.dropFirst().reduce(1, *) }

  /// All values. The index refuses shapes whose product overflows.
  public var valueCount: Int { rowCount * width }
}

/// The kinds of number that are read without libhdf5.
public enum HDF5Number: UInt8, Hashable, Sendable, CaseIterable {
  case float16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64

  /// The size of a number in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .float16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}

/// The type of a dataset's elements.
public enum HDF5Type: Hashable, Sendable, CustomStringConvertible {
  /// An IEEE 754 or two's complement number.
  case number(HDF5Number, isBigEndian: Bool)
  /// Text of a fixed number of bytes, padded with zero bytes.
  case string(byteCount: Int)
  /// Text of any length.
  case variableString
  /// A type that no reader here understands, e.g. `compound`.
  case other(String)

  /// Whether `readFloats` and `readDoubles` can read it.
  public var isNumeric: Bool {
    if case .number = self { return true }
    return false
  }

  /// Whether `readStrings` can read it.
  public var isText: Bool {
    switch self {
    case .string, .variableString: true
    case .number, .other: false
    }
  }

  /// The size of a stored element in bytes; 0 if elements have no fixed size.
  public var byteCount: Int {
    switch self {
    case .number(let number, _): number.byteCount
    case .string(let byteCount): byteCount
    case .variableString, .other: 0
    }
  }

  /// The name of the type, e.g. `float32`, `big-endian float64`, `string of 12 bytes`.
  public var description: String {
    switch self {
    case .number(let number, let isBigEndian): isBigEndian ? "big-endian \(number)" : "\(number)"
    case .string(let byteCount): "string of \(byteCount) bytes"
    case .variableString: "string"
    case .other(let name): name
    }
  }
}

/// Where the values of a dataset are.
public enum HDF5Storage: Hashable, Sendable {
  /// In the file, one after the other from byte `offset` on.
  case contiguous(offset: Int)
  /// In the file, cut into blocks.
  case chunked(HDF5Chunking)
  /// In the index's scratch file from byte `offset` on: libhdf5 decoded a layout that no reader here understands.
  case scratch(offset: Int)
  /// In the index itself.
  case strings([String])
  /// Nowhere: the dataset was never written and reads as zeros.
  case none
}

/// A dataset cut into blocks of one shape, each filtered on its own.
public struct HDF5Chunking: Hashable, Sendable {
  /// The shape of a chunk; as many axes as the dataset. Chunks at the edge reach beyond the dataset.
  public let shape: [Int]
  /// The filters applied to each chunk when it was written, in that order.
  public let filters: [HDF5Filter]
  /// Every chunk in C order of the grid.
  public let chunks: [HDF5Chunk]
}

/// A filter applied to a chunk when it was written.
public enum HDF5Filter: UInt8, Hashable, Sendable {
  /// zlib at any level.
  case deflate
  /// The first bytes of all elements, then all second bytes, and so on.
  case shuffle
  /// A checksum of four bytes at the end.
  case fletcher32
  /// h5py's fast compression.
  case lzf

  /// Bytes that one stored byte can stand for at most; nil for a filter that compresses nothing.
  var ratio: Int? {
    switch self {
    case .deflate: HDF5Limits.deflateRatio
    case .lzf: LZF.ratio
    case .shuffle, .fletcher32: nil
    }
  }
}

extension [HDF5Filter] {
  /// Whether none occurs twice and at most one compresses, so that the size before each of them is known.
  var areReadable: Bool {
    indices.allSatisfy { !self[..<$0].contains(self[$0]) } && count { $0.ratio != nil } <= 1
  }
}

/// Where one chunk is.
public struct HDF5Chunk: Hashable, Sendable {
  /// The chunk's first byte in the file.
  public let fileOffset: Int
  /// The stored size in bytes; 0 for a chunk that was never written and reads as zeros.
  public let byteCount: UInt32
  /// Bit i is set when filter i was left out for this chunk.
  public let filterMask: UInt32

  /// A chunk that was never written.
  static let absent = HDF5Chunk(fileOffset: 0, byteCount: 0, filterMask: 0)

  /// Whether the chunk was never written.
  public var isAbsent: Bool { byteCount == 0 }
}
