import Files
import Foundation
import Signals
import Text

/// A folder on disk as a tree. The folder itself may be a link.
///
/// Symbolic links inside are followed, wherever they lead, to regular files and folders, at most `linkDepth` on one
/// path. A link back to a folder that contains it is not followed. A wanted file that a link leads to again under the
/// same name is handed out once: under the path without links, else under the first by its bytes.
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
  ///
  /// - Throws: also `DataError` 65 for a wanted path that is a pipe, socket, device or folder.
  @discardableResult
  public func forEachFile(where isWanted: (String) -> Bool, _ body: (TreeFile) throws -> Void) throws -> TreeCounts {
    var walk = FolderWalk(root: path, limits: limits)
    try walk.visitRoot()
    var wanted: [FolderWalk.File] = []
    for file in walk.files {
      if isWanted(file.path) { wanted.append(file) } else { walk.counts.unwanted += 1 }
    }
    for other in walk.others where isWanted(other.path) {
      throw other.kind.refusal(of: path + "/" + other.path, advice: "Put the file itself there, or remove this.")
    }
    // Not the order of the walk: `a.txt` comes before `a/b`.
    wanted.sortByBytes(\.path)
    var budget = TreeBudget(limits: limits, tree: path, packedByteCount: nil)
    for file in FolderWalk.withoutRepeats(wanted) {
      try Interrupt.check()
      let full = path + "/" + file.path
      try budget.spend(try InputFile(path: full).byteCount, on: file.path)
      try body(TreeFile(path: file.path, bytes: InputFile.contents(of: full, limit: limits.fileByteCount)))
      walk.counts.read += 1
    }
    walk.counts.repeated = wanted.count - walk.counts.read
    return walk.counts
  }
}
