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

  /// An open file's; nil where the system does not say.
  init?(of descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  /// That of what stands at a path, a link itself; nil where nothing does.
  init?(at path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
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
  static func hasFile(below folder: String) -> Bool {
    written(below: folder).contains { FileIdentity(at: $0.key) == $0.value }
  }

  private static func written(below folder: String) -> [String: FileIdentity] {
    files.withLock { files in files.filter { $0.key.hasPrefix(folder + "/") } }
  }

  /// The first file below a folder, by its path, in whose place another one stands, or none.
  static func replacedFile(below folder: String) -> String? {
    written(below: folder).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .first { FileIdentity(at: $0.key) != $0.value }?.key
  }

  /// Forgets the files below a folder.
  static func forget(below folder: String) {
    files.withLock { files in files = files.filter { !$0.key.hasPrefix(folder + "/") } }
  }
}
