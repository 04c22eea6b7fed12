import Archives
import Files

/// A destination for the files of a synthetic release.
protocol ReleaseTarget: ~Copyable {
  /// Adds a file; `path` is relative to the folder of the release.
  mutating func add(_ path: String, _ bytes: [UInt8]) throws
  /// Completes the output.
  consuming func commit() throws
}

/// Writes the files into folders.
struct ReleaseFolder: ReleaseTarget, ~Copyable {
  private let path: String
  private var made: Set<String> = []

  init(path: String) { self.path = path }

  mutating func add(_ path: String, _ bytes: [UInt8]) throws {
    let target = self.path + "/" + path
    let folder = Folder.parent(of: target)
    if made.insert(folder).inserted { try Folder.make(folder) }
    // The whole folder only gets its name once it is complete, and forty thousand syncs would take minutes.
    var file = try AtomicFile(path: target, isDurable: false)
    try file.write(bytes)
    try file.commit()
  }

  consuming func commit() throws {}
}

/// Writes the files into a tar archive, compressed or not.
struct ReleaseTar: ReleaseTarget, ~Copyable {
  private var writer: TarWriter

  init(path: String, isCompressed: Bool) throws { writer = try TarWriter(path: path, isCompressed: isCompressed) }

  mutating func add(_ path: String, _ bytes: [UInt8]) throws {
    try writer.add(SyntheticRelease.archiveFolder + "/" + path, bytes)
  }

  consuming func commit() throws { try writer.commit() }
}

/// Writes the files into a zip archive.
struct ReleaseZip: ReleaseTarget, ~Copyable {
  private var writer: ZipWriter

  init(path: String) throws { writer = try ZipWriter(path: path, compresses: true) }

  mutating func add(_ path: String, _ bytes: [UInt8]) throws {
    try writer.begin(SyntheticRelease.archiveFolder + "/" + path, byteCount: bytes.count)
    try bytes.withUnsafeBytes { try writer.write($0) }
  }

  consuming func commit() throws { try writer.commit() }
}
