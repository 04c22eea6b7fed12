import Text

/// Writes an index as a stream of little-endian records, in the order in which they are found.
///
/// A record is a kind byte and its fields; a text is its length in four bytes and UTF-8. The stream is only valid when
/// it ends with `IndexRecord.end` or `IndexRecord.error`.
struct IndexEncoder: ~Copyable {
  private var bytes: [UInt8] = []
  private var recordCount = 0
  private let emit: ([UInt8]) throws -> Void

  /// Bytes gathered before they are handed on; few, so that slow disks do not look like a hang.
  private static let pieceByteCount = 1 << 13

  /// - Parameter emit: gets the stream piece by piece.
  init(emit: @escaping ([UInt8]) throws -> Void) {
    self.emit = emit
    bytes.reserveCapacity(2 * Self.pieceByteCount)
  }

  /// Adds a group.
  mutating func group(_ path: String) throws {
    record(.group)
    text(path)
    try emitIfLarge()
  }

  /// Adds a dataset.
  mutating func dataset(_ dataset: HDF5Dataset, at path: String) throws {
    record(.dataset)
    text(path)
    type(dataset.type)
    shape(dataset.shape)
    switch dataset.storage {
    case .none: byte(0)
    case .contiguous(let offset):
      byte(1)
      integer(offset)
    case .scratch(let offset):
      byte(2)
      integer(offset)
    case .strings(let strings):
      byte(3)
      integer(strings.count)
      for string in strings { text(string) }
    case .chunked(let chunking):
      byte(4)
      self.chunking(chunking)
    }
    try emitIfLarge()
  }

  /// Adds an attribute.
  mutating func attribute(_ attribute: HDF5Attribute) throws {
    record(.attribute)
    text(attribute.path)
    text(attribute.name)
    integer(attribute.texts.count)
    for value in attribute.texts { text(value) }
    try emitIfLarge()
  }

  /// Signals that work continues, and passes on what there is.
  mutating func tick() throws {
    record(.tick)
    try emitAll()
  }

  /// Ends the stream.
  mutating func finish() throws {
    integer(recordCount, after: .end)
    try emitAll()
  }

  /// Ends the stream with the error of the file.
  mutating func fail(_ error: DataError) throws {
    integer(Int(error.code.rawValue), after: .error)
    for field in [error.place, error.problem, error.expected, error.advice] {
      byte(field == nil ? 0 : 1)
      text(field ?? "")
    }
    try emitAll()
  }

  private mutating func type(_ type: HDF5Type) {
    switch type {
    case .number(let number, let isBigEndian):
      byte(0)
      byte(number.rawValue)
      byte(isBigEndian ? 1 : 0)
    case .string(let byteCount):
      byte(1)
      integer(byteCount)
    case .variableString: byte(2)
    case .other(let name):
      byte(3)
      text(name)
    }
  }

  private mutating func shape(_ shape: [Int]) {
    byte(UInt8(shape.count))  // HDF5Limits.rank is far below 255
    for extent in shape { integer(extent) }
  }

  private mutating func chunking(_ chunking: HDF5Chunking) {
    shape(chunking.shape)
    byte(UInt8(chunking.filters.count))  // each filter at most once
    for filter in chunking.filters { byte(filter.rawValue) }
    integer(chunking.chunks.count)
    for chunk in chunking.chunks {
      integer(chunk.fileOffset)
      append(chunk.byteCount)
      append(chunk.filterMask)
    }
  }

  private mutating func record(_ record: IndexRecord) {
    recordCount += 1
    byte(record.rawValue)
  }

  private mutating func integer(_ value: Int, after record: IndexRecord) {
    byte(record.rawValue)
    integer(value)
  }

  private mutating func byte(_ value: UInt8) { bytes.append(value) }

  private mutating func integer(_ value: Int) { append(UInt64(bitPattern: Int64(value))) }

  private mutating func text(_ text: String) {
    append(UInt32(text.utf8.count))  // names and metadata are capped far below 4 GiB
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func emitIfLarge() throws {
    if bytes.count >= Self.pieceByteCount { try emitAll() }
  }

  private mutating func emitAll() throws {
    try emit(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}

/// The kinds of record in an index stream.
enum IndexRecord: UInt8 {
  case group, dataset, tick, end, error, attribute
}
