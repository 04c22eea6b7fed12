import Digests
public import Files
import Text

/// Writes a safetensors file tensor by tensor, computing a digest of its bytes on the way.
///
/// The header goes first, so names, types and shapes are fixed at the start; data then come strictly in the header's
/// order, in pieces of any size. The file appears under its name at `commit()`; without one nothing is left behind.
public struct SafetensorsWriter: ~Copyable {
  /// The digest of a file's bytes.
  public enum Digest: Sendable {
    case sha256
    /// XXH3-128: tells a whole file from a torn one, but is not cryptographic.
    case xxh3
    /// Nothing; the digest that is returned is empty.
    case none
  }

  /// The layout.
  public let header: SafetensorsHeader
  private var file: AtomicFile
  private var digest: RunningDigest
  private var position = 0
  /// The tensor that is being written.
  private var current = 0

  /// Pieces are hashed and written while they are in the L2 cache.
  private static let pieceByteCount = 1 << 18

  /// Opens a temporary file beside `path` and writes the header.
  ///
  /// - Parameter isDurable: `false` for a file that a restart checks by its digest (see `AtomicFile`).
  /// - Throws: `DataError` 73 when the file cannot be made, 74 when writing fails.
  public init(
    path: String, header: SafetensorsHeader, digest: Digest = .sha256, isDurable: Bool = true,
    operations: FileOperations = .live
  ) throws {
    var file = try AtomicFile(path: path, isDurable: isDurable, operations: operations)
    var running = RunningDigest(digest)
    let bytes = header.bytes
    bytes.withUnsafeBytes { running.update($0) }
    try file.write(bytes)
    self.header = header
    self.file = file
    self.digest = running
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
  /// - Returns: its size and digest.
  /// - Throws: `DataError` 70 when a tensor is incomplete, 73 or 74 when the file cannot be finished.
  public consuming func commit() throws -> (byteCount: Int, digest: String) {
    try requireComplete()
    let byteCount = header.dataStart + position
    try file.commit()
    return (byteCount, digest.hexDigest())
  }

  /// Does the same under a name that depends on the digest, in the same folder.
  ///
  /// - Returns: the path.
  package consuming func commit(as path: (_ digest: String) -> String) throws -> String {
    try requireComplete()
    let path = path(digest.hexDigest())
    try file.commit(as: path)
    return path
  }

  private borrowing func requireComplete() throws {
    let missing = header.dataByteCount - position
    guard missing == 0 else { throw bug("\(missing) bytes were not written") }
  }

  private mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.pieceByteCount, bytes.count)
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      digest.update(piece)
      try file.write(piece)
      start = end
    }
  }

  private borrowing func bug(_ problem: String) -> DataError {
    DataError(.internalBug, file: file.path, problem, advice: "Please report this as a bug.")
  }
}

/// The digest of the bytes so far.
private struct RunningDigest: ~Copyable {
  private let kind: SafetensorsWriter.Digest
  private var sha256 = SHA256()
  private var fingerprint = Fingerprint()

  init(_ kind: SafetensorsWriter.Digest) { self.kind = kind }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch kind {
    case .sha256: sha256.update(bytes)
    case .xxh3: fingerprint.update(bytes)
    case .none: break
    }
  }

  consuming func hexDigest() -> String {
    switch kind {
    case .sha256: sha256.hexDigest()
    case .xxh3: fingerprint.hexDigest()
    case .none: ""
    }
  }
}
