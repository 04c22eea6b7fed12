import Foundation
package import Text

/// The system calls that writing depends on, as values, so that a test can make any one of them fail.
///
/// Each returns what the call returns, with `errno` set on failure; a call that a signal interrupts is retried.
public struct FileOperations: Sendable {
  /// `open(2)` with `O_CLOEXEC`.
  public var open: @Sendable (_ path: String, _ flags: Int32, _ mode: UInt32) -> Int32
  /// `write(2)`.
  public var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int
  /// `fsync(2)`.
  public var fsync: @Sendable (_ descriptor: Int32) -> Int32
  /// `close(2)`.
  public var close: @Sendable (_ descriptor: Int32) -> Int32
  /// `rename(2)`.
  public var rename: @Sendable (_ from: String, _ to: String) -> Int32
  /// `link(2)`: a second name; fails if the name is taken.
  public var link: @Sendable (_ from: String, _ to: String) -> Int32
  /// `unlink(2)`.
  public var unlink: @Sendable (_ path: String) -> Int32
  /// `mkdir(2)`.
  public var mkdir: @Sendable (_ path: String, _ mode: UInt32) -> Int32

  /// `fcntl(2)` with `F_SETLK`: an exclusive lock on the whole file, without waiting.
  public var lock: @Sendable (_ descriptor: Int32) -> Int32

  /// The real calls.
  public static let live = FileOperations(
    open: { path, flags, mode in uninterrupted { Foundation.open(path, flags | O_CLOEXEC, mode_t(mode)) } },
    write: { descriptor, bytes, count in uninterrupted { Foundation.write(descriptor, bytes, count) } },
    fsync: { descriptor in uninterrupted { Foundation.fsync(descriptor) } },
    // Not retried: an interrupted close has released the descriptor, and the file's contents were synced before.
    close: { Foundation.close($0) != 0 && errno != EINTR ? -1 : 0 },
    rename: { old, new in uninterrupted { Foundation.rename(old, new) } },
    link: { old, new in uninterrupted { Foundation.link(old, new) } },
    unlink: { path in uninterrupted { Foundation.unlink(path) } },
    mkdir: { path, mode in uninterrupted { Foundation.mkdir(path, mode_t(mode)) } },
    lock: { descriptor in
      if refusesLocks {
        errno = ENOLCK
        return -1
      }
      var range = flock()
      range.l_type = Int16(F_WRLCK)
      range.l_whence = Int16(SEEK_SET)
      return uninterrupted { fcntl(descriptor, F_SETLK, &range) }
    })

  /// The variable that, set to `refused`, treats every file system as one without locks: for tests, and for when a
  /// network lock service hangs.
  package static let locksVariable = "MSA_LOCKS"

  private static let refusesLocks = ProcessInfo.processInfo.environment[locksVariable] == "refused"

  /// Writes all bytes, in as many calls as it takes.
  ///
  /// - Throws: `DataError` 74 when one fails, or writes nothing.
  func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
    guard var cursor = bytes.baseAddress else { return }
    var left = bytes.count
    while left > 0 {
      let written = write(descriptor, cursor, left)
      if written <= 0 {
        // One that takes nothing would be asked for ever.
        let code = written == 0 ? EIO : errno
        if code == EINTR { continue }
        throw DataError.system(code, "writing it", file: path)
      }
      cursor += written
      left -= written
    }
  }
}

/// The text of an `errno` value, e.g. `No space left on device`.
public func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}

extension DataError {
  /// The error for a system call that failed with `errno` while something was being done to `file`.
  ///
  /// A place where nothing can be created maps to exit status 73, a lack of resources to 71, everything else to 74.
  package static func system(_ code: Int32, _ doing: String, file: String) -> DataError {
    switch code {
    case ENOSPC, EDQUOT:
      return DataError(
        .ioFailed, file: file, "the disk is full while \(doing)",
        advice: "Free some space; finished parts are kept.", goingOn: .init())
    case EACCES, EPERM, EROFS, ENOTDIR, ENOENT, EISDIR, ENAMETOOLONG, EEXIST, ENOTEMPTY, ELOOP:
      return DataError(
        .cannotCreate, file: file, "\(systemMessage(code)) while \(doing)",
        advice: advice(for: code, making: file))
    default:
      return DataError(
        isLack(code) ? .systemRefused : .ioFailed, file: file, "\(systemMessage(code)) while \(doing)",
        advice: advice(for: code))
    }
  }

  /// What can be done where nothing can be made or removed; which option names `file` is not known here.
  private static func advice(for code: Int32, making file: String) -> String {
    let folder = Folder.parent(of: file)
    return switch code {
    case ENOENT: "Make the folder \(folder), or write elsewhere."
    case ENOTDIR: "A part of \(folder) is a file: write elsewhere."
    case EROFS: "Write to another file system."
    case ENAMETOOLONG: "Choose a shorter name."
    case EEXIST, ENOTEMPTY, EISDIR, ELOOP: "Look at what is there, and remove it or write elsewhere."
    default: "Check the permissions of \(folder), or write elsewhere."
    }
  }
}
