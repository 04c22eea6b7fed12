/// The head of a NumPy array file (.npy, format version 1.0): what follows is the array's elements in C order.
public struct NpyHeader: Hashable, Sendable {
  /// An element type, little-endian.
  public enum Element: Hashable, Sendable {
    case float16
    case float32
    case float64
    case int32
    case int64
    case uint8
    /// Text of at most `width` Unicode scalars, four bytes each, padded with zeros; `width` is 1 or more.
    case unicode(width: Int)
    /// Text of at most `width` bytes, padded with zeros; `width` is 1 or more.
    case bytes(width: Int)

    /// The size of one element in bytes.
    public var byteCount: Int {
      switch self {
      case .uint8: 1
      case .float16: 2
      case .float32, .int32: 4
      case .float64, .int64: 8
      case .unicode(let width): 4 * width
      case .bytes(let width): width
      }
    }

    /// NumPy's name of the type.
    var descr: String {
      switch self {
      case .float16: "<f2"
      case .float32: "<f4"
      case .float64: "<f8"
      case .int32: "<i4"
      case .int64: "<i8"
      case .uint8: "|u1"
      case .unicode(let width): "<U\(width)"
      case .bytes(let width): "|S\(width)"
      }
    }
  }

  /// The element type.
  public let element: Element
  /// The dimensions, outermost first.
  public let shape: [Int]

  /// Describes an array.
  public init(_ element: Element, shape: [Int]) {
    self.element = element
    self.shape = shape
  }

  /// The size of the elements in bytes.
  public var dataByteCount: Int { shape.reduce(element.byteCount, *) }

  /// The header's bytes; the elements start at a multiple of 64, as NumPy writes it (numpy/lib/format.py, `ARRAY_ALIGN`).
  public var bytes: [UInt8] {
    let dimensions = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let text = "{'descr': '\(element.descr)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    let prefixByteCount = 10
    let total = (prefixByteCount + text.utf8.count + 1 + 63) / 64 * 64
    let length = total - prefixByteCount
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
    bytes.append(contentsOf: text.utf8)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: total - bytes.count - 1))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}

/// A small NumPy array file in memory.
public enum NpyFile {
  /// The bytes of an array of numbers; `Value` must be the type that `element` names.
  public static func bytes<Value: BitwiseCopyable>(
    _ values: [Value], _ element: NpyHeader.Element, shape: [Int]
  ) -> [UInt8] {
    let header = NpyHeader(element, shape: shape)
    precondition(header.dataByteCount == values.count * MemoryLayout<Value>.stride, "values do not fill the shape")
    return header.bytes + values.withUnsafeBytes { Array($0) }
  }
}
