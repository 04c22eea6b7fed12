import CArchive
import Foundation
import Storage

/// The one file inside a plain, gzip or zip file, block by block. Owns libarchive's handle.
final class InputArchive {
  private let path: String
  private let handle: OpaquePointer
  /// A plain file of no bytes has no entry.
  private var isEmpty = false

  /// Bytes read from the file at a time.
  private static let blockByteCount = 1 << 18

  /// Opens a file and stands at the start of the file inside it.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is damaged, or does not hold exactly one file.
  static func open(_ path: String) throws -> InputArchive {
    let format = try Format(of: path)
    if format == .zip {
      // The directory is read first: nobody should wait for gigabytes to learn that there is a second file.
      let scan = try InputArchive(path: path, format: format)
      var names: [String] = []
      while let name = try scan.nextEntry() { names.append(name) }
      guard names.count == 1 else {
        let problem =
          names.isEmpty ? "holds no file" : "holds \(names.count) files (\(names.prefix(4).joined(separator: ", ")))"
        throw DataError(
          .badData, file: path, problem, expected: "one text file",
          advice: "Unpack it and give the path of the file you want.")
      }
    }
    let archive = try InputArchive(path: path, format: format)
    archive.isEmpty = try archive.nextEntry() == nil
    return archive
  }

  private init(path: String, format: Format) throws {
    guard let handle = archive_read_new() else {
      throw DataError(.ioFailed, file: path, "no memory for reading it")
    }
    self.path = path
    self.handle = handle
    switch format {
    case .zip: archive_read_support_format_zip_seekable(handle)
    case .gzip:
      archive_read_support_filter_gzip(handle)
      archive_read_support_format_raw(handle)
    case .plain:
      archive_read_support_format_raw(handle)
      archive_read_support_format_empty(handle)
    }
    guard archive_read_open_filename(handle, path, Self.blockByteCount) == ARCHIVE_OK else { throw failure() }
  }

  deinit { archive_read_free(handle) }

  /// The next bytes of the file inside; nil at its end. They are valid until the next call.
  func nextBlock() throws -> UnsafeBufferPointer<UInt8>? {
    if isEmpty { return nil }
    var base: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    switch archive_read_data_block(handle, &base, &count, &offset) {
    case ARCHIVE_OK: return UnsafeBufferPointer(start: base?.assumingMemoryBound(to: UInt8.self), count: count)
    case ARCHIVE_EOF: return nil
    default: throw failure()
    }
  }

  /// Goes to the next regular file; what macOS adds for itself is passed over.
  private func nextEntry() throws -> String? {
    while true {
      var entry: OpaquePointer?
      switch archive_read_next_header(handle, &entry) {
      case ARCHIVE_OK: break
      case ARCHIVE_EOF: return nil
      default: throw failure()
      }
      guard let entry else { return nil }
      let name = archive_entry_pathname_utf8(entry).map { String(cString: $0) } ?? "?"
      if archive_entry_is_encrypted(entry) != 0 {
        throw DataError(.badData, file: path, place: name, "is encrypted", expected: "a plain text file")
      }
      if archive_entry_filetype(entry) & S_IFMT == S_IFREG, !name.hasPrefix("__MACOSX/") { return name }
    }
  }

  private func failure() -> DataError {
    let problem = archive_error_string(handle).map { String(cString: $0) } ?? "cannot be read"
    return DataError(.badData, file: path, problem, advice: "The file is damaged: download it again.")
  }
}

/// What a file is, by its first bytes.
private enum Format {
  case plain, gzip, zip

  init(of path: String) throws {
    let file = try InputFile(path: path)
    var magic = [UInt8](repeating: 0, count: min(4, file.byteCount))
    try magic.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    self =
      switch magic {
      case _ where magic.starts(with: [0x1f, 0x8b]): .gzip
      // A local file header, or the end record of an empty archive.
      case [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]: .zip
      default: .plain
      }
  }
}
