import Storage

/// An indexed file, open for reading from many threads at once.
public final class HDF5File: Sendable {
  /// What is where in the file.
  public let index: HDF5Index
  private let file: InputFile
  private let scratch: InputFile?

  /// Opens the file of an index.
  ///
  /// - Throws: `DataError` 66 when it is gone, 65 when its size has changed since it was indexed.
  public init(index: HDF5Index) throws {
    self.index = index
    file = try InputFile(path: index.path)
    if file.byteCount != index.byteCount {
      throw DataError(
        .badData, file: index.path, "\(file.byteCount) bytes", expected: "\(index.byteCount) bytes as at the start",
        advice: "Something changed the file meanwhile: run the command again.")
    }
    scratch = try index.scratch.map { try InputFile(duplicating: $0.descriptor, path: index.path) }
  }

  /// Fills `buffer` with stored bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    try file.read(into: buffer, at: offset)
  }

  /// Fills `buffer` with bytes that libhdf5 decoded.
  func readScratch(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard let scratch else {
      throw DataError(.internalBug, file: index.path, "an index without a scratch file points into it")
    }
    try scratch.read(into: buffer, at: offset)
  }
}
