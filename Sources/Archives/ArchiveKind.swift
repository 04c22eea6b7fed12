import Storage

/// What a file is, by its first bytes.
enum ArchiveKind {
  case gzip, xz, zip
  /// The end record of a zip and nothing before it, which libarchive does not know.
  case emptyZip
  /// Anything else: text, or a tar.
  case plain

  /// - Throws: `DataError` 66 when the file cannot be opened.
  init(of path: String) throws {
    let file = try InputFile(path: path)
    var magic = [UInt8](repeating: 0, count: min(6, file.byteCount))
    try magic.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    self =
      if magic.starts(with: [0x1f, 0x8b]) {
        .gzip
      } else if magic.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) {
        .xz
      } else if magic.starts(with: [0x50, 0x4b, 3, 4]) {
        .zip
      } else if magic.starts(with: [0x50, 0x4b, 5, 6]) {
        .emptyZip
      } else {
        .plain
      }
  }
}
