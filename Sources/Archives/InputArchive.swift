import CArchive
import Files
import Foundation
import Text

/// An archive that is read entry by entry. Owns libarchive's handle; one thread at a time.
final class InputArchive {
  /// What may be inside.
  enum Contents {
    /// Files: a tar (plain, gzip or xz) or a zip.
    case tree
    /// One text: plain, gzip, or in a zip.
    case text
  }

  /// The header of an entry.
  struct Entry {
    /// The name as it is stored, byte for byte; invalid UTF-8 becomes U+FFFD.
    let name: String
    /// The type bits of `st_mode`.
    let type: mode_t
    /// Whether it only points to another entry.
    let isHardLink: Bool
    /// Whether it is a symbolic link.
    var isSymbolicLink: Bool { type == S_IFLNK }
    let isEncrypted: Bool
    /// The size that the header promises.
    let byteCount: Int

    var isFolder: Bool { type == S_IFDIR }
    /// Hard links, which are regular files on disk, come without a type.
    var isRegular: Bool { type == S_IFREG || isHardLink }
  }

  private let path: String
  private let handle: OpaquePointer
  private let kind: ArchiveKind
  private let source: ArchiveInput

  /// Opens an archive and stops before its first entry; only what `contents` needs is enabled in libarchive.
  ///
  /// - Parameter inflatedLimit: bytes that may come out of gzip or xz, or of a tar that is not compressed.
  /// - Throws: `DataError` 65 when it is damaged or compressed more than once, 71 when memory runs out.
  init(path: String, kind: ArchiveKind, contents: Contents, inflatedLimit: Int = .max) throws {
    source = ArchiveInput(try InputFile(path: path), inflatedLimit: kind == .zip ? .max : inflatedLimit)
    guard let handle = archive_read_new() else {
      throw DataError(.systemRefused, file: path, "no memory for reading it")
    }
    self.path = path
    self.handle = handle
    self.kind = kind
    switch kind {
    case .gzip: archive_read_support_filter_gzip(handle)
    case .xz: archive_read_support_filter_xz(handle)
    case .zip: archive_read_support_format_zip_seekable(handle)
    case .plain, .emptyZip: break
    }
    switch contents {
    case _ where kind == .zip: break
    case .tree:
      archive_read_support_format_tar(handle)
      // Like `tar --ignore-zeros`: tars joined by `cat` are read to the end of the last.
      archive_read_set_format_option(handle, "tar", "read_concatenated_archives", "1")
    case .text:
      archive_read_support_format_raw(handle)
      archive_read_support_format_empty(handle)
    }
    guard source.open(handle) == ARCHIVE_OK else { throw failure() }
    // libarchive would unwrap 25 layers, each a thousand times larger than the one before.
    if archive_filter_count(handle) > 2 {
      throw DataError(.badData, file: path, "is compressed more than once", expected: "one layer of gzip or xz")
    }
  }

  deinit { archive_read_free(handle) }

  /// Goes to the next entry; nil at the end.
  ///
  /// - Throws: `DataError` 65 when the archive is damaged.
  func nextEntry() throws -> Entry? {
    var header: OpaquePointer?
    switch NameEncoding.withUTF8({ archive_read_next_header(handle, &header) }) {
    // A warning is about attributes or the character set of a name.
    case ARCHIVE_OK, ARCHIVE_WARN: break
    case ARCHIVE_EOF: return nil
    default: throw failure()
    }
    guard let entry = header else { return nil }
    let path = NameEncoding.withUTF8 { archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) }
    let name = path.map { String(cString: $0) } ?? "?"
    // GNU tar's real size of a sparse file may be stored in binary, with a sign, and libarchive passes it on.
    let byteCount = Int(archive_entry_size(entry))
    if byteCount < 0 {
      throw DataError(
        .badData, file: self.path, place: name, "has a size of \(byteCount) bytes", expected: "0 or more",
        advice: Self.damageAdvice)
    }
    return Entry(
      name: name,
      type: archive_entry_filetype(entry) & S_IFMT,
      isHardLink: archive_entry_hardlink(entry) != nil,
      isEncrypted: archive_entry_is_encrypted(entry) != 0,
      byteCount: byteCount)
  }

  /// The next bytes of the entry; nil at its end. They are valid until the next call.
  ///
  /// - Throws: `DataError` 65 when the archive is damaged.
  func nextBlock() throws -> UnsafeBufferPointer<UInt8>? {
    var base: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    switch archive_read_data_block(handle, &base, &count, &offset) {
    case ARCHIVE_OK: return UnsafeBufferPointer(start: base?.assumingMemoryBound(to: UInt8.self), count: count)
    case ARCHIVE_EOF: return nil
    default: throw failure()
    }
  }

  /// The whole entry, which has the size its header promised; holes of a sparse file are zeros.
  ///
  /// - Throws: `DataError` 65 when the archive is damaged, or the entry has another size.
  func contents(of entry: Entry) throws -> [UInt8] {
    let bytes = try [UInt8](unsafeUninitializedCapacity: entry.byteCount) { buffer, count in
      while count < entry.byteCount, let base = buffer.baseAddress {
        let readCount = archive_read_data(handle, base + count, entry.byteCount - count)
        if readCount < 0 { throw failure(entry.name) }
        if readCount == 0 { break }
        count += readCount
      }
    }
    // Asking for one more byte makes libarchive compare sizes and checksums.
    var excess: UInt8 = 0
    let excessCount = archive_read_data(handle, &excess, 1)
    if excessCount < 0 { throw failure(entry.name) }
    guard excessCount == 0, bytes.count == entry.byteCount else {
      throw DataError(
        .badData, file: path, place: entry.name,
        excessCount > 0 ? "more bytes than its header says" : "\(bytes.count) bytes",
        expected: "\(entry.byteCount) as its header says", advice: Self.damageAdvice)
    }
    return bytes
  }

  /// Skips the rest of the entry.
  ///
  /// - Throws: `DataError` 65 when the archive is damaged.
  func skip(_ entry: Entry) throws {
    if archive_read_data_skip(handle) != ARCHIVE_OK { throw failure(entry.name) }
  }

  /// Bytes taken from the innermost stream so far: of a tar, what was inflated.
  var inflatedByteCount: Int { Int(archive_filter_bytes(handle, 0)) }

  /// Refuses an archive with data after what was read, e.g. one that another file was appended to.
  ///
  /// - Throws: `DataError` 65.
  func checkNothingFollows() throws {
    // A zip is found by its end.
    if kind == .zip { return }
    let end = Int(archive_filter_bytes(handle, -1))
    if try source.holdsMore(from: end) {
      throw DataError(
        .badData, file: path, "continues with something else after its end at byte \(end)",
        expected: "one archive, or several of the same kind joined by cat",
        advice: "Separate the parts, and give each its own --root.")
    }
  }

  private func failure(_ place: String? = nil) -> any Error {
    if let error = source.failure { return error }
    if archive_errno(handle) == msa_ARCHIVE_ERRNO_FILE_FORMAT(), archive_format(handle) == 0 {
      return notAnArchive
    }
    let problem = archive_error_string(handle).map { String(cString: $0) } ?? "cannot be read"
    // Reading is ours; what libarchive itself asks of the system is memory.
    if archive_errno(handle) == ENOMEM {
      return DataError.unreadable(ENOMEM, file: path, "\(problem) (\(systemMessage(ENOMEM)))")
    }
    return DataError(.badData, file: path, place: place, problem, advice: Self.damageAdvice)
  }

  /// The error for a file that libarchive cannot make sense of.
  private var notAnArchive: DataError {
    let expected = "a folder, .tar, .tar.gz, .tar.xz or .zip"
    do {
      switch try FileKind(of: path) {
      case .gzip, .xz, .zip, .npz, .torch, .tar, .unknown:
        return DataError(
          .badData, file: path, "is not a tar or zip archive, or is cut short", expected: expected,
          advice: "Check the path, or download the file again.")
      case let kind: return kind.refusal(of: path, expected: expected)
      }
    } catch {
      // It was open a moment ago; that it cannot be read now is what the user has to know.
      return error as? DataError ?? DataError(.ioFailed, file: path, "\(error)")
    }
  }

  static let damageAdvice = "The file is damaged: download it again."
}
