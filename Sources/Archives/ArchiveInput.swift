import CArchive
import Files
import Foundation
import Signals
import Text

/// The bytes of an archive on their way to libarchive.
///
/// libarchive keeps reading through zeros without returning: this is where the bytes inflated meanwhile are checked
/// against their limit, and where an interrupt is noticed. A final class, because libarchive calls back with a pointer
/// to it; one thread at a time.
final class ArchiveInput {
  private let file: InputFile
  private let inflatedLimit: Int
  private let buffer: UnsafeMutableRawBufferPointer
  private var position = 0
  /// What went wrong in a callback, which cannot throw.
  private(set) var failure: (any Error)?

  /// Bytes read from the file at a time.
  private static let blockByteCount = 1 << 18

  /// - Parameter inflatedLimit: bytes that may come out of the filters.
  init(_ file: InputFile, inflatedLimit: Int) {
    self.file = file
    self.inflatedLimit = inflatedLimit
    buffer = .allocate(byteCount: Self.blockByteCount, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Opens an archive over the bytes; the source must live as long as `handle`.
  ///
  /// - Returns: libarchive's status.
  func open(_ handle: OpaquePointer) -> Int32 {
    archive_read_set_read_callback(handle) { handle, context, block in
      guard let handle, let context else { return Int(ARCHIVE_FATAL) }
      let source = Unmanaged<ArchiveInput>.fromOpaque(context).takeUnretainedValue()
      return source.read(handle, into: block)
    }
    archive_read_set_skip_callback(handle) { _, context, count in
      guard let context else { return 0 }
      return Unmanaged<ArchiveInput>.fromOpaque(context).takeUnretainedValue().skip(count)
    }
    archive_read_set_seek_callback(handle) { _, context, offset, whence in
      guard let context else { return Int64(ARCHIVE_FATAL) }
      return Unmanaged<ArchiveInput>.fromOpaque(context).takeUnretainedValue().seek(offset, from: whence)
    }
    archive_read_set_callback_data(handle, Unmanaged.passUnretained(self).toOpaque())
    return archive_read_open1(handle)
  }

  /// Whether anything but zeros follows a position: padding is not content.
  ///
  /// - Throws: `DataError` 74 when reading fails.
  func holdsMore(from start: Int) throws -> Bool {
    var start = start
    while start < file.byteCount {
      try Interrupt.check()
      let block = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, file.byteCount - start)])
      try file.read(into: block, at: start)
      if block.contains(where: { $0 != 0 }) { return true }
      start += block.count
    }
    return false
  }

  private func read(_ handle: OpaquePointer, into block: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
    do {
      try Interrupt.check()
      if archive_filter_bytes(handle, 0) > Int64(inflatedLimit) {
        throw DataError(
          .badData, file: file.path, "unpacks to more than \(inflatedLimit) bytes", expected: "a corpus release",
          advice: "Unpack it yourself if you trust it, and give the folder.")
      }
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, file.byteCount - position)])
      try file.read(into: part, at: position)
      position += part.count
      block?.pointee = UnsafeRawPointer(buffer.baseAddress)
      return part.count
    } catch {
      failure = error
      return Int(ARCHIVE_FATAL)
    }
  }

  private func skip(_ count: Int64) -> Int64 {
    let skipped = min(Int64(file.byteCount - position), max(0, count))
    position += Int(skipped)
    return skipped
  }

  /// Moves to a position, as a zip's table of contents asks; nothing lies outside the file.
  private func seek(_ offset: Int64, from whence: Int32) -> Int64 {
    let origin =
      switch whence {
      case SEEK_CUR: Int64(position)
      case SEEK_END: Int64(file.byteCount)
      default: Int64(0)
      }
    let (target, overflows) = origin.addingReportingOverflow(offset)
    guard !overflows, (0...Int64(file.byteCount)).contains(target) else { return Int64(ARCHIVE_FATAL) }
    position = Int(target)
    return target
  }
}

/// Names in archives as UTF-8, whatever locale the program was started in.
///
/// libarchive converts names that are marked as UTF-8 to the character set of the thread's locale and drops those that
/// do not fit it.
enum NameEncoding {
  /// Lives as long as the process. `nonisolated(unsafe)`: created once and never changed.
  private nonisolated(unsafe) static let locale = msa_new_utf8_locale()

  /// Calls `body` with UTF-8 as the thread's character set.
  static func withUTF8<Result>(_ body: () throws -> Result) rethrows -> Result {
    // Without such a locale, ASCII names and unmarked names are still right.
    guard let locale else { return try body() }
    let before = uselocale(locale)
    defer { _ = uselocale(before) }
    return try body()
  }
}
