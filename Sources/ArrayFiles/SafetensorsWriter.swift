public import Storage

/// Writes a safetensors file tensor by tensor, with its SHA-256 taken on the way.
///
/// The header goes first, so names, types and shapes are fixed at the start; data then come strictly in the header's
/// order, in pieces of any size. The file appears under its name at `commit()`; without one nothing is left behind.
public struct SafetensorsWriter: ~Copyable {
  /// The layout.
  public let header: SafetensorsHeader
  private var file: AtomicFile
  private var digest: SHA256
  /// Whether the digest is taken; without it `commit()` returns none that means anything.
  private let isHashed: Bool
  private var position = 0
  /// The tensor that is being written.
  private var current = 0

  /// Pieces are hashed and written while they are in the second-level cache.
  private static let pieceByteCount = 1 << 18

  /// Opens a temporary file beside `path` and writes the header.
  ///
  /// - Throws: `DataError` 73 when the file cannot be made, 74 when writing fails.
  public init(path: String, header: SafetensorsHeader, operations: FileOperations = .live) throws {
    try self.init(path: path, header: header, isHashed: true, operations: operations)
  }

  init(path: String, header: SafetensorsHeader, isHashed: Bool, operations: FileOperations) throws {
    var file = try AtomicFile(path: path, operations: operations)
    var digest = SHA256()
    let bytes = header.bytes
    bytes.withUnsafeBytes { digest.update($0) }
    try file.write(bytes)
    self.header = header
    self.file = file
    self.digest = digest
    self.isHashed = isHashed
  }

  /// Appends bytes to a tensor; earlier tensors must be complete.
  ///
  /// - Throws: `DataError` 70 when `tensor` is not due or the bytes exceed its size, 74 when writing fails.
  public mutating func append(_ bytes: UnsafeRawBufferPointer, to tensor: String) throws {
    while current < header.tensors.count, header.tensors[current].name != tensor,
      position == header.tensors[current].dataRange.upperBound
    {
      current += 1
    }
    guard current < header.tensors.count, header.tensors[current].name == tensor else {
      throw bug("\(tensor) is written out of order")
    }
    guard bytes.count <= header.tensors[current].dataRange.upperBound - position else {
      throw bug("\(tensor) gets more bytes than its shape has")
    }
    position += bytes.count
    try write(bytes)
  }

  /// Appends values in the machine's byte order, which is little-endian on every supported machine.
  public mutating func append<Element: BitwiseCopyable>(_ values: [Element], to tensor: String) throws {
    try values.withUnsafeBytes { try append($0, to: tensor) }
  }

  /// Makes the file durable under its name.
  ///
  /// - Returns: its size and SHA-256.
  /// - Throws: `DataError` 70 when a tensor is incomplete, 73 or 74 when the file cannot be finished.
  public consuming func commit() throws -> (byteCount: Int, sha256: String) {
    let missing = header.dataByteCount - position
    guard missing == 0 else { throw bug("\(missing) bytes were not written") }
    let byteCount = header.dataStart + position
    try file.commit()
    return (byteCount, digest.hexDigest())
  }

  private mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.pieceByteCount, bytes.count)
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      if isHashed { digest.update(piece) }
      try file.write(piece)
      start = end
    }
  }

  private borrowing func bug(_ problem: String) -> DataError {
    DataError(.internalBug, file: file.path, problem, advice: "Please report this as a bug.")
  }
}
