public import Storage

/// An indexed file, open for reading from many threads at once.
public final class HDF5File: Sendable {
  /// What is where in the file.
  public let index: HDF5Index
  /// The open file, as it was before it was indexed.
  public let file: InputFile
  private let scratch: InputFile?

  /// Opens the file of an index.
  ///
  /// - Throws: `DataError` 66 when it is gone, 75 when another one has taken its place since it was opened to be indexed.
  public init(index: HDF5Index) throws {
    self.index = index
    let now = try InputFile(path: index.path)
    file = index.opened ?? now
    // The process that indexes it opens it by its path too: what it saw is what is read here.
    if now.identity != file.identity, try !now.hasContents(of: file) {
      throw DataError(
        .notReady, file: index.path, "changed while it was opened", expected: "the same file all the time",
        advice: "Run again when nothing writes to it.")
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
