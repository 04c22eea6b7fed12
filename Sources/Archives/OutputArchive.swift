import CArchive
import Files
import Text

/// An archive on its way to an `AtomicFile`. Owns libarchive's handle.
///
/// A final class, because libarchive calls back with a pointer to it; one thread at a time.
final class OutputArchive {
  /// The kinds that are written.
  enum Kind {
    /// POSIX ustar, with pax headers only where a name or size needs them; optionally compressed at gzip's fastest
    /// level.
    case tar(isCompressed: Bool)
    /// Zip, with zip64 records where sizes need them.
    case zip(compresses: Bool)
  }

  private let handle: OpaquePointer
  private var file: AtomicFile?
  private let path: String
  /// What went wrong in the callback, which cannot throw.
  private var failure: (any Error)?
  private var unwritten = 0

  init(path: String, kind: Kind, operations: FileOperations) throws {
    file = try AtomicFile(path: path, operations: operations)
    guard let handle = archive_write_new() else { throw Self.noMemory(path) }
    self.path = path
    self.handle = handle
    switch kind {
    case .tar(let isCompressed):
      archive_write_set_format_pax_restricted(handle)
      if isCompressed {
        archive_write_add_filter_gzip(handle)
        archive_write_set_filter_option(handle, "gzip", "compression-level", "1")
        archive_write_set_filter_option(handle, "gzip", "timestamp", nil)  // no clock in the header
      }
    case .zip(let compresses):
      archive_write_set_format_zip(handle)
      archive_write_set_format_option(handle, "zip", "compression", compresses ? "deflate" : "store")
    }
    archive_write_set_bytes_per_block(handle, Self.blockByteCount)
    // A full last block would only add zeros: tar ends with two blocks of 512 anyway.
    archive_write_set_bytes_in_last_block(handle, 1)
    try check(archive_write_open(handle, Unmanaged.passUnretained(self).toOpaque(), nil, Self.writeCallback, nil))
  }

  deinit {
    // An archive that was not committed must not call back to write its end.
    archive_write_fail(handle)
    archive_write_free(handle)
  }

  private static let blockByteCount: Int32 = 1 << 18
  /// `AE_IFREG` is a macro that Swift cannot see.
  private static let regularFile: UInt32 = 0o100000

  /// Starts a regular file with an ASCII name: time 0, owner 0, mode 0644, so that bytes depend on names and contents only.
  func begin(_ name: String, byteCount: Int) throws {
    try checkComplete()
    // libarchive converts other names by the locale, on which bytes must not depend.
    guard name.utf8.allSatisfy({ 0x20..<0x7f ~= $0 }) else { throw bug("the entry \(name) has a name beyond ASCII") }
    guard let entry = archive_entry_new() else { throw Self.noMemory(path) }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_filetype(entry, Self.regularFile)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_uid(entry, 0)
    archive_entry_set_gid(entry, 0)
    archive_entry_set_mtime(entry, 0, 0)
    archive_entry_set_size(entry, Int64(byteCount))
    try check(archive_write_header(handle, entry))
    unwritten = byteCount
  }

  /// Appends to the file that was begun.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count <= unwritten else { throw bug("an entry gets more bytes than it was begun with") }
    unwritten -= bytes.count
    var start = 0
    while start < bytes.count, let base = bytes.baseAddress {
      let count = archive_write_data(handle, base + start, bytes.count - start)
      if count <= 0 { try check(ARCHIVE_FATAL) }
      start += count
    }
  }

  /// Ends the archive and makes the file durable under its name.
  func commit() throws {
    try checkComplete()
    try check(archive_write_close(handle))
    guard let file = file.take() else { throw bug("an archive is committed twice") }
    try file.commit()
  }

  private func checkComplete() throws {
    if unwritten != 0 { throw bug("\(unwritten) bytes of an entry were not written") }
  }

  private func check(_ status: Int32) throws {
    if let failure { throw failure }
    if status == ARCHIVE_OK { return }
    let problem = archive_error_string(handle).map { String(cString: $0) } ?? "cannot be written"
    let isLack = DataError.isLack(archive_errno(handle))
    throw DataError(isLack ? .systemRefused : .ioFailed, file: path, problem)
  }

  private static func noMemory(_ path: String) -> DataError {
    DataError(.systemRefused, file: path, "no memory for writing it", advice: "Run again when more memory is free.")
  }

  private func bug(_ problem: String) -> DataError {
    DataError(.internalBug, file: path, problem, advice: "Please report this as a bug.")
  }

  private static let writeCallback:
    @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Int = {
      _, context, bytes, count in
      guard let context else { return -1 }
      let archive = Unmanaged<OutputArchive>.fromOpaque(context).takeUnretainedValue()
      do {
        try archive.file?.write(UnsafeRawBufferPointer(start: bytes, count: count))
        return count
      } catch {
        archive.failure = error
        return -1
      }
    }
}
