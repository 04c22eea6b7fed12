import Digests
import Files
import HDF5
import Text

/// A table of features in a MATLAB file of version 5 to 7, as COVAREP's extractor saves it: the matrix called `features`, or
/// the only matrix there is.
///
/// Only what leads to a matrix of real numbers is read: the tags of elements, and of a matrix its flags, dimensions, name and
/// real part. Cells, structures, texts and sparse matrices are passed over.
struct MatlabFile {
  /// A matrix of real numbers.
  private struct Matrix {
    let name: String
    let rowCount: Int
    let width: Int
    let type: NumberType
    let bytes: [UInt8]
    let data: Range<Int>
  }

  /// The stored form of numbers; the raw value is that of a tag (`miINT8` …).
  private enum NumberType: UInt32 {
    case int8 = 1
    case uint8 = 2
    case int16 = 3
    case uint16 = 4
    case int32 = 5
    case uint32 = 6
    case single = 7
    case double = 9
    case int64 = 12
    case uint64 = 13

    var byteCount: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .single: 4
      case .double, .int64, .uint64: 8
      }
    }
  }

  private static let headerByteCount = 128
  private static let compressed: UInt32 = 15
  private static let matrix: UInt32 = 14
  /// Classes of arrays whose values are numbers: `mxDOUBLE_CLASS` to `mxUINT64_CLASS`.
  private static let numberClasses: ClosedRange<UInt8> = 6...15
  /// The flag of a matrix with an imaginary part.
  private static let complexFlag: UInt8 = 8
  /// The name of COVAREP's matrix.
  static let preferredName = "features"
  /// Variables that are looked at; a file of features has a few.
  private static let variableLimit = 1024

  /// The matrix of features.
  ///
  /// - Throws: `DataError` 65 without a file name when the file is damaged, or holds no such matrix, or several.
  static func read(_ bytes: [UInt8]) throws -> FeatureFile {
    guard bytes.count >= headerByteCount, bytes[126...127].elementsEqual("IM".utf8) else {
      throw damaged("has no header of a little-endian MATLAB 5 file")
    }
    var matrices: [Matrix] = []
    var room = 8 * FeatureFile.valueLimit
    var offset = headerByteCount
    var count = 0
    while offset < bytes.count {
      count += 1
      guard count <= variableLimit else { throw damaged("more than \(variableLimit) variables") }
      let element = try element(in: bytes, at: offset, isPadded: false)
      offset = element.end
      switch element.type {
      case compressed:
        let inner = try bytes.withUnsafeBytes {
          try ZlibInflater.inflate(UnsafeRawBufferPointer(rebasing: $0[element.data]), limit: room)
        }
        room -= inner.count
        let whole = try Self.element(in: inner, at: 0, isPadded: false)
        if whole.type == matrix, let found = try Self.matrix(in: inner, whole.data) { matrices.append(found) }
      case matrix:
        if let found = try Self.matrix(in: bytes, element.data) { matrices.append(found) }
      default: break
      }
    }
    return try features(of: chosen(matrices))
  }

  private static func chosen(_ matrices: [Matrix]) throws -> Matrix {
    if let features = matrices.first(where: { $0.name == preferredName }) { return features }
    guard let only = matrices.first else {
      throw DataError(.badData, "holds no matrix of real numbers", expected: "one called \(preferredName)")
    }
    guard matrices.count == 1 else {
      let names = matrices.prefix(5).map { PrintableText.cut($0.name) }.joined(separator: ", ")
      throw DataError(
        .badData, "holds \(matrices.count) matrices (\(names)\(matrices.count > 5 ? ", …" : ""))",
        expected: "one called \(preferredName), or only one")
    }
    return only
  }

  // MARK: - Elements

  private struct Element {
    let type: UInt32
    let data: Range<Int>
    /// Where the next one begins.
    let end: Int
  }

  /// The element at a place: a tag of eight bytes and the data, or both in eight bytes.
  ///
  /// - Parameter isPadded: whether the next element begins at a multiple of eight bytes; not so at the top, where an element
  ///   that is not compressed ends there anyway.
  private static func element(in bytes: [UInt8], at offset: Int, isPadded: Bool = true) throws -> Element {
    guard bytes.count - offset >= 8 else { throw damaged("ends within the tag of an element") }
    let first: UInt32 = number(bytes, offset)
    if first >> 16 != 0 {
      let count = Int(first >> 16)
      guard count <= 4 else { throw damaged("has a short element of \(count) bytes") }
      return Element(type: first & 0xffff, data: offset + 4..<offset + 4 + count, end: offset + 8)
    }
    let count = Int(number(bytes, offset + 4) as UInt32)
    guard count <= bytes.count - offset - 8 else {
      throw damaged("ends within an element of \(count) bytes")
    }
    let data = offset + 8..<offset + 8 + count
    return Element(
      type: first, data: data, end: isPadded ? min((data.upperBound + 7) / 8 * 8, bytes.count) : data.upperBound)
  }

  /// The matrix that an element holds; nil for an array of another class or of other than two axes.
  private static func matrix(in bytes: [UInt8], _ range: Range<Int>) throws -> Matrix? {
    // Elements within end where the matrix does.
    let bytes = range.upperBound == bytes.count ? bytes : Array(bytes[..<range.upperBound])
    let flags = try element(in: bytes, at: range.lowerBound)
    guard flags.type == NumberType.uint32.rawValue, flags.data.count == 8 else {
      throw damaged("has no flags of an array")
    }
    let (kind, bits) = (bytes[flags.data.lowerBound], bytes[flags.data.lowerBound + 1])
    let axes = try element(in: bytes, at: flags.end)
    guard axes.type == NumberType.int32.rawValue, axes.data.count.isMultiple(of: 4) else {
      throw damaged("has no dimensions of an array")
    }
    let shape = stride(from: axes.data.lowerBound, to: axes.data.upperBound, by: 4).map {
      Int(number(bytes, $0) as Int32)
    }
    let label = try element(in: bytes, at: axes.end)
    guard label.type == NumberType.int8.rawValue else { throw damaged("has no name of an array") }
    guard numberClasses.contains(kind), shape.count == 2, bits & complexFlag == 0 else { return nil }
    let name = String(decoding: bytes[label.data], as: UTF8.self)
    guard shape.allSatisfy({ $0 >= 0 }) else { throw damaged("has the shape \(shape)", name) }
    let values = try element(in: bytes, at: label.end)
    guard let type = NumberType(rawValue: values.type) else {
      throw damaged("has values of the type \(values.type)", name)
    }
    let (count, overflow) = shape[0].multipliedReportingOverflow(by: shape[1])
    guard !overflow, count <= FeatureFile.valueLimit else {
      throw DataError(
        .badData, place: name, "has the shape \(shape)", expected: "at most \(FeatureFile.valueLimit) values")
    }
    guard count * type.byteCount == values.data.count else {
      throw damaged("holds \(values.data.count) bytes for the shape \(shape)", name)
    }
    return Matrix(name: name, rowCount: shape[0], width: shape[1], type: type, bytes: bytes, data: values.data)
  }

  private static func damaged(_ problem: String, _ place: String? = nil) -> DataError {
    DataError(.badData, place: place, problem, expected: "a MATLAB 5 file", advice: "Save it again: save(…, '-v7').")
  }

  private static func number<Value: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int) -> Value {
    bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
  }

  // MARK: - Values

  private static func features(of matrix: Matrix) throws -> FeatureFile {
    func convert<Value: FixedWidthInteger>(_: Value.Type, _ float: (Value) -> Float) throws -> FeatureFile {
      try FeatureFile(columnMajor: matrix.rowCount, matrix.width) { index in
        float(number(matrix.bytes, matrix.data.lowerBound + MemoryLayout<Value>.size * index))
      }
    }
    switch matrix.type {
    case .int8: return try convert(Int8.self) { Float($0) }
    case .uint8: return try convert(UInt8.self) { Float($0) }
    case .int16: return try convert(Int16.self) { Float($0) }
    case .uint16: return try convert(UInt16.self) { Float($0) }
    case .int32: return try convert(Int32.self) { Float($0) }
    case .uint32: return try convert(UInt32.self) { Float($0) }
    case .single: return try convert(UInt32.self) { Float(bitPattern: $0) }
    case .double: return try convert(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .int64: return try convert(Int64.self) { Float($0) }
    case .uint64: return try convert(UInt64.self) { Float($0) }
    }
  }
}

extension MatlabFile {
  /// The matrix of features in a file of version 7.3, which is one of HDF5.
  ///
  /// - Throws: `DataError` 65 with the file when it is damaged, or holds no such matrix, or several.
  static func read(path: String, name: String, indexer: HDF5Indexer) throws -> FeatureFile {
    do {
      let file = try HDF5File(index: indexer.start(path, alsoOf: [.matlab73]).finish())
      let all = file.index.datasets.filter {
        !$0.path.contains("/") && $0.dataset.type.isNumeric && $0.dataset.shape.count == 2
      }
      guard let (place, dataset) = all.first(where: { $0.path == preferredName }) ?? (all.count == 1 ? all[0] : nil)
      else {
        throw DataError(
          .badData, "holds \(all.count.counted("matrix", plural: "matrices")) of numbers",
          expected: "one called \(preferredName), or only one")
      }
      guard dataset.valueCount <= FeatureFile.valueLimit else {
        throw DataError(
          .badData, place: place, "\(dataset.valueCount) values", expected: "at most \(FeatureFile.valueLimit)")
      }
      let buffer = FloatBuffer()
      var unused = Fingerprint()
      try HDF5Reader().readFloats(dataset, of: file, place: place, into: buffer, fingerprint: &unused)
      // MATLAB runs down columns, HDF5 along rows: the axes are the other way round.
      return try FeatureFile(columnMajor: dataset.shape[1], dataset.shape[0]) { buffer.base[$0] }
    } catch var error as DataError where error.code == .badData {
      error.file = name
      throw error
    }
  }
}

extension FeatureFile {
  /// The rows of a matrix whose columns are stored one after the other.
  ///
  /// - Throws: `DataError` 65 without a file name when it has no or too many columns.
  fileprivate init(columnMajor rowCount: Int, _ width: Int, _ value: (Int) -> Float) throws {
    var values = [Float](repeating: 0, count: rowCount * width)
    for column in 0..<width {
      for row in 0..<rowCount { values[row * width + column] = value(column * rowCount + row) }
    }
    try self.init(shape: [rowCount, width], values: values)
  }
}
