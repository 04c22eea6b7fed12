public import Files
import Text

/// Finds out the layout of HDF5 files.
///
/// libhdf5 was not written for hostile files: some crash it, some keep it busy forever. Unless told otherwise, it runs
/// in a separate process for each file, and such a file becomes one clear error.
public struct HDF5Indexer: Sendable {
  /// Where the process that indexes a file comes from.
  enum Origin: Sendable {
    /// A program that calls `HDF5IndexChild.main` when its arguments are `__index-hdf5 PATH`.
    case program(String)
    /// This process forks: quick, but only while it has no other thread at work.
    case fork
  }

  /// Nil indexes in this process.
  private let origin: Origin?
  /// Seconds without a sign of life after which a child is abandoned.
  var patience = 60.0
  /// Bytes of an index after which a child is abandoned.
  var byteLimit = HDF5Limits.indexByteCount

  /// - Parameter childExecutable: the program to run for each file; nil indexes in this process.
  public init(childExecutable: String?) {
    origin = childExecutable.map { .program($0) }
  }

  private init(origin: Origin) { self.origin = origin }

  /// Indexes each file in a copy of this process. `start` may then be called only while no other thread is at work.
  public static let forking = HDF5Indexer(origin: .fork)

  /// Indexes a file.
  ///
  /// - Throws: `DataError` 66 when the file cannot be opened; 65 when it is not an HDF5 file, is damaged, or asks for
  ///   something that is refused (links to other files, sizes that the file cannot pay for); 73 or 74 when a temporary
  ///   file cannot be made or written; 130 when the user interrupts.
  public func index(_ path: String) throws -> HDF5Index { try start(path).finish() }

  /// Starts indexing a file, so that several files can be indexed at once.
  ///
  /// - Parameter kinds: kinds of files that are HDF5 with something in front.
  /// - Throws: `DataError` 66 when the file cannot be opened, 65 when it is of another known kind, 70 or 73 when the work
  ///   cannot be started.
  public func start(_ path: String, alsoOf kinds: Set<FileKind> = []) throws -> HDF5Indexing {
    let file = try InputFile(path: path)
    let kind = try FileKind(of: file)
    // A file of no known kind is left to libhdf5.
    if kind != .hdf5, kind != .unknown, !kinds.contains(kind) {
      throw kind.refusal(of: path, expected: "an HDF5 file, as a .csd file is")
    }
    let scratch = try ScratchFile()
    let child = try origin.map {
      try IndexChildProcess($0, path: path, scratch: scratch, patience: patience, byteLimit: byteLimit)
    }
    return HDF5Indexing(path: path, file: file, scratch: scratch, child: child)
  }
}

/// Indexing in progress. Without `finish()` the work is stopped when the value goes away.
public struct HDF5Indexing: Sendable {
  /// The file that is indexed.
  public let path: String
  /// The file as it was before the work began.
  let file: InputFile
  let scratch: ScratchFile
  /// Nil if the work is done in this process, by `finish()`.
  let child: IndexChildProcess?

  /// Waits for the index; call once. May be called from any thread.
  ///
  /// - Throws: as `HDF5Indexer.index`.
  public func finish() throws -> HDF5Index {
    let bytes: [UInt8]
    let byteCount = file.byteCount
    if let child {
      bytes = try child.gathered()
    } else {
      var gathered: [UInt8] = []
      try IndexBuilder.build(path: path, byteCount: byteCount, scratchDescriptor: scratch.descriptor) { gathered += $0 }
      bytes = gathered
    }
    let scratchByteCount = try InputFile(duplicating: scratch.descriptor, path: path).byteCount
    var index = try IndexDecoder.index(
      from: bytes, path: path, byteCount: byteCount, scratch: scratch, scratchByteCount: scratchByteCount)
    index.opened = file
    return index
  }
}

/// Writes the index of a file as a stream of bytes.
package enum IndexBuilder {
  /// Indexes a file through libhdf5; what is wrong with the file becomes the end of the stream.
  ///
  /// - Throws: what `emit` throws.
  package static func build(
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
