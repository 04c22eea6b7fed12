public import Files

/// Writes a tar file (POSIX ustar; pax headers only where a name or size needs them), compressed with gzip if asked.
///
/// The bytes depend on names and contents only: time 0, owner 0, mode 0644. The file appears under its name at `commit()`.
public struct TarWriter: ~Copyable {
  private let archive: OutputArchive

  /// Opens a temporary file beside `path`.
  ///
  /// - Throws: `DataError` 73 when the file cannot be made.
  public init(path: String, isCompressed: Bool = false, operations: FileOperations = .live) throws {
    archive = try OutputArchive(path: path, kind: .tar(isCompressed: isCompressed), operations: operations)
  }

  /// Adds a whole file; its name must be ASCII.
  ///
  /// - Throws: `DataError` 74 when writing fails, 70 when the name is not ASCII.
  public mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    try archive.begin(name, byteCount: bytes.count)
    try bytes.withUnsafeBytes { try archive.write($0) }
  }

  /// Makes the file durable under its name.
  ///
  /// - Throws: `DataError` 74 when writing fails.
  public consuming func commit() throws { try archive.commit() }
}

/// Writes a zip file whose entries are streamed, stored or deflated.
///
/// The bytes depend on names and contents only. The file appears under its name at `commit()`.
public struct ZipWriter: ~Copyable {
  private let archive: OutputArchive

  /// Opens a temporary file beside `path`.
  ///
  /// - Throws: `DataError` 73 when the file cannot be made.
  public init(path: String, compresses: Bool = false, operations: FileOperations = .live) throws {
    archive = try OutputArchive(path: path, kind: .zip(compresses: compresses), operations: operations)
  }

  /// Starts a file with an ASCII name and a known size; the one before must be complete.
  ///
  /// - Throws: `DataError` 74 when writing fails, 70 when the one before is
  ///   incomplete or the name is not ASCII.
  public mutating func begin(_ name: String, byteCount: Int) throws {
    try archive.begin(name, byteCount: byteCount)
  }

  /// Appends to the file that was begun.
  ///
  /// - Throws: `DataError` 74 when writing fails, 70 when it exceeds the size.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws { try archive.write(bytes) }

  /// Makes the file durable under its name.
  ///
  /// - Throws: `DataError` 74 when writing fails, 70 when the last file is incomplete.
  public consuming func commit() throws { try archive.commit() }
}
