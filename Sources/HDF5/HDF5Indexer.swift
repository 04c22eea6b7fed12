import Storage

/// Finds out what is where in HDF5 files.
///
/// libhdf5 was not written for hostile files: some crash it, some keep it busy for ever. With a `childExecutable` it
/// runs in a process of its own, one for each file, and such a file becomes one clear error.
public struct HDF5Indexer: Sendable {
  /// The program that is run to index a file: with the arguments `__index-hdf5 PATH` it must call
  /// `HDF5IndexChild.main`. Nil indexes in this process.
  public let childExecutable: String?
  /// Seconds without a sign of life after which a child is given up.
  var patience = 60.0
  /// Bytes of an index after which a child is given up.
  var byteLimit = HDF5Limits.indexByteCount

  /// - Parameter childExecutable: usually the running program itself.
  public init(childExecutable: String?) {
    self.childExecutable = childExecutable
  }

  /// Indexes a file. May be called from several threads at once.
  ///
  /// - Throws: `DataError` 66 when the file cannot be opened; 65 when it is no HDF5 file, is damaged, or asks for
  ///   something that is refused (links to other files, sizes that the file cannot pay for); 73 or 74 when a temporary
  ///   file cannot be made or written; 130 when the user interrupts.
  public func index(_ path: String) throws -> HDF5Index {
    let file = try InputFile(path: path)
    let scratch = try ScratchFile()
    let bytes: [UInt8]
    if let childExecutable {
      let child = IndexChildProcess(
        executable: childExecutable, path: path, scratch: scratch, patience: patience, byteLimit: byteLimit)
      bytes = try child.run()
    } else {
      var gathered: [UInt8] = []
      try IndexBuilder.build(path: path, byteCount: file.byteCount, scratchDescriptor: scratch.descriptor) {
        gathered += $0
      }
      bytes = gathered
    }
    let scratchByteCount = try InputFile(duplicating: scratch.descriptor, path: path).byteCount
    return try IndexDecoder.index(
      from: bytes, path: path, byteCount: file.byteCount, scratch: scratch, scratchByteCount: scratchByteCount)
  }
}

/// Writes the index of a file as a stream of bytes.
enum IndexBuilder {
  /// Indexes a file through libhdf5; what is wrong with the file becomes the end of the stream.
  ///
  /// - Throws: what `emit` throws.
  static func build(
    path: String, byteCount: Int, scratchDescriptor: Int32, emit: @escaping ([UInt8]) throws -> Void
  ) throws {
    do {
      let walker = try IndexWalker(
        path: path, byteCount: byteCount, scratchDescriptor: scratchDescriptor, encoder: IndexEncoder(emit: emit))
      try walker.walk()
    } catch let error as DataError {
      var encoder = IndexEncoder(emit: emit)
      try encoder.fail(error)
    }
  }
}
