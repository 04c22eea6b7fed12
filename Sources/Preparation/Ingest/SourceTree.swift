import Archives
import Storage

/// A folder or archive that is read, and what tells whether it is still the same.
struct SourceTree: Sendable {
  let tree: any FileTree
  /// What it is to the manifest; its fingerprint is known after it was read.
  let input: SourceInput
  /// SHA-256 of the names, sizes and times of all that will be read of it.
  let identity: String
  /// The wanted paths where they are known without unpacking: of a folder.
  let wantedCount: Int?

  /// Opens a tree and looks at what a folder holds; nothing is read.
  ///
  /// - Throws: `DataError` 66 when there is nothing that can be read; 65 when it is no archive.
  init(role: String, path: String, isWanted: (String) -> Bool) throws {
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    tree = try FileTrees.open(trimmed)
    guard Folder.isFolder(trimmed) else {
      input = try SourceInput(role: role, path: trimmed)
      identity = SHA256.hexDigest(of: "\(input.name)\n\(input.byteCount)\n\(input.modified)")
      wantedCount = nil
      return
    }
    var names: [String] = []
    try tree.forEachFile {
      if isWanted($0) { names.append($0) }
      return false
    } _: { _ in
    }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var (byteCount, modified) = (0, 0)
    var list = ""
    for name in names {
      let file = try InputFile(path: trimmed + "/" + name)
      byteCount += file.byteCount
      modified = max(modified, file.modified)
      list += "\(name)\n\(file.byteCount)\n\(file.modified)\n"
    }
    input = SourceInput(
      role: role, path: trimmed, name: Folder.name(of: trimmed), byteCount: byteCount, modified: modified)
    identity = SHA256.hexDigest(of: list)
    wantedCount = names.count
  }
}
