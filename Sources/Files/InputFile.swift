import Foundation
import Text

/// A file opened for reading at positions; safe to use from many threads at once.
public final class InputFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The size in bytes when it was opened.
  public let byteCount: Int
  /// When its contents last changed, in nanoseconds since 1970; can be set to any value.
  public let modified: Int
  /// When its contents, name or permissions last changed, in nanoseconds since 1970; follows the clock.
  public let changed: Int
  /// Tells whether the file at this path is still the one that was opened; for this run only, never recorded.
  package let identity: FileIdentity
  private let descriptor: Int32
  private let operations: ReadOperations

  /// Opens a regular file.
  ///
  /// - Throws: `DataError` 66 when it does not exist, 65 when it is a folder, a pipe, a socket or a device; 71 when the
  ///   system runs out of descriptors or memory, 74 when it cannot be opened for another reason.
  public convenience init(path: String) throws {
    let operations = ReadOperations.forReading(path)
    var descriptor: Int32
    repeat { descriptor = operations.open(path) } while descriptor < 0 && errno == EINTR
    if descriptor < 0 {
      let code = errno
      // A socket cannot be opened at all, nor a device without its driver.
      if let kind = try NodeKind.at(path), kind != .file { throw kind.refusal(of: path) }
      throw DataError.unreadable(code, file: path, "cannot be opened: \(systemMessage(code))")
    }
    var status = stat()
    do {
      if operations.status(descriptor, &status) != 0 {
        let code = errno
        throw DataError.unreadable(code, file: path, "cannot be examined: \(systemMessage(code))")
      }
      try Self.requireFile(descriptor, status, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.init(descriptor, path: path, status, operations)
  }

  /// A file that is already open, e.g. a temporary file without a name; the descriptor is duplicated.
  ///
  /// - Parameter path: what error messages call it.
  /// - Throws: `DataError` 71 when there is no further descriptor, 74 when this one cannot be used.
  public convenience init(duplicating descriptor: Int32, path: String) throws {
    let copy = uninterrupted { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    var status = stat()
    guard copy >= 0, fstat(copy, &status) == 0 else {
      let code = errno
      if copy >= 0 { close(copy) }
      throw DataError.unreadable(code, file: path, "cannot be opened: \(systemMessage(code))")
    }
    self.init(copy, path: path, status, .forReading(path))
  }

  private init(_ descriptor: Int32, path: String, _ status: stat, _ operations: ReadOperations) {
    self.path = path
    self.operations = operations
    self.descriptor = descriptor
    identity = FileIdentity(status)
    byteCount = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    changed = Int(status.st_ctim.tv_sec) * 1_000_000_000 + Int(status.st_ctim.tv_nsec)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: `DataError` 65 when the file ends too early; 74 when the read fails, or 71 for lack of memory.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let base = buffer.baseAddress!  // non-empty
      let count = operations.read(descriptor, base + done, buffer.count - done, offset + done)
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw DataError.unreadable(
          code, file: path, "\(systemMessage(code)) while reading at byte \(offset + done)")
      }
      if count == 0 {
        throw DataError(
          .badData, file: path, "ends at byte \(offset + done)", expected: "at least \(offset + buffer.count) bytes",
          advice: "Download the file again.")
      }
      done += count
    }
  }

  /// A path to what was opened, whatever the original path leads to by now, for libraries that open files themselves.
  /// Valid as long as this object lives; the path itself if the system has no such paths.
  package var descriptorPath: String {
    let name = "/dev/fd/\(descriptor)"
    return access(name, R_OK) == 0 ? name : path
  }

  /// Whether another open file holds the same bytes.
  ///
  /// - Throws: `DataError` 65 when one of them was truncated meanwhile, 74 when a read fails.
  package func hasContents(of other: InputFile) throws -> Bool {
    guard byteCount == other.byteCount else { return false }
    var pieces = [
      [UInt8](repeating: 0, count: Self.comparedByteCount), [UInt8](repeating: 0, count: Self.comparedByteCount),
    ]
    var offset = 0
    while offset < byteCount {
      let count = min(Self.comparedByteCount, byteCount - offset)
      for (number, file) in [self, other].enumerated() {
        try pieces[number].withUnsafeMutableBytes {
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), at: offset)
        }
      }
      if pieces[0][..<count] != pieces[1][..<count] { return false }
      offset += count
    }
    return true
  }

  private static let comparedByteCount = 1 << 18

  /// The file mapped for reading; the mapping outlives the descriptor. `MAP_FAILED` with `errno` set on failure.
  func map() -> UnsafeMutableRawPointer? {
    operations.map(descriptor, byteCount)
  }

  /// The whole file; refused above `limit` bytes.
  ///
  /// - Throws: `DataError` 65 when the file is larger.
  public static func contents(of path: String, limit: Int) throws -> [UInt8] {
    let file = try InputFile(path: path)
    if file.byteCount > limit {
      throw DataError(.badData, file: path, "\(file.byteCount) bytes", expected: "at most \(limit) bytes")
    }
    return try [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, count in
      try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      count = file.byteCount
    }
  }
}

extension InputFile {
  /// Refuses an open descriptor of anything but a file with its own contents, and makes later reads blocking.
  ///
  /// The path may lead elsewhere by now: what was opened counts.
  ///
  /// - Parameter status: the status of the descriptor, which was opened with `O_NONBLOCK`.
  /// - Throws: `DataError` 65 for another kind, 71 or 74 when it cannot be looked at.
  static func requireFile(_ descriptor: Int32, _ status: stat, path: String) throws {
    let kind = NodeKind(status)
    if kind != .file { throw kind.refusal(of: path) }
    if status.st_size == 0 { try requireEmpty(descriptor, path: path) }
    let flags = uninterrupted { fcntl(descriptor, F_GETFL) }
    if flags < 0 || uninterrupted({ fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }) != 0 {
      let code = errno
      throw DataError.unreadable(code, file: path, "cannot be set to wait for its contents: \(systemMessage(code))")
    }
  }

  /// Files in `/proc` claim to be empty, and are generated by each read.
  private static func requireEmpty(_ descriptor: Int32, path: String) throws {
    var byte: UInt8 = 0
    var count = 0
    repeat { count = pread(descriptor, &byte, 1, 0) } while count < 0 && errno == EINTR
    if count == 0 { return }
    let code = errno
    if count < 0, code != EAGAIN {
      throw DataError.unreadable(code, file: path, "\(systemMessage(code)) while reading at byte 0")
    }
    throw DataError(
      .badData, file: path, "is made by the system while it is read, and has no size", expected: "a file",
      advice: "Copy its contents into a file, and give that.")
  }
}
