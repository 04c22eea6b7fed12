import Foundation
import Text

/// A file that grows under its final name, for logs that other programs watch while they are written.
///
/// Each write reaches the file at once, and the disk with `synchronize()`; a file that must be whole belongs in an
/// `AtomicFile`.
public struct AppendingFile: ~Copyable {
  /// The path as the user gave it.
  public let path: String
  private let operations: FileOperations
  private var descriptor: Int32 = -1

  /// Creates an empty file, replacing one that is there; a link is not followed.
  ///
  /// - Throws: `DataError` 65 when something else than a file stands there, 73 when the file cannot be made, or a
  ///   locked folder above it is in its place no more.
  public init(path: String, operations: FileOperations = .live) throws {
    self.path = path
    self.operations = operations
    try FinishedFiles.requireInPlace(above: path)
    try NodeKind.requireReplaceable(path)
    // Non-blocking: a pipe without a reader may have appeared meanwhile.
    descriptor = operations.open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o644)
    if descriptor < 0 { throw FinishedFiles.failure(errno, "creating it", at: path) }
  }

  deinit { if descriptor >= 0 { _ = operations.close(descriptor) } }

  /// Appends bytes.
  ///
  /// - Throws: `DataError` 74 when writing fails.
  public borrowing func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try operations.writeAll($0, to: descriptor, path: path) }
  }

  /// Waits until all that was written is on the disk.
  ///
  /// - Throws: `DataError` 74 when it cannot be, 73 when the file no longer has its name.
  public borrowing func synchronize() throws {
    let own = try FileIdentity(of: descriptor, path: path)
    guard try FileIdentity(at: path).map(own.isSameFile) ?? false else {
      throw DataError(
        .cannotCreate, file: path, "was removed or replaced while it was written", expected: "one run at a time",
        advice: "Run again when nothing else writes into the folder.")
    }
    if operations.fsync(descriptor) != 0 { throw FinishedFiles.failure(errno, "syncing it", at: path) }
  }
}
