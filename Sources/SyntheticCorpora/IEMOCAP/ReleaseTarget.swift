import Archives
import Files

/// Where the files of a synthetic release go.
protocol ReleaseTarget: ~Copyable {
  /// Adds a file; `path` starts below the release's folder.
  mutating func add(_ path: String, _ bytes: [UInt8]) throws
  /// Finishes everything.
  consuming func commit() throws
}

/// Files in folders.
struct ReleaseFolder: ReleaseTarget, ~Copyable {
  private let path: String
  private var made: Set<String> = []

  init(path: String) { self.path = path }

  mutating func add(_ path: String, _ bytes: [UInt8]) throws {
    let target = self.path + "/" + path
    let folder = Folder.parent(of: target)
    if made.insert(folder).inserted { try Folder.make(folder) }
    // The whole folder gets its name when all is there; forty thousand syncs would take minutes.
    var file = try AtomicFile(path: target, isDurable: false)
    try file.write(bytes)
    try file.commit()
  }

  consuming func commit() throws {}
}

/// A tar, compressed or not.
struct ReleaseTar: ReleaseTarget, ~Copyable {
  private var writer: TarWriter

  init(path: String, isCompressed: Bool) throws { writer = try TarWriter(path: path, isCompressed: isCompressed) }

  mutating func add(_ path: String, _ bytes: [UInt8]) throws {
    try writer.add(SyntheticRelease.archiveFolder + "/" + path, bytes)
  }

  consuming func commit() throws { try writer.commit() }
}

/// A zip.
struct ReleaseZip: ReleaseTarget, ~Copyable {
  private var writer: ZipWriter

  init(path: String) throws { writer = try ZipWriter(path: path, compresses: true) }

  mutating func add(_ path: String, _ bytes: [UInt8]) throws {
    try writer.begin(SyntheticRelease.archiveFolder + "/" + path, byteCount: bytes.count)
    try bytes.withUnsafeBytes { try writer.write($0) }
  }

  consuming func commit() throws { try writer.commit() }
}
