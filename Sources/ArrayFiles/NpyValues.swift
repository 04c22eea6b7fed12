import Text

/// The bytes of a NumPy array file (.npy) of numbers, which become float32 when they are asked for.
///
/// A large array is in memory once, in the type of the file.
public struct NpyValues: Sendable {
  /// The dimensions, outermost first; none for a single number.
  public let shape: [Int]
  /// The number of values.
  public let count: Int
  private let bytes: [UInt8]
  private let element: NpyHeader.Element
  private let start: Int
  /// Whether the first index runs fastest.
  private let isFortranOrder: Bool

  /// The most axes: NumPy's own limit (`NPY_MAXDIMS` in NumPy 2).
  private static let axisLimit = 64

  /// Checks the header and the length, as `NpyArray` does.
  ///
  /// - Throws: `DataError` 65 without a file name.
  public init(parsing bytes: [UInt8], valueLimit: Int, withIntegers: Bool = false) throws {
    let (text, start) = try NpyArray.header(of: bytes)
    let header = try NpyHeaderText(
      text, accepted: NpyHeaderText.floats + (withIntegers ? NpyHeaderText.integers : []))
    let available = bytes.count - start
    guard header.shape.count <= Self.axisLimit else { throw NpyArray.refusal("has \(header.shape.count) axes") }
    var count = 1
    for length in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      if overflow { throw NpyArray.refusal("has the shape \(header.shape)") }
      count = product
    }
    guard count <= valueLimit else {
      throw DataError(
        .badData, "\(count) values", expected: "at most \(valueLimit)", advice: "Cut it into shorter files.")
    }
    guard count * header.element.byteCount == available else {
      throw NpyArray.refusal(
        "holds \(available) bytes of values",
        expected: "\(count * header.element.byteCount) for the shape \(header.shape)")
    }
    shape = header.shape
    isFortranOrder = header.isFortranOrder && header.shape.count > 1
    (self.count, self.bytes, self.start, element) = (count, bytes, start, header.element)
  }

  /// All values in C order.
  public var all: [Float] {
    let stored = [Float](unsafeUninitializedCapacity: count) { output, initialized in
      convert(from: 0, into: UnsafeMutableBufferPointer(rebasing: output[..<count]))
      initialized = count
    }
    return isFortranOrder ? NpyArray.reordered(stored, shape: shape) : stored
  }

  /// These values in C order: themselves, unless the file has another.
  public var inCOrder: NpyValues { isFortranOrder ? NpyValues(of: self) : self }

  private init(of other: NpyValues) {
    (shape, count, start, element, isFortranOrder) = (other.shape, other.count, 0, .float32, false)
    bytes = other.all.withUnsafeBytes { Array($0) }
  }

  /// Converts values to float32, from `first` in C order on.
  ///
  /// - Precondition: the values are in C order (see `inCOrder`) and there.
  public func readFloats(from first: Int, into output: UnsafeMutableBufferPointer<Float>) {
    precondition(!isFortranOrder && first >= 0 && output.count <= count - first, "values beyond their array")
    convert(from: first, into: output)
  }

  /// Values in the order of the file.
  private func convert(from first: Int, into output: UnsafeMutableBufferPointer<Float>) {
    bytes.withUnsafeBytes { bytes in
      let size = element.byteCount
      let bytes = UnsafeRawBufferPointer(rebasing: bytes[(start + first * size)...])
      func fill<Stored: FixedWidthInteger>(_: Stored.Type, _ float: (Stored) -> Float) {
        for index in output.indices {
          output[index] = float(
            Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: size * index, as: Stored.self)))
        }
      }
      switch element {
      case .float16: fill(UInt16.self) { Float(Float16(bitPattern: $0)) }
      case .float64: fill(UInt64.self) { Float(Double(bitPattern: $0)) }
      case .int64: fill(Int64.self) { Float($0) }
      case .int32: fill(Int32.self) { Float($0) }
      case .uint8: fill(UInt8.self) { Float($0) }
      default: fill(UInt32.self) { Float(bitPattern: $0) }
      }
    }
  }
}
