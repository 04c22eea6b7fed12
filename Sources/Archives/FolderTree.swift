import Foundation
import Storage

/// A folder on disk as a tree. The folder itself may be a link; links inside are not followed.
public struct FolderTree: FileTree {
  /// The path as the user gave it.
  public let path: String
  private let limits: TreeLimits

  /// Names a folder; nothing is read yet.
  public init(path: String, limits: TreeLimits = TreeLimits()) {
    self.path = path
    self.limits = limits
  }

  /// See `FileTree`; a folder is listed whole before its first file is read, and is sorted by the bytes of the paths.
  @discardableResult
  public func forEachFile(where isWanted: (String) -> Bool, _ body: (TreeFile) throws -> Void) throws -> TreeCounts {
    var walk = FolderWalk(root: path, limits: limits)
    try walk.visit("")
    var wanted: [String] = []
    for file in walk.files {
      if isWanted(file) { wanted.append(file) } else { walk.counts.unwanted += 1 }
    }
    // Not the order of the walk: `a.txt` is before `a/b`.
    wanted.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var budget = TreeBudget(limits: limits, tree: path, packedByteCount: nil)
    for file in wanted {
      try Interrupt.check()
      let full = path + "/" + file
      try budget.spend(try InputFile(path: full).byteCount, on: file)
      try body(TreeFile(path: file, bytes: InputFile.contents(of: full, limit: limits.fileByteCount)))
      walk.counts.read += 1
    }
    return walk.counts
  }
}

/// Finds the regular files below a folder.
private struct FolderWalk {
  let root: String
  let limits: TreeLimits
  var files: [String] = []
  var counts = TreeCounts()
  private var entryCount = 0

  init(root: String, limits: TreeLimits) {
    self.root = root
    self.limits = limits
  }

  /// Visits a folder, given relative to the root; empty for the root itself.
  mutating func visit(_ folder: String) throws {
    try Interrupt.check()
    for name in try Folder.names(in: folder.isEmpty ? root : root + "/" + folder) {
      let entry = folder.isEmpty ? name : folder + "/" + name
      entryCount += 1
      try limits.check(name: entry, number: entryCount, in: root)
      var status = stat()
      guard lstat(root + "/" + entry, &status) == 0 else {
        if name.unicodeScalars.contains("\u{fffd}") {
          // The listing repaired a name that is no UTF-8; nobody can want it.
          counts.unwanted += 1
          continue
        }
        throw DataError(.inputMissing, file: root + "/" + entry, "cannot be read: \(systemMessage(errno))")
      }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      guard case .path = TreePath(entry) else {
        if !isFolder { counts.hidden += 1 }
        continue
      }
      if isFolder {
        try visit(entry)
      } else if status.st_mode & S_IFMT == S_IFREG {
        files.append(entry)
      } else {
        counts.special += 1
      }
    }
  }
}
