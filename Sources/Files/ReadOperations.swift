package import Foundation
import Synchronization
package import Text

/// The system calls that reading depends on, as values, so that a test can make any one of them fail.
///
/// Each returns what the call returns, with `errno` set on failure; a call that a signal interrupts is retried by the
/// caller.
package struct ReadOperations: Sendable {
  /// `open(2)` for reading, with `O_CLOEXEC` and non-blocking: a pipe that nobody writes to would otherwise block the
  /// program forever before it is refused.
  package var open: @Sendable (_ path: String) -> Int32
  /// `fstat(2)`.
  package var status: @Sendable (_ descriptor: Int32, _ status: inout stat) -> Int32
  /// `pread(2)`.
  package var read:
    @Sendable (_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int, _ offset: Int) -> Int
  /// `mmap(2)` of the first bytes, for reading; `MAP_FAILED` on failure.
  package var map: @Sendable (_ descriptor: Int32, _ count: Int) -> UnsafeMutableRawPointer?
  /// `stat(2)` or `lstat(2)`.
  package var statusAtPath: @Sendable (_ path: String, _ followsLinks: Bool, _ status: inout stat) -> Int32
  /// `opendir(3)`.
  package var openFolder: @Sendable (_ path: String) -> OpaquePointer?
  /// `readdir(3)`; nil at the end, with `errno` 0.
  package var nextEntry: @Sendable (_ folder: OpaquePointer) -> UnsafeMutablePointer<dirent>?

  /// The real calls.
  package static let live = ReadOperations(
    open: { Foundation.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) },
    status: { fstat($0, &$1) },
    read: { pread($0, $1, $2, off_t($3)) },
    map: { mmap(nil, $1, PROT_READ, MAP_PRIVATE, $0, 0) },
    statusAtPath: { $1 ? stat($0, &$2) : lstat($0, &$2) },
    openFolder: { opendir($0) },
    nextEntry: {
      errno = 0
      return readdir($0)
    })

  private static let hasSubstitutes = Atomic<Bool>(false)
  private static let substitutes = Mutex<[String: ReadOperations]>([:])

  /// The calls a file is read with: the real ones, except within `substituted(at:_:)`.
  static func forReading(_ path: String) -> ReadOperations {
    if !hasSubstitutes.load(ordering: .relaxed) { return live }
    return substitutes.withLock { $0[path] } ?? live
  }

  /// Reads one path with other calls, from any thread of the process, while `body` runs: for tests.
  package func substituted<Result>(at path: String, _ body: () throws -> Result) rethrows -> Result {
    Self.substitutes.withLock { $0[path] = self }
    Self.hasSubstitutes.store(true, ordering: .relaxed)
    defer { Self.substitutes.withLock { _ = $0.removeValue(forKey: path) } }
    return try body()
  }
}

extension DataError {
  /// The error for a system call that failed with `errno` while an input was read.
  ///
  /// That an input is missing (66), that the machine lacks a resource (71) and that it cannot be read (74) are
  /// different things, and none of them says anything about its contents.
  ///
  /// - Parameter problem: what could not be done, with the system's message.
  package static func unreadable(_ code: Int32, file: String?, _ problem: String) -> DataError {
    switch code {
    case ENOENT, ENOTDIR: DataError(.inputMissing, file: file, problem, advice: "Check the path.")
    case let code where isLack(code): DataError(.systemRefused, file: file, problem, advice: advice(for: code))
    case EACCES, EPERM: DataError(.ioFailed, file: file, problem, advice: "Check its permissions.")
    default: DataError(.ioFailed, file: file, problem, advice: "Check the disk, and run again.")
    }
  }
}
