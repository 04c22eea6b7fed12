import Text

/// One tensor of a safetensors file: what it is and where its bytes are.
public struct TensorEntry: Hashable, Sendable {
  /// The tensor's name.
  public let name: String
  /// The element type.
  public let type: TensorType
  /// The dimensions, outermost first; empty for a single value.
  public let shape: [Int]
  /// Where its bytes are, counted from the first byte after the header.
  public let dataRange: Range<Int>

  /// The number of elements.
  public var elementCount: Int { dataRange.count / type.byteCount }
}

/// The header of a safetensors file: eight bytes of length, then a JSON object that says where each tensor is.
///
/// A header that was read (`SafetensorsHeader+Parsing.swift`) has known types, checked shapes, and tensors that fill the
/// data from 0 to the end of the file without hole or overlap.
public struct SafetensorsHeader: Hashable, Sendable {
  /// The tensors in the order of their bytes.
  public let tensors: [TensorEntry]
  /// The texts under `__metadata__`.
  public let metadata: [String: String]
  /// Where the data start, counted from the start of the file.
  public let dataStart: Int

  /// The data's size in bytes.
  public var dataByteCount: Int { tensors.last?.dataRange.upperBound ?? 0 }

  /// Longer headers are refused, as in the reference implementation (safetensors: tensor.rs, `MAX_HEADER_SIZE`).
  public static let maximalByteCount = 100_000_000

  /// Data start at a multiple of this many bytes in files that this code writes: a cache line, and every SIMD width.
  public static let alignment = 64

  static let lengthByteCount = 8
  static let metadataKey = "__metadata__"

  /// Lays out tensors contiguously in the given order.
  ///
  /// - Precondition: names differ, types come in descending order of element size, and nothing overflows.
  public init(laying tensors: [(name: String, type: TensorType, shape: [Int])], metadata: [String: String]) {
    var offset = 0
    var entries: [TensorEntry] = []
    for (name, type, shape) in tensors {
      precondition(offset % type.byteCount == 0, "\(name) stands behind a tensor of smaller elements")
      let end = offset + shape.reduce(type.byteCount, *)
      entries.append(TensorEntry(name: name, type: type, shape: shape, dataRange: offset..<end))
      offset = end
    }
    precondition(Set(entries.map(\.name)).count == entries.count, "two tensors have one name")
    let jsonByteCount = Self.json(tensors: entries, metadata: metadata).utf8.count
    let dataStart = (Self.lengthByteCount + jsonByteCount + Self.alignment - 1) / Self.alignment * Self.alignment
    self.init(tensors: entries, metadata: metadata, dataStart: dataStart)
  }

  init(tensors: [TensorEntry], metadata: [String: String], dataStart: Int) {
    self.tensors = tensors
    self.metadata = metadata
    self.dataStart = dataStart
  }

  /// The tensor of this name; nil when there is none.
  public subscript(name: String) -> TensorEntry? { tensors.first { $0.name == name } }

  /// The header's bytes: length, canonical JSON, and blanks up to `dataStart`.
  public var bytes: [UInt8] {
    let length = UInt64(dataStart - Self.lengthByteCount)
    var bytes = (0..<Self.lengthByteCount).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    bytes.append(contentsOf: Self.json(tensors: tensors, metadata: metadata).utf8)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: dataStart - bytes.count))
    return bytes
  }

  private static func json(tensors: [TensorEntry], metadata: [String: String]) -> String {
    var members: [String: JSONValue] = [:]
    for tensor in tensors {
      members[tensor.name] = [
        "dtype": .string(tensor.type.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(tensor.dataRange.lowerBound), .integer(tensor.dataRange.upperBound)],
      ]
    }
    if !metadata.isEmpty { members[metadataKey] = .object(metadata.mapValues { .string($0) }) }
    return JSONValue.object(members).canonicalText
  }
}

/// The element types of a safetensors file that this code knows; the raw value is the name in the header.
public enum TensorType: String, CaseIterable, Hashable, Sendable {
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"
  case float32 = "F32"
  case int32 = "I32"
  case uint32 = "U32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int16 = "I16"
  case uint16 = "U16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The size of one element in bytes; data of a tensor start at a multiple of it.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }
}
