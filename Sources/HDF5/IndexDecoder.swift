import Text

/// Reads what `IndexEncoder` wrote, trusting nothing: the bytes may come from a process that a hostile file took over.
package struct IndexDecoder {
  private let bytes: [UInt8]
  private var position = 0

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Why a stream was refused.
  enum Failure: Error {
    /// The bytes are not an index.
    case malformed
    /// The index says what is wrong with the file.
    case file(DataError)
  }

  /// The index in `bytes`.
  ///
  /// - Throws: `DataError` as the file's index reports it, or 65 when the bytes are not an index or contradict the
  ///   file.
  package static func index(
    from bytes: [UInt8], path: String, byteCount: Int, scratch: ScratchFile, scratchByteCount: Int
  ) throws -> HDF5Index {
    var decoder = IndexDecoder(bytes: bytes)
    do {
      return try decoder.decode(path: path, byteCount: byteCount, scratch: scratch, scratchByteCount: scratchByteCount)
    } catch Failure.file(let error) {
      throw error.inFile(path)
    } catch Failure.malformed {
      throw DataError(
        .badData, file: path, "its index cannot be read (byte \(decoder.position) of \(bytes.count))",
        advice: HDF5Advice.harmful)
    }
  }

  private mutating func decode(
    path: String, byteCount: Int, scratch: ScratchFile, scratchByteCount: Int
  ) throws -> HDF5Index {
    let validation = IndexValidation(byteCount: byteCount, scratchByteCount: scratchByteCount)
    var groups: [String] = []
    var datasets: [(path: String, dataset: HDF5Dataset)] = []
    var attributes: [HDF5Attribute] = []
    var recordCount = 0
    while true {
      guard let record = IndexRecord(rawValue: try byte()) else { throw Failure.malformed }
      recordCount += 1
      switch record {
      case .group: groups.append(try text())
      case .dataset:
        let place = try text()
        let dataset = try self.dataset()
        do {
          try validation.check(dataset)
        } catch var error as DataError {
          error.place = place
          throw Failure.file(error)
        }
        datasets.append((place, dataset))
      case .attribute:
        attributes.append(HDF5Attribute(path: try text(), name: try text(), texts: try texts()))
      case .tick: break
      case .error: throw try fileFailure()
      case .end:
        guard try integer() == recordCount - 1, position == bytes.count else { throw Failure.malformed }
        groups.sortByBytes(\.self)
        datasets.sortByBytes(\.path)
        attributes.sort { ($0.path, $0.name) < ($1.path, $1.name) }
        return HDF5Index(
          path: path, byteCount: byteCount, groups: groups, datasets: datasets, attributes: attributes, scratch: scratch
        )
      }
    }
  }

  private mutating func fileFailure() throws -> Failure {
    guard let code = DataError.Code(rawValue: Int32(clamping: try integer())) else { throw Failure.malformed }
    var fields: [String?] = []
    for _ in 0..<4 {
      let isPresent = try byte() == 1
      let field = try text()
      fields.append(isPresent ? field : nil)
    }
    guard let problem = fields[1], position == bytes.count else { throw Failure.malformed }
    return .file(DataError(code, place: fields[0], problem, expected: fields[2], advice: fields[3]))
  }

  private mutating func dataset() throws -> HDF5Dataset {
    let type = try self.type()
    let shape = try self.shape()
    let storage: HDF5Storage
    switch try byte() {
    case 0: storage = .none
    case 1: storage = .contiguous(offset: try integer())
    case 2: storage = .scratch(offset: try integer())
    case 3: storage = .strings(try texts())
    case 4: storage = .chunked(try chunking())
    default: throw Failure.malformed
    }
    return HDF5Dataset(shape: shape, type: type, storage: storage)
  }

  private mutating func type() throws -> HDF5Type {
    switch try byte() {
    case 0:
      guard let number = HDF5Number(rawValue: try byte()) else { throw Failure.malformed }
      return .number(number, isBigEndian: try byte() == 1)
    case 1: return .string(byteCount: try integer())
    case 2: return .variableString
    case 3: return .other(try text())
    default: throw Failure.malformed
    }
  }

  private mutating func shape() throws -> [Int] {
    let rank = Int(try byte())
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(try integer()) }
    return shape
  }

  private mutating func chunking() throws -> HDF5Chunking {
    let shape = try self.shape()
    var filters: [HDF5Filter] = []
    for _ in 0..<(try byte()) {
      guard let filter = HDF5Filter(rawValue: try byte()) else { throw Failure.malformed }
      filters.append(filter)
    }
    let count = try self.count(ofBytes: 16)
    var chunks: [HDF5Chunk] = []
    chunks.reserveCapacity(count)
    for _ in 0..<count {
      chunks.append(
        HDF5Chunk(
          fileOffset: try integer(), byteCount: try number(UInt32.self), filterMask: try number(UInt32.self)))
    }
    return HDF5Chunking(shape: shape, filters: filters, chunks: chunks)
  }

  /// A count of things that take at least `size` bytes each, so that no more is reserved than the stream can contain.
  private mutating func count(ofBytes size: Int) throws -> Int {
    let count = try integer()
    guard count >= 0, count <= (bytes.count - position) / size else { throw Failure.malformed }
    return count
  }

  private mutating func texts() throws -> [String] {
    let count = try self.count(ofBytes: 4)
    var texts: [String] = []
    texts.reserveCapacity(count)
    for _ in 0..<count { texts.append(try text()) }
    return texts
  }

  private mutating func text() throws -> String {
    let count = Int(try number(UInt32.self))
    guard count <= bytes.count - position else { throw Failure.malformed }
    defer { position += count }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
      throw Failure.malformed
    }
    return text
  }

  private mutating func byte() throws -> UInt8 { try number(UInt8.self) }

  private mutating func integer() throws -> Int { Int(Int64(bitPattern: try number(UInt64.self))) }

  private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws -> Number {
    let size = MemoryLayout<Number>.size
    guard size <= bytes.count - position else { throw Failure.malformed }
    defer { position += size }
    return Number(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Number.self) })
  }
}
