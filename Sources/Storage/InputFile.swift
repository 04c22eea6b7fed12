import Foundation

/// A file opened for reading at positions; safe to use from many threads at once.
public final class InputFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The size in bytes when it was opened.
  public let byteCount: Int
  /// When its contents last changed, in nanoseconds since 1970; can be set to anything.
  public let modified: Int
  /// When its contents, name or permissions last changed, in nanoseconds since 1970; follows the clock.
  public let changed: Int
  private let descriptor: Int32

  /// Opens a regular file.
  ///
  /// - Throws: `DataError` 66 when it does not exist or is not a regular file.
  public convenience init(path: String) throws {
    // Without waiting: a pipe that nobody writes to would keep the program for ever before it is refused.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      throw DataError(.inputMissing, file: path, "cannot be opened: \(systemMessage(errno))", advice: "Check the path.")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DataError(.inputMissing, file: path, "is not a regular file", advice: "Give the path of a file.")
    }
    self.init(descriptor, path: path, status)
  }

  /// A file that is already open, e.g. a temporary file without a name; the descriptor is duplicated.
  ///
  /// - Parameter path: what error messages call it.
  /// - Throws: `DataError` 74 when the descriptor cannot be used.
  public convenience init(duplicating descriptor: Int32, path: String) throws {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    var status = stat()
    guard copy >= 0, fstat(copy, &status) == 0 else {
      let code = errno
      if copy >= 0 { close(copy) }
      throw DataError(.ioFailed, file: path, "cannot be opened: \(systemMessage(code))")
    }
    self.init(copy, path: path, status)
  }

  private init(_ descriptor: Int32, path: String, _ status: stat) {
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    changed = Int(status.st_ctim.tv_sec) * 1_000_000_000 + Int(status.st_ctim.tv_nsec)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: `DataError` 65 when the file ends before, 74 when the read fails.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))  // non-empty
      if count < 0 {
        if errno == EINTR { continue }
        throw DataError(.ioFailed, file: path, "\(systemMessage(errno)) while reading at byte \(offset + done)")
      }
      if count == 0 {
        throw DataError(
          .badData, file: path, "ends at byte \(offset + done)", expected: "\(offset + buffer.count) bytes at least",
          advice: "Download the file again.")
      }
      done += count
    }
  }

  /// The file mapped for reading; the mapping outlives the descriptor. `MAP_FAILED` with `errno` set on failure.
  func map() -> UnsafeMutableRawPointer? {
    mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
  }

  /// The whole file, refused above `limit` bytes.
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
