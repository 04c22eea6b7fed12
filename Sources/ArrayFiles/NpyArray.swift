import Text

/// A NumPy array file (.npy) of floats that was read into memory, with its values as float32 in C order.
public struct NpyArray: Sendable {
  /// The dimensions, outermost first; none for a single number.
  public let shape: [Int]
  /// The values in C order, whatever the file's order and type. Float64 values are rounded; beyond float32's range they become
  /// infinite.
  public let values: [Float]

  /// The longest header that is read, in bytes; those of plain arrays have about 100.
  private static let headerLimit = 1 << 16

  /// Whether `bytes` begin as every .npy file does.
  public static func isNpy(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads an array of `<f2`, `<f4` or `<f8`, of format version 1, 2 or 3, in C or Fortran order.
  ///
  /// - Throws: `DataError` 65 without a file name when the header is not NumPy's, the type is another, the array has more than
  ///   `valueLimit` values, or the file is not exactly as long as its header says.
  ///
  /// - Parameter withIntegers: whether `<i8`, `<i4` and `|u1` are read too, rounded to float32.
  public init(parsing bytes: [UInt8], valueLimit: Int, withIntegers: Bool = false) throws {
    let values = try NpyValues(parsing: bytes, valueLimit: valueLimit, withIntegers: withIntegers)
    shape = values.shape
    self.values = values.all
  }

  /// The shape in the header of a .npy file of texts.
  ///
  /// - Throws: `DataError` 65 without a file name when the header is not NumPy's or gives another type.
  public static func shape(ofTexts bytes: [UInt8]) throws -> [Int] {
    try NpyHeaderText(header(of: bytes).text, accepted: []).shape
  }

  /// The type and shape in the header of a .npy file, e.g. `<f4 [10, 50, 300]`.
  ///
  /// - Throws: `DataError` 65 without a file name when the header is not NumPy's.
  package static func summary(of bytes: [UInt8]) throws -> String {
    let entries = try NpyHeaderEntries(header(of: bytes).text)
    return "\(entries.descr) \(entries.shape)"
  }

  /// Whether the header of a .npy file says that its array holds objects; false for what is no such file.
  package static func holdsObjects(_ bytes: [UInt8]) -> Bool {
    // The one refusal that is no error: the array is one of something else, which its own reader judges.
    do { return try objectStart(in: bytes) <= bytes.count } catch { return false }
  }

  /// Where the pickle begins that holds the objects of an array of them.
  ///
  /// - Throws: `DataError` 65 without a file name when the header is not NumPy's or tells another type.
  package static func objectStart(in bytes: [UInt8]) throws -> Int {
    let (text, start) = try header(of: bytes)
    let descr = try NpyHeaderEntries(text).descr
    guard descr == "|O" else { throw refusal("holds values of the type \(descr)", expected: "objects") }
    return start
  }

  /// The text of the header and where the values start.
  static func header(of bytes: [UInt8]) throws -> (text: ArraySlice<UInt8>, dataStart: Int) {
    guard isNpy(bytes), bytes.count >= 12 else { throw refusal("is not an .npy file") }
    let version = bytes[6]
    guard 1...3 ~= version, bytes[7] == 0 else {
      throw refusal("has format version \(version).\(bytes[7])", expected: "1.0, 2.0 or 3.0")
    }
    let lengthByteCount = version == 1 ? 2 : 4
    let length = bytes[8..<8 + lengthByteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthByteCount
    guard length <= headerLimit, length <= bytes.count - start else {
      throw refusal("has a header of \(length) bytes", expected: "at most \(min(headerLimit, bytes.count - start))")
    }
    return (bytes[start..<start + length], start + length)
  }

  /// Values whose first index runs fastest, as values whose last index does.
  static func reordered<Value>(_ values: [Value], shape: [Int]) -> [Value] {
    var strides: [Int] = []
    var stride = 1
    for length in shape {
      strides.append(stride)
      stride *= length
    }
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    return values.indices.map { _ in
      let value = values[position]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
      }
      return value
    }
  }

  static func refusal(_ problem: String, expected: String? = nil) -> DataError {
    DataError(.badData, problem, expected: expected, advice: "Write it again with numpy.save.")
  }
}
