import Foundation

/// Folders: making, listing and removing them, with errors that name the path.
public enum Folder {
  /// Makes a folder and its parents; an existing folder is fine.
  ///
  /// - Throws: `DataError` 73 when a parent is not a folder or permission is missing.
  public static func make(_ path: String, operations: FileOperations = .live) throws {
    if isFolder(path) { return }
    let parent = parent(of: path)
    if parent != path { try make(parent, operations: operations) }
    if operations.mkdir(path, 0o755) != 0, errno != EEXIST || !isFolder(path) {
      throw DataError.system(errno, "making the folder", file: path)
    }
  }

  /// What is before the last slash of `path`: `.` for a bare name, `/` for what stands in the root.
  ///
  /// `NSString.deletingLastPathComponent` traps for a path of one character (Foundation of Swift 6.3 on Linux).
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What is behind the last slash of `path`.
  public static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// Whether `path` is a folder (links followed).
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether anything exists at `path` (links followed).
  public static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// The names in a folder, sorted by their bytes.
  ///
  /// - Throws: `DataError` 66 when the folder cannot be read.
  public static func names(in path: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
    } catch {
      throw DataError(
        .inputMissing, file: path, "the folder cannot be read", advice: "Check the path and its permissions.")
    }
  }

  /// Removes a file or a whole folder; something that does not exist is fine.
  public static func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      var status = stat()
      if lstat(path, &status) != 0, errno == ENOENT { return }
      throw DataError(.ioFailed, file: path, "cannot be removed", advice: "Check its permissions.")
    }
  }
}
