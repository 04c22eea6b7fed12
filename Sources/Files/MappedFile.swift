import Foundation
import Signals
import Text

/// A whole file mapped into memory for reading; safe to use from many threads at once.
///
/// The bytes stay valid as long as the object lives. A file that another program truncates meanwhile ends this one:
/// with SIGBUS, as with every memory map, or with one line and 65 where `LastWords` are prepared.
public final class MappedFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The file's bytes.
  ///
  /// `nonisolated(unsafe)`: the mapping is read-only and never moves.
  public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let note: MappingNote?

  /// Maps a regular file.
  ///
  /// - Throws: `DataError` as opening it does; 71 when there is no memory to map it into, 74 when it cannot be mapped.
  public convenience init(path: String) throws { try self.init(InputFile(path: path)) }

  /// Maps a file that is open already, as long as it was when it was opened.
  ///
  /// - Throws: `DataError` 71 when there is no memory to map it into, 74 when it cannot be mapped.
  public init(_ file: InputFile) throws {
    path = file.path
    guard file.byteCount > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      note = nil
      return
    }
    guard let base = file.map(), base != MAP_FAILED else {
      let code = errno
      throw DataError.unreadable(code, file: path, "\(systemMessage(code)) while mapping it into memory")
    }
    bytes = UnsafeRawBufferPointer(start: base, count: file.byteCount)
    note = MappingNote(bytes, path: file.path)
  }

  /// Lets the system have the pages back that were read so far; reading them again fetches them again.
  public func releasePages() {
    // Nothing depends on the pages being gone, so it does not matter if the call fails.
    if let base = bytes.baseAddress {
      _ = madvise(UnsafeMutableRawPointer(mutating: base), bytes.count, MADV_DONTNEED)
    }
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
