import Text

extension SafetensorsHeader {
  /// The length of the JSON text that a file's first eight bytes give, checked against the cap and the file.
  ///
  /// - Parameters:
  ///   - prefix: the first bytes of the file, eight or more.
  ///   - fileByteCount: the size of the whole file.
  public static func jsonByteCount(
    prefix: UnsafeRawBufferPointer, fileByteCount: Int
  ) throws(SafetensorsError) -> Int {
    guard prefix.count >= lengthByteCount, fileByteCount >= lengthByteCount else {
      throw .tooShort(byteCount: min(prefix.count, fileByteCount))
    }
    let length = UInt64(littleEndian: prefix.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(maximalByteCount) else { throw .headerTooLong(byteCount: length) }
    let count = Int(length)
    guard count <= fileByteCount - lengthByteCount else {
      throw .headerTruncated(byteCount: count, fileByteCount: fileByteCount)
    }
    return count
  }

  /// Reads and checks the header of a file.
  ///
  /// - Parameters:
  ///   - bytes: the file from its start, at least up to the end of the header.
  ///   - fileByteCount: the size of the whole file.
  public init(parsing bytes: UnsafeRawBufferPointer, fileByteCount: Int) throws(SafetensorsError) {
    let jsonByteCount = try Self.jsonByteCount(prefix: bytes, fileByteCount: fileByteCount)
    let dataStart = Self.lengthByteCount + jsonByteCount
    guard bytes.count >= dataStart else {
      throw .headerTruncated(byteCount: jsonByteCount, fileByteCount: bytes.count)
    }
    let members = try Self.members(of: bytes[Self.lengthByteCount..<dataStart])
    var tensors: [TensorEntry] = []
    for (name, value) in members where name != Self.metadataKey {
      tensors.append(try TensorEntry(name: name, json: value))
    }
    // Empty tensors share their start with the next one; the name makes the order the same on every run.
    tensors.sort {
      ($0.dataRange.lowerBound, $0.dataRange.upperBound, $0.name)
        < ($1.dataRange.lowerBound, $1.dataRange.upperBound, $1.name)
    }
    try Self.checkLayout(tensors, dataStart: dataStart, dataByteCount: fileByteCount - dataStart)
    self.init(tensors: tensors, metadata: try Self.metadata(of: members[Self.metadataKey]), dataStart: dataStart)
  }

  private static func members(
    of text: Slice<UnsafeRawBufferPointer>
  ) throws(SafetensorsError) -> [String: JSONValue] {
    // The reference implementation requires the brace first, so no blank or byte order mark may precede it.
    guard text.first == UInt8(ascii: "{") else { throw .malformedJSON("it does not start with {") }
    guard String(validating: text, as: UTF8.self) != nil else { throw .notUTF8 }
    let document: JSONValue
    do {
      document = try JSONValue(parsing: text)
    } catch {
      if case .duplicateKey(let key) = error { throw .duplicateKey(key) }
      throw .malformedJSON(error.description)
    }
    return document.members ?? [:]  // it starts with a brace
  }

  private static func metadata(of value: JSONValue?) throws(SafetensorsError) -> [String: String] {
    guard let value else { return [:] }
    guard let members = value.members else { throw .malformedMetadata }
    let texts = members.compactMapValues(\.text)
    guard texts.count == members.count else { throw .malformedMetadata }
    return texts
  }

  private static func checkLayout(
    _ tensors: [TensorEntry], dataStart: Int, dataByteCount: Int
  ) throws(SafetensorsError) {
    var end = 0
    for tensor in tensors {
      let start = tensor.dataRange.lowerBound
      guard start == end else { throw .holeOrOverlap(name: tensor.name, offset: start, expected: end) }
      end = tensor.dataRange.upperBound
      guard end <= dataByteCount else { throw .wrongDataEnd(end: end, dataByteCount: dataByteCount) }
      guard (dataStart + start) % tensor.type.byteCount == 0 else {
        throw .unaligned(name: tensor.name, offset: dataStart + start)
      }
    }
    guard end == dataByteCount else { throw .wrongDataEnd(end: end, dataByteCount: dataByteCount) }
  }
}

extension TensorEntry {
  /// Reads a tensor's description: exactly the three keys.
  fileprivate init(name: String, json: JSONValue) throws(SafetensorsError) {
    guard let members = json.members, members.count == 3, let typeName = members["dtype"]?.text,
      let dimensions = members["shape"]?.elements, let offsets = members["data_offsets"]?.elements
    else { throw .malformedTensor(name: name) }
    guard let type = TensorType(rawValue: typeName) else { throw .unknownType(name: name, type: typeName) }
    let shape = dimensions.compactMap(\.intValue)
    let bounds = offsets.compactMap(\.intValue)
    guard shape.count == dimensions.count, bounds.count == 2, offsets.count == 2, bounds[0] >= 0, bounds[1] >= bounds[0]
    else { throw .malformedTensor(name: name) }
    var byteCount = type.byteCount
    for dimension in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else { throw .shapeTooLarge(name: name) }
      byteCount = product
    }
    let found = bounds[1] - bounds[0]
    guard found == byteCount else { throw .wrongByteCount(name: name, found: found, expected: byteCount) }
    self.init(name: name, type: type, shape: shape, dataRange: bounds[0]..<bounds[1])
  }
}
