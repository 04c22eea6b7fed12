import Foundation
import Synchronization

/// What tells a written file from another one that somebody puts in its place.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64
  private let byteCount: Int
  /// In nanoseconds since 1970.
  private let modified: Int

  private init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(status.st_ino)
    byteCount = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
  }

  /// An open file's.
  ///
  /// - Throws: `DataError` 71 or 74 when the system does not say.
  init(of descriptor: Int32, path: String) throws {
    var status = stat()
    if fstat(descriptor, &status) != 0 {
      let code = errno
      throw DataError.unreadable(code, file: path, "cannot be looked at: \(systemMessage(code))")
    }
    self.init(status)
  }

  /// That of what stands at a path, a link itself; nil where nothing does.
  ///
  /// - Throws: `DataError` 71 or 74 when the system does not say.
  init?(at path: String) throws {
    guard let status = try Folder.status(at: path, followsLinks: false) else { return nil }
    self.init(status)
  }
}

/// The files that this process finished since it met a folder that cannot be locked: what is asked at the end, whether all
/// of them still stand.
enum UnlockedWrites {
  private static let recording = Atomic<Bool>(false)
  private static let files = Mutex<[String: FileIdentity]>([:])

  static var isRecording: Bool { recording.load(ordering: .acquiring) }

  static func begin() { recording.store(true, ordering: .releasing) }

  static func add(_ path: String, _ identity: FileIdentity) { files.withLock { $0[path] = identity } }

  /// Whether any file below a folder still stands.
  static func hasFile(below folder: String) throws -> Bool {
    try written(below: folder).contains { try FileIdentity(at: $0.key) == $0.value }
  }

  private static func written(below folder: String) -> [String: FileIdentity] {
    files.withLock { files in files.filter { $0.key.hasPrefix(folder + "/") } }
  }

  /// The first file below a folder, by its path, in whose place another one stands, or none.
  static func replacedFile(below folder: String) throws -> String? {
    try written(below: folder).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .first { try FileIdentity(at: $0.key) != $0.value }?.key
  }

  /// Forgets the files below a folder.
  static func forget(below folder: String) {
    files.withLock { files in files = files.filter { !$0.key.hasPrefix(folder + "/") } }
  }
}
