import CFileSystem
import Foundation
import Text

/// A file that appears under its final name only when it is complete and on disk.
///
/// Bytes go to a temporary file of its own in the same folder; `commit()` syncs it, renames it and syncs the folder. A
/// value that goes away without `commit()` removes its temporary file.
public struct AtomicFile: ~Copyable {
  /// The final name.
  public let path: String
  private let temporaryPath: String
  private let operations: FileOperations
  private let isDurable: Bool
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var writtenBytes = 0
  /// How many of them are being written to disk.
  private var startedBytes = 0

  /// Bytes that are sent to disk together while more are produced, so that the final sync has little to wait for.
  private static let startedTogether = 2 << 20

  /// Bytes gathered before a system call; large writes bypass the buffer.
  private static let bufferSize = 1 << 16

  /// Names of unfinished files start with a dot and end with this (see `TemporaryName`).
  public static let temporarySuffix = TemporaryName.suffix

  /// Opens a temporary file beside `path`; nothing that is already there is opened or followed.
  ///
  /// - Parameter isDurable: `false` leaves out both syncs, for files that a restart checks by digest.
  /// - Throws: `DataError` 65 when something else than a file stands at `path`, 73 when the file cannot be made, or a locked
  ///   folder above it is in its place no more, 74 when writing fails.
  public init(path: String, isDurable: Bool = true, operations: FileOperations = .live) throws {
    self.path = path
    self.operations = operations
    self.isDurable = isDurable
    temporaryPath = TemporaryName.path(besides: path)
    descriptor = -1
    try FinishedFiles.requireInPlace(above: path)
    try NodeKind.requireReplaceable(path)
    descriptor = operations.open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
    if descriptor < 0 { throw FinishedFiles.failure(errno, "creating it", at: path) }
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    if descriptor >= 0 {
      _ = operations.close(descriptor)
      _ = operations.unlink(temporaryPath)
    }
  }

  /// Appends bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try operations.writeAll(bytes, to: descriptor, path: path)
    } else {
      buffer.append(contentsOf: bytes)
    }
    writtenBytes += bytes.count
    if isDurable, writtenBytes - startedBytes >= Self.startedTogether { startWriting() }
  }

  /// Appends bytes.
  public mutating func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends text as UTF-8.
  public mutating func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// Syncs, renames to the final name and syncs the folder.
  ///
  /// - Throws: `DataError` 73 when a locked folder above it is in its place no more, 74 when a call fails.
  public consuming func commit() throws {
    let path = self.path
    try commit(as: path)
  }

  /// Does the same under a name that was not known in advance, in the same folder.
  package consuming func commit(as path: String) throws {
    try flush()
    if isDurable, operations.fsync(descriptor) != 0 { throw FinishedFiles.failure(errno, "syncing it", at: path) }
    try FinishedFiles.requireInPlace(above: path)
    let identity = FinishedFiles.isRecorded(path) ? try FileIdentity(of: descriptor, path: path) : nil
    let closing = operations.close(descriptor)
    let closeError = errno
    descriptor = -1
    if closing != 0 {
      _ = operations.unlink(temporaryPath)
      throw FinishedFiles.failure(closeError, "closing it", at: path)
    }
    if try !placeAlone(as: path), operations.rename(temporaryPath, path) != 0 {
      let code = errno
      _ = operations.unlink(temporaryPath)
      throw FinishedFiles.failure(code, "renaming it", at: path)
    }
    if let identity { FinishedFiles.add(path, identity) }
    if isDurable { try Self.syncFolder(Folder.parent(of: path), operations: operations) }
  }

  /// Gives the file its name if nothing may be replaced: in a folder that another run may be writing too.
  ///
  /// - Returns: whether it has its name; false if something may be replaced, or the file system has no hard links.
  /// - Throws: `DataError` 73 when something is there.
  private borrowing func placeAlone(as path: String) throws -> Bool {
    guard try FinishedFiles.isReserved(path) else { return false }
    if operations.link(temporaryPath, path) == 0 {
      _ = operations.unlink(temporaryPath)
      return true
    }
    if errno != EEXIST { return false }
    _ = operations.unlink(temporaryPath)
    throw DataError(
      .cannotCreate, file: path, "another run wrote into this folder at the same time", expected: "one run at a time",
      advice: "Wait until the other run has ended, then run again.")
  }

  /// Writes a whole small file atomically.
  public static func write(_ text: String, to path: String, operations: FileOperations = .live) throws {
    var file = try AtomicFile(path: path, operations: operations)
    try file.write(text)
    try file.commit()
  }

  /// Syncs a finished file that a C library wrote at `temporaryPath`, gives it its final name and syncs the folder.
  ///
  /// The temporary file is gone afterwards, whatever happens.
  public static func adopt(_ temporaryPath: String, as path: String, operations: FileOperations = .live) throws {
    do {
      try FinishedFiles.requireInPlace(above: path)
      try NodeKind.requireReplaceable(path)
    } catch {
      _ = operations.unlink(temporaryPath)
      throw error
    }
    let descriptor = operations.open(temporaryPath, O_RDONLY | O_NOFOLLOW, 0)
    if descriptor < 0 { throw FinishedFiles.failure(errno, "opening it again", at: path) }
    let syncing = operations.fsync(descriptor)
    let syncError = errno
    _ = operations.close(descriptor)
    if syncing != 0 || operations.rename(temporaryPath, path) != 0 {
      let code = syncing != 0 ? syncError : errno
      _ = operations.unlink(temporaryPath)
      throw FinishedFiles.failure(code, syncing != 0 ? "syncing it" : "renaming it", at: path)
    }
    try syncFolder(Folder.parent(of: path), operations: operations)
  }

  /// Makes a folder's entries durable.
  public static func syncFolder(_ path: String, operations: FileOperations = .live) throws {
    let folder = operations.open(path, O_RDONLY | O_DIRECTORY, 0)
    if folder < 0 { throw FinishedFiles.failure(errno, "opening the folder", at: path) }
    let result = operations.fsync(folder)
    let code = errno
    _ = operations.close(folder)
    // Some network file systems cannot sync a folder; they order renames themselves.
    if result != 0, code != EINVAL { throw FinishedFiles.failure(code, "syncing the folder", at: path) }
  }

  private mutating func flush() throws {
    if buffer.isEmpty { return }
    try buffer.withUnsafeBytes { try operations.writeAll($0, to: descriptor, path: path) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Only a hint: if it fails, the final sync does all the work.
  private mutating func startWriting() {
    #if os(Linux)
      _ = sync_file_range(
        descriptor, off_t(startedBytes), off_t(writtenBytes - startedBytes), msa_SYNC_FILE_RANGE_WRITE)
    #endif
    startedBytes = writtenBytes
  }
}
