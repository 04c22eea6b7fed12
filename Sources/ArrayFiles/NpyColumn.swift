/// Columns of an .npz file that are not features: texts and integers, one per sample.
public enum NpyColumn {
  /// Reads a one-dimensional array of `<U…` or `|S…`.
  ///
  /// - Throws: `DataError` 65 without a file name when the header is not NumPy's, the type is another, there are other than
  ///   `count` elements, or the file is not exactly as long as its header says.
  public static func texts(parsing bytes: [UInt8], count: Int) throws -> [String] {
    let (header, start) = try self.header(of: bytes, count: count, accepted: [])
    return texts(in: bytes, header, from: start, count: count)
  }

  /// Reads an array of `<U…` or `|S…` of one or two axes: one or several texts for each of `count` samples.
  ///
  /// - Throws: as `texts`; also where a sample has more than `widest` texts.
  public static func textRows(parsing bytes: [UInt8], count: Int, widest: Int) throws -> [[String]] {
    let (text, start) = try NpyArray.header(of: bytes)
    let header = try NpyHeaderText(text, accepted: [])
    // An axis of length 1 means nothing: [N, 1, 3] is three texts per sample.
    let shape = header.shape.prefix(1) + header.shape.dropFirst().filter { $0 != 1 }
    let width = shape.count == 2 ? shape[1] : 1
    guard 1...2 ~= shape.count, shape[0] == count, 1...widest ~= width else {
      throw NpyArray.refusal(
        "has the shape \(header.shape)", expected: "[\(count)] or [\(count), \(widest)], one row per sample")
    }
    let (textCount, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow else { throw NpyArray.refusal("has the shape \(header.shape)") }
    try requireLength(of: bytes, header, from: start, count: textCount)
    let stored = texts(in: bytes, header, from: start, count: textCount)
    let values = header.isFortranOrder ? NpyArray.reordered(stored, shape: [count, width]) : stored
    return (0..<count).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  private static func texts(in bytes: [UInt8], _ header: NpyHeaderText, from start: Int, count: Int) -> [String] {
    let size = header.element.byteCount
    if case .bytes = header.element {
      return (0..<count).map { index in
        String(decoding: bytes[start + index * size..<start + (index + 1) * size].prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    return (0..<count).map { index in
      var text = String.UnicodeScalarView()
      for offset in stride(from: start + index * size, to: start + (index + 1) * size, by: 4) {
        let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
        if value == 0 { break }
        text.append(Unicode.Scalar(value) ?? "\u{fffd}")
      }
      return String(text)
    }
  }

  /// Reads a one-dimensional array of `<i8`, `<i4` or `|u1`.
  ///
  /// - Throws: as `texts`.
  public static func integers(parsing bytes: [UInt8], count: Int) throws -> [Int] {
    let (header, start) = try self.header(of: bytes, count: count, accepted: [.int64, .int32, .uint8])
    let size = header.element.byteCount
    return (0..<count).map { index in
      let offset = start + size * index
      let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
      switch size {
      case 8: return Int(Int64(bitPattern: value))
      case 4: return Int(Int32(bitPattern: UInt32(value)))
      default: return Int(value)
      }
    }
  }

  private static func header(
    of bytes: [UInt8], count: Int, accepted: [NpyHeader.Element]
  ) throws -> (header: NpyHeaderText, start: Int) {
    let (text, start) = try NpyArray.header(of: bytes)
    let header = try NpyHeaderText(text, accepted: accepted)
    guard header.shape == [count] else {
      throw NpyArray.refusal("has the shape \(header.shape)", expected: "[\(count)], one per sample")
    }
    try requireLength(of: bytes, header, from: start, count: count)
    return (header, start)
  }

  private static func requireLength(of bytes: [UInt8], _ header: NpyHeaderText, from start: Int, count: Int) throws {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: header.element.byteCount)
    guard !overflow, byteCount == bytes.count - start else {
      throw NpyArray.refusal("holds \(bytes.count - start) bytes of values", expected: "\(byteCount)")
    }
  }
}
