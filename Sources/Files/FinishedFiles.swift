import Foundation
import Synchronization
import Text

/// What distinguishes a file from another put in its place.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64
  private let byteCount: Int
  /// In nanoseconds since 1970.
  private let modified: Int

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(status.st_ino)
    byteCount = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
  }

  /// Whether both are of the same file, perhaps at different times.
  package func isSameFile(as other: FileIdentity) -> Bool { device == other.device && number == other.number }

  /// Whether size and time agree. Where a file system invents inodes, as many in user space do, one file can have
  /// several.
  package func isSameState(as other: FileIdentity) -> Bool {
    byteCount == other.byteCount && modified == other.modified
  }

  /// Whether the sizes agree.
  func isSameSize(as other: FileIdentity) -> Bool { byteCount == other.byteCount }

  /// The identity of an open file.
  ///
  /// - Throws: `DataError` 71 or 74 when the system does not say.
  package init(of descriptor: Int32, path: String) throws {
    var status = stat()
    if fstat(descriptor, &status) != 0 {
      let code = errno
      throw DataError.unreadable(code, file: path, "cannot be examined: \(systemMessage(code))")
    }
    self.init(status)
  }

  /// The identity of what is at a path; nil if nothing is.
  ///
  /// - Parameter followsLinks: whether to identify what a link points to, not the link.
  /// - Throws: `DataError` 71 or 74 when the system does not say.
  package init?(at path: String, followsLinks: Bool = false) throws {
    guard let status = try Folder.status(at: path, followsLinks: followsLinks) else { return nil }
    self.init(status)
  }
}

/// The files that this process finished in folders it is writing, by their paths, to check at the end that all are
/// still there.
///
/// A folder can be removed during a run or, if it cannot be locked, also be written by another run. What is sealed must
/// be what this run wrote.
enum FinishedFiles {
  private struct State {
    /// How many times each folder is being written: folders nest when several runs make up one job.
    var folders: [String: Int] = [:]
    /// Their lock files.
    var locks: [String: LockedFile] = [:]
    var files: [String: FileIdentity] = [:]
    /// The folders that this process made below them.
    var made: [String: FileIdentity] = [:]
    /// Folders in which nothing is replaced that this process has not written, or found there in the beginning.
    var reserved: Set<String> = []
    /// What it found there.
    var adopted: [String: FileIdentity] = [:]
  }

  private static let state = Mutex(State())

  /// Starts to take note of the files below a folder; `end` must follow.
  static func begin(below folder: String, lock: LockedFile) {
    state.withLock { state in
      state.folders[folder, default: 0] += 1
      state.locks[folder] = lock
    }
  }

  /// Forgets a folder and its files.
  static func end(below folder: String) {
    state.withLock { state in
      let left = (state.folders[folder] ?? 1) - 1
      state.folders[folder] = left > 0 ? left : nil
      if left > 0 { return }
      state.locks[folder] = nil
      state.made = state.made.filter { !$0.key.hasPrefix(folder + "/") }
      state.files = state.files.filter { !$0.key.hasPrefix(folder + "/") }
      state.adopted = state.adopted.filter { !$0.key.hasPrefix(folder + "/") }
      state.reserved = state.reserved.filter { $0 != folder && !$0.hasPrefix(folder + "/") }
    }
  }

  /// Makes sure, before something is made, replaced or removed at a path, that the folders above it that are being
  /// written still stand where they stood in the beginning: in the place of one that was moved away there may be a link to somebody else's folder.
  ///
  /// - Throws: `DataError` 73 that names the folder, 71 or 74 when the system cannot tell.
  static func requireInPlace(above path: String) throws {
    let path = plain(path)
    let locks = state.withLock { state in state.locks.filter { path.hasPrefix($0.key + "/") } }
    for (folder, lock) in locks.sortedByBytes(\.key) where try !lock.isInPlace {
      throw FolderLock.disturbed(folder, at: lock.path, isHeld: true)
    }
  }

  /// The error for a call that failed at a path. If it, or a folder above it, is a folder that was moved away meanwhile, that is
  /// what the user has to know, not what the call found in its place.
  static func failure(_ code: Int32, _ doing: String, at path: String) -> any Error {
    do {
      try requireInPlace(above: path + "/.")
    } catch {
      return error
    }
    return DataError.system(code, doing, file: path)
  }

  /// Whether a file of that path would be taken note of.
  static func isRecorded(_ path: String) -> Bool {
    let path = plain(path)
    return state.withLock { state in state.folders.keys.contains { path.hasPrefix($0 + "/") } }
  }

  static func add(_ path: String, _ identity: FileIdentity) { state.withLock { $0.files[plain(path)] = identity } }

  /// Takes note of a folder that this process made, if it lies below one that is being written.
  static func addFolder(_ path: String) throws {
    guard isRecorded(path), let identity = try FileIdentity(at: path) else { return }
    state.withLock { $0.made[plain(path)] = identity }
  }

  /// Forgets a file, or all files below a folder, that this process removed.
  static func forget(_ path: String) {
    let path = trimmed(path)
    state.withLock { state in state.files = state.files.filter { $0.key != path && !$0.key.hasPrefix(path + "/") } }
  }

  /// From now on, a file in this folder replaces only files of this process.
  ///
  /// - Parameter names: files of dead runs, which may be replaced in their present state.
  static func reserve(_ folder: String, adopting names: [String] = []) throws {
    let paths = names.map { folder + "/" + $0 }
    let found = try paths.compactMap { path in try FileIdentity(at: path).map { (path, $0) } }
    state.withLock { state in
      state.reserved.insert(folder)
      state.adopted.merge(found) { _, new in new }
    }
  }

  /// Whether a file may be put at a path only if nothing is there.
  static func isReserved(_ path: String) throws -> Bool {
    let path = plain(path)
    let (isReserved, own) = state.withLock { state in
      (state.reserved.contains(Folder.parent(of: path)), [state.files[path], state.adopted[path]].compactMap(\.self))
    }
    return try isReserved && !(FileIdentity(at: path).map(own.contains) ?? false)
  }

  /// The files below a folder that are still there, sorted.
  static func standing(below folder: String) throws -> [String] {
    try written(below: folder).filter { try FileIdentity(at: $0.key) == $0.value }.keys.sorted()
  }

  /// The folders below a folder that this process made and that still stand, the innermost first.
  static func standingFolders(below folder: String) throws -> [String] {
    let made = state.withLock { state in state.made.filter { $0.key.hasPrefix(folder + "/") } }
    return try made.filter { try FileIdentity(at: $0.key)?.isSameFile(as: $0.value) ?? false }.keys.sorted().reversed()
  }

  private static func written(below folder: String) -> [String: FileIdentity] {
    state.withLock { state in state.files.filter { $0.key.hasPrefix(folder + "/") } }
  }

  /// The first file below a folder, by path, that is gone or was replaced, or none.
  ///
  /// - Parameter isAlone: whether no other run can write there, so that a file of the same size is the same file.
  static func missingFile(below folder: String, isAlone: Bool) throws -> String? {
    try written(below: folder).sortedByBytes(\.key)
      .first { path, identity in
        guard let found = try FileIdentity(at: path) else { return true }
        return isAlone ? !found.isSameSize(as: identity) : found != identity
      }?.key
  }

  /// A path with single slashes between names: a folder may be given with trailing slashes.
  private static func plain(_ path: String) -> String {
    var path = path
    while path.contains("//") { path = path.replacing("//", with: "/") }
    return path
  }

  /// A path without trailing slashes.
  static func trimmed(_ folder: String) -> String {
    var path = Substring(plain(folder))
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }
}
