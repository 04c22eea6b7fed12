package import Foundation
import Text

/// Folders: making, listing and removing them, with errors that name the path.
public enum Folder {
  /// Makes a folder and its parents; an existing folder is fine.
  ///
  /// - Parameter isDurable: whether each folder that is made is on disk on return, as far as the parent folders can be
  ///   read.
  /// - Throws: `DataError` 73 when a parent is not a folder or permission is missing, 65 when a pipe, a socket or a
  ///   device is there; 71 or 74 when the system cannot tell what is there.
  public static func make(_ path: String, isDurable: Bool = false, operations: FileOperations = .live) throws {
    try NodeKind.requireFileOrFolder(path, expected: "a folder, or nothing yet", advice: "Choose another --out.")
    if try NodeKind.at(path) == .folder { return }
    let parent = parent(of: path)
    if parent != path { try make(parent, isDurable: isDurable, operations: operations) }
    try FinishedFiles.requireInPlace(above: path)
    if operations.mkdir(path, 0o755) == 0 {
      try FinishedFiles.addFolder(path)
    } else {
      let code = errno
      // Another run may have made it meanwhile.
      if try code != EEXIST || entry(at: path) != .folder {
        throw FinishedFiles.failure(code, "making the folder", at: path)
      }
    }
    if isDurable, access(parent, R_OK) == 0 { try AtomicFile.syncFolder(parent, operations: operations) }
  }

  /// Makes a folder inside one that is being written; an existing folder is fine.
  ///
  /// - Throws: `DataError` 73 when a link is there: nothing is written through one.
  public static func makeOwn(_ path: String, operations: FileOperations = .live) throws {
    try refuseLink(path)
    try make(path, operations: operations)
  }

  /// Makes sure that what is written below a path is not written elsewhere.
  ///
  /// - Throws: `DataError` 73 when a link is there, whatever it points to.
  public static func refuseLink(_ path: String) throws {
    guard try isLink(path) else { return }
    throw DataError(
      .cannotCreate, file: path, "is a link", expected: "a folder: nothing is written through a link",
      advice: "Remove the link, or choose another --out.")
  }

  /// Makes sure, before there is anything to write, that a path is free for a file: nothing is there, or a regular
  /// file.
  ///
  /// - Throws: `DataError` 65 when a folder, a pipe, a socket or a device is there, 73 when a link to a file is.
  public static func requireFree(forFile path: String) throws {
    try NodeKind.requireReplaceable(path)
    guard try isLink(path) else { return }
    throw DataError(
      .cannotCreate, file: path, "is a link", expected: "a new file, or one to replace", advice: "Choose another name.")
  }

  /// Whether a link is at a path, whatever it points to.
  package static func isLink(_ path: String) throws -> Bool {
    try status(at: path, followsLinks: false).map { $0.st_mode & S_IFMT == S_IFLNK } ?? false
  }

  /// The part before the last slash of `path`: `.` for a bare name, `/` for an entry of the root.
  ///
  /// `NSString.deletingLastPathComponent` traps for a path of one character (Foundation of Swift 6.3 on Linux).
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The part after the last slash of `path`.
  public static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// What is at a path, following links; nil if nothing is: a dangling link is nothing.
  ///
  /// - Throws: `DataError` 71 or 74 when the system cannot tell, which is no answer.
  public static func entry(at path: String) throws -> NodeKind? {
    try status(at: path).map(NodeKind.init)
  }

  /// The system's status of a path; nil if nothing is there.
  ///
  /// - Parameter hidesForbidden: treats what may not be looked at as nothing, if the call that follows will say why.
  /// - Throws: `DataError` 71 or 74 when the system cannot tell.
  package static func status(
    at path: String, followsLinks: Bool = true, hidesForbidden: Bool = false
  ) throws -> stat? {
    let operations = ReadOperations.forReading(path)
    var status = stat()
    while operations.statusAtPath(path, followsLinks, &status) != 0 {
      let code = errno
      switch code {
      case EINTR: continue
      // Nothing can have a name that is too long: it was a list of files.
      case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: return nil
      case EACCES where hidesForbidden: return nil
      default: throw DataError.unreadable(code, file: path, "cannot be examined: \(systemMessage(code))")
      }
    }
    return status
  }

  /// The names in a folder, sorted by their bytes; those that are not UTF-8 are left out, since no path leads to them.
  ///
  /// - Throws: `DataError` 66 when it does not exist, 65 when it is no folder; 71 or 74 when it cannot be read to its end.
  public static func names(in path: String) throws -> [String] { try listing(of: path).names }

  /// Whether each name in a folder is one of those that are looked for; one that is not UTF-8 never is.
  ///
  /// - Throws: as `names(in:)`.
  public static func holdsOnly(_ path: String, _ isExpected: (String) throws -> Bool) throws -> Bool {
    let listing = try listing(of: path)
    return try listing.undecodable.isEmpty && listing.names.allSatisfy(isExpected)
  }

  /// What is in a folder.
  package struct Listing: Sendable {
    /// The names that are UTF-8, sorted by their bytes.
    package fileprivate(set) var names: [String] = []
    /// The others as messages show them: `\xE9` stands for a byte that is none.
    package fileprivate(set) var undecodable: [String] = []
  }

  /// All names in a folder.
  ///
  /// - Throws: as `names(in:)`.
  package static func listing(of path: String) throws -> Listing {
    try NodeKind.requireFolder(path)
    let operations = ReadOperations.forReading(path)
    func failure() -> DataError {
      let code = errno
      return .unreadable(code, file: path, "the folder cannot be read: \(systemMessage(code))")
    }
    var opened: OpaquePointer?
    repeat { opened = operations.openFolder(path) } while opened == nil && errno == EINTR
    guard let folder = opened else { throw failure() }
    defer { closedir(folder) }
    var listing = Listing()
    while true {
      guard let entry = operations.nextEntry(folder) else {
        if errno == 0 { break }
        if errno == EINTR { continue }
        throw failure()
      }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        listing.undecodable.append(PrintableText.line(decoding: bytes))
        continue
      }
      if name != ".", name != ".." { listing.names.append(name) }
    }
    listing.names = listing.names.sortedByBytes()
    listing.undecodable = listing.undecodable.sortedByBytes()
    return listing
  }

  /// Removes a file or a whole folder; something that does not exist is fine.
  ///
  /// - Throws: `DataError` 73 when it cannot be removed, or a locked folder above it is in its place no more; 71 or 74 when
  ///   the system cannot tell what is there.
  public static func remove(_ path: String) throws {
    try FinishedFiles.requireInPlace(above: path)
    try removeTree(path)
  }

  /// Removes the same, wherever locked folders stand by now.
  static func removeTree(_ path: String) throws {
    // Links are removed, not followed.
    guard let status = try status(at: path, followsLinks: false) else { return }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if isFolder {
      let listing = try listing(of: path)
      if let name = listing.undecodable.first {
        throw DataError(
          .cannotCreate, file: path, place: name, "cannot be removed: the name is not UTF-8",
          advice: "Remove it by hand, and run again.")
      }
      for name in listing.names { try removeTree(path + "/" + name) }
    }
    if uninterrupted({ isFolder ? rmdir(path) : unlink(path) }) != 0, errno != ENOENT {
      throw DataError.system(errno, "removing it", file: path)
    }
  }

  /// Removes what this process wrote below a folder it is writing, so that it is not missed at the end.
  package static func removeOwn(_ path: String) throws {
    try remove(path)
    FinishedFiles.forget(path)
  }
}
